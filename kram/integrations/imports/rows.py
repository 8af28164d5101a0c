"""A row of a file: what it says, or what is wrong with it. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kram.integrations.imports.fields import OF_PRODUCTS, OF_VARIANTS, told, whole
from kram.kit.currencies import EXPONENTS
from kram.kit.errors import AppError, FieldError
from kram.kit.messages import gettext_noop
from kram.kit.money import Money
from kram.kit.text import line, lines
from kram.shop.catalog.bulk import VariantRow
from kram.shop.catalog.drafts import ProductDraft, clean_sku, parse_price, refused_fields
from kram.shop.inventory.rules import LARGEST_QUANTITY

Row = dict[str, str]
"""A row of a file by our names."""

DEEPEST_CATEGORY = 10
_LONGEST_CATEGORY = 100
_LONGEST_VALUE = 200
_OLD_CODES = {"RUR": "RUB", "BYR": "BYN"}
"""Feeds still call the rouble so."""

_SEPARATOR = re.compile(r"//|/")
_COLUMNS: Mapping[str, str] = {
    "/title": "title",
    "/description": "description",
    "/variants": "product",
    "/category_id": "category",
    "/options": "option1",
}
_OF_VARIANTS = {"title": "variant", "choice": "variant"}
_VARIANTS, _OPTIONS = ("variant", "variant2", "variant3"), ("option1", "option2", "option3")
_SHOPIFYS_ONLY_VARIANT = "Default Title"


@dataclass(frozen=True, slots=True)
class RowFault:
    """`message` is a msgid, translated when shown; `value` is what stood there."""

    row: int
    column: str
    message: str
    value: str


@dataclass(frozen=True, slots=True)
class GoodRow:
    """One variant. `stock` None: the file does not say."""

    number: int
    title: str
    description: str
    category: tuple[str, ...]
    sku: str
    price: Money
    variant: str
    stock: int | None
    options: tuple[str, ...]
    choice: tuple[str, ...]
    of_product: dict[str, Any]
    of_variant: dict[str, Any]

    def variant_row(self, *, alone: bool) -> VariantRow:
        """Of several variants each needs a name: one without any is called by its SKU."""
        title = self.variant if alone or self.variant else self.sku
        return VariantRow(
            sku=self.sku, price=self.price, title=title, values=self.of_variant, choice=self.choice
        )


def read_row(number: int, row: Row, currency: str) -> GoodRow | list[RowFault]:
    """Every fault of the row, or the row."""
    faults: list[RowFault] = []

    def refuse(column: str, message: str) -> None:
        faults.append(RowFault(number, column, message, row.get(column, "")[:_LONGEST_VALUE]))

    price, stock, category = Money.zero(currency), None, category_path(row.get("category", ""))
    try:
        price = parse_price(row["price"], currency)
    except AppError as error:
        # What is filled with values cannot be translated later: the title says enough.
        refuse("price", error.title)
    try:
        stock = whole(row.get("stock", ""), LARGEST_QUANTITY)
    except ValueError:
        refuse("stock", gettext_noop("Write the stock as a whole number from 0 to 1,000,000,000"))
    if _differs(row.get("currency", ""), currency):
        refuse("currency", gettext_noop("Give prices in the shop's own currency"))
    if len(category) > DEEPEST_CATEGORY or any(len(name) > _LONGEST_CATEGORY for name in category):
        refuse("category", gettext_noop("Use at most 10 levels, each of at most 100 letters"))
    options, choice, variant = _variant(row)
    of_variant = told(OF_VARIANTS, row, currency, refuse)
    sale = of_variant.get("sale_minor")
    if sale is not None and sale >= price.minor and not faults:
        refuse("sale_price", gettext_noop("A sale price is lower than the price"))
    good = GoodRow(
        number=number,
        title=line(row["title"]),
        description=lines(row.get("description", "")),
        category=category,
        sku=clean_sku(row["sku"]),
        price=price,
        variant=line(variant),
        stock=stock,
        options=options,
        choice=choice,
        of_product=told(OF_PRODUCTS, row, currency, refuse),
        of_variant=of_variant,
    )
    for refused in _refused(good):
        refuse(column_of(refused), refused.detail)
    return faults or good


def column_of(error: FieldError) -> str:
    """The file's column from which a field of a draft came."""
    if error.pointer in _COLUMNS:
        return _COLUMNS[error.pointer]
    field = error.pointer.rpartition("/")[2]
    return _OF_VARIANTS.get(field, field)


def variant_of(error: FieldError) -> int:
    """Which of the draft's variants is refused; the first one for the product as a whole."""
    parts = error.pointer.split("/")
    return int(parts[2]) if len(parts) > 2 and parts[1] == "variants" else 0


@lru_cache(maxsize=4096)
def category_path(text: str) -> tuple[str, ...]:
    """ "Sport / Lamps" is Lamps inside Sport; a slash of a name itself is doubled."""
    names = [""]
    position = 0
    for found in _SEPARATOR.finditer(text):
        names[-1] += text[position : found.start()]
        position = found.end()
        if found[0] == "//":
            names[-1] += "/"
        else:
            names.append("")
    names[-1] += text[position:]
    tidy = (line(name) for name in names)
    return tuple(name for name in tidy if name)


def category_text(path: tuple[str, ...]) -> str:
    """What `category_path` reads back as that path."""
    return " / ".join(name.replace("/", "//") for name in path)


def _refused(row: GoodRow) -> Iterator[FieldError]:
    draft = ProductDraft(
        title=row.title,
        description=row.description,
        variants=(row.variant_row(alone=True),),
    )
    return refused_fields(draft)


def _differs(said: str, currency: str) -> bool:
    """Words that are no code ("грн", "$") say nothing."""
    code = _OLD_CODES.get(said.upper(), said.upper())
    return code in EXPONENTS and code != currency


def _variant(row: Row) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Names of options, the variant's values of them, and its name."""
    if row.keys().isdisjoint(_VARIANTS):
        return (), (), ""
    values = [row.get(name, "") for name in _VARIANTS]
    if values[0] == _SHOPIFYS_ONLY_VARIANT:
        return (), (), ""
    name = " / ".join(filter(None, values)) if any(values[1:]) else values[0]
    options = tuple(filter(None, (row.get(option, "") for option in _OPTIONS)))
    return options, tuple(values[: len(options)]), name
