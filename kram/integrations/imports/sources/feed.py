"""A Yandex Market feed (YML), as shops and marketplaces of the region exchange their goods.

https://yandex.ru/support/marketplace/assortment/files/yml.html; Prom, Rozetka and Hotline write
their own names for the quantity. One offer is one row; its elements are the columns.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, ClassVar, cast

from kram.integrations.imports.errors import FileRefused
from kram.integrations.imports.sources.contract import (
    LARGEST_ROW,
    LARGEST_TEXT,
    Format,
    Record,
    tidy,
)
from kram.integrations.imports.sources.html import text_of
from kram.integrations.imports.sources.xml import Attributes, XmlReader, XmlRefused
from kram.integrations.imports.sources.yml_categories import Categories
from kram.kit.messages import gettext_noop

_SIDES = ("length (cm)", "width (cm)", "height (cm)")
HEADINGS = (
    "vendorCode",
    "id",
    "name",
    "price",
    "oldprice",
    "currencyId",
    "quantity",
    "category",
    "description",
    "variant",
    "group_id",
    "vendor",
    "barcode",
    "picture",
    "url",
    "weight (kg)",
    *_SIDES,
)
_QUANTITIES = ("quantity", "quantity_in_stock", "stock_quantity", "count")
_DESCRIPTIONS = ("description", "description_ua")
_VARIANTS = frozenset(
    (
        "variant",
        "вариант",
        "варіант",
        "size",
        "размер",
        "розмір",
        "color",
        "colour",
        "цвет",
        "колір",
    )
)
_MORE = ("categoryId", "typePrefix", "model", "weight", "dimensions")
_READ = frozenset((*HEADINGS, *_QUANTITIES, *_DESCRIPTIONS, *_MORE))


@dataclass(frozen=True, slots=True)
class YmlSource:
    path: Path
    format: ClassVar[Format] = Format.YML

    @contextmanager
    def records(self) -> Iterator[Iterator[Record]]:
        with self.path.open("rb") as file:
            yield _Feed().records(cast(BinaryIO, file))


class _Feed:
    def __init__(self) -> None:
        self._ended: list[Record] = []
        self._number = 0
        self._path: list[str] = []
        self._categories = Categories()
        self._offer: dict[str, str] | None = None
        self._variant: list[str] = []
        self._param = ""
        self._text: list[str] = []
        self._row_length = self._all_length = 0

    def records(self, file: BinaryIO) -> Iterator[Record]:
        yield Record(0, list(HEADINGS))
        reader = XmlReader(self._start, self._end, self._say, doctype=True)
        try:
            for _ in reader.feed(file):
                yield from self._ended
                self._ended.clear()
        except XmlRefused as error:
            raise FileRefused(
                gettext_noop("Line %(line)s is no XML that a price list may have: make it anew"),
                line=error.line,
            ) from error

    def _start(self, name: str, attributes: Attributes) -> None:
        if not self._path and name != "yml_catalog":
            raise FileRefused(gettext_noop("This XML is no YML price list: send CSV, XLSX or YML"))
        self._path.append(name)
        self._text.clear()
        if name == "category" and self._offer is None:
            self._categories.begin(attributes.get("id", ""), attributes.get("parentId", ""))
        elif name == "offer" and self._offer is None:
            self._offer, self._variant, self._row_length = dict(attributes), [], 0
            self._number += 1
        elif name == "param":
            self._param = attributes.get("name", "")

    def _say(self, piece: str) -> None:
        self._row_length += len(piece)
        self._all_length += len(piece)
        if self._row_length > LARGEST_ROW:
            raise FileRefused(
                gettext_noop("In row %(row)s there is more than a page of text: shorten it"),
                row=self._number,
            )
        if self._all_length > LARGEST_TEXT:
            raise FileRefused(gettext_noop("The file is too large inside: split it into several"))
        self._text.append(piece)

    def _end(self, name: str) -> None:
        self._path.pop()
        text = "".join(self._text)
        self._text.clear()
        if self._offer is None:
            self._row_length = 0
            if name == "category":
                self._categories.name(text)
        elif name == "offer":
            self._ended.append(Record(self._number, self._cells(self._offer)))
            self._offer = None
        elif name == "param" and self._param.strip().casefold() in _VARIANTS:
            self._variant.append(text.strip())
        elif name in _READ and self._path[-1:] == ["offer"]:
            self._offer.setdefault(name, text)

    def _cells(self, offer: dict[str, str]) -> list[str]:
        said = {name: offer.get(name, "") for name in HEADINGS}
        said["vendorCode"] = offer.get("vendorCode", "").strip() or offer.get("id", "")
        said["name"] = offer.get("name") or _full_name(offer)
        said["quantity"] = _quantity(offer)
        said["category"] = self._categories.text(offer.get("categoryId", "").strip())
        description = next((offer[name] for name in _DESCRIPTIONS if offer.get(name)), "")
        said["description"] = text_of(description)
        said["variant"] = " / ".join(filter(None, self._variant))
        said["weight (kg)"] = offer.get("weight", "")
        sides = offer.get("dimensions", "").split("/")
        if len(sides) == len(_SIDES):
            said |= dict(zip(_SIDES, sides, strict=True))
        return [tidy(cell) for cell in said.values()]


def _full_name(offer: dict[str, str]) -> str:
    """Of a `vendor.model` offer, which has no name of its own."""
    parts = (offer.get(part, "").strip() for part in ("typePrefix", "vendor", "model"))
    return " ".join(filter(None, parts))


def _quantity(offer: dict[str, str]) -> str:
    """Without a number, what cannot be had now is 0 and the rest is not known.

    Our own feeds say beside what is for sale how much is on the shelf.
    """
    if "on_hand" in offer:
        return offer["on_hand"]
    number = next((offer[name] for name in _QUANTITIES if offer.get(name)), "")
    return number or ("0" if offer.get("available", "").strip() == "false" else "")
