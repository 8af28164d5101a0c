"""Fields that a file may tell besides: what a cell says, and how we would write it. Pure."""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.shop.catalog.details import clean_tags, refused_tags
from kram.shop.catalog.drafts import parse_price
from kram.shop.catalog.models import ProductStatus
from kram.shop.catalog.options.changes import LARGEST_MEASURE, LONGEST_BARCODE

Parse = Callable[[str, str], Any]
"""From a cell and the shop's currency; raises AppError or CellRefused."""

_SPACES = str.maketrans("", "", " \u00a0\u2009\u202f")
_WHOLE = re.compile(r"[0-9]{1,10}")
_WORDS: Mapping[str, ProductStatus] = {
    **dict.fromkeys(("draft", "чернетка", "черновик"), ProductStatus.DRAFT),
    **dict.fromkeys(("0", "-1", "false", "no", "ні", "нет", "unlisted"), ProductStatus.DRAFT),
    **dict.fromkeys(("active", "published", "publish", "на продажі"), ProductStatus.ACTIVE),
    **dict.fromkeys(("1", "true", "yes", "так", "да", "в продаже"), ProductStatus.ACTIVE),
    **dict.fromkeys(("archived", "архів", "архив", "в архіві", "в архиве"), ProductStatus.ARCHIVED),
}


class CellRefused(ValueError):
    """Its argument is a msgid."""


@dataclass(frozen=True, slots=True)
class Field:
    """`name` is the column of the product or the variant."""

    name: str
    parse: Parse


def whole(text: str, most: int) -> int | None:
    """None for an empty cell. Raises: ValueError."""
    digits = text.translate(_SPACES)
    if not digits:
        return None
    if not _WHOLE.fullmatch(digits) or int(digits) > most:
        raise ValueError
    return int(digits)


def tags_text(tags: Sequence[str]) -> str:
    """What is read back as these."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(tags)
    return text.getvalue() if tags else ""


def _tags(text: str, _: str) -> list[str]:
    try:
        said = next(csv.reader([text], skipinitialspace=True), [])
    except csv.Error as error:
        raise CellRefused(gettext_noop("Write tags with commas between them")) from error
    tags = clean_tags(tuple(said))
    for refused in refused_tags(tags):
        raise CellRefused(refused.detail)
    return tags


def _status(text: str, _: str) -> ProductStatus:
    status = _WORDS.get(text.casefold())
    if status is None:
        raise CellRefused(gettext_noop("Write draft, active or archived"))
    return status


def _barcode(text: str, _: str) -> str:
    barcode = "".join(text.split())
    if len(barcode) > LONGEST_BARCODE:
        raise CellRefused(gettext_noop("Make this shorter"))
    return barcode


def _measure(text: str, _: str) -> int | None:
    try:
        return whole(text, LARGEST_MEASURE)
    except ValueError:
        raise CellRefused(gettext_noop("Give a whole number from 0 up")) from None


def _amount(text: str, currency: str) -> int | None:
    try:
        return parse_price(text, currency).minor if text else None
    except AppError as error:
        # What is filled with values cannot be translated later: the title says enough.
        raise CellRefused(error.title) from error


OF_PRODUCTS: Mapping[str, Field] = {
    "tags": Field("tags", _tags),
    "status": Field("status", _status),
}
OF_VARIANTS: Mapping[str, Field] = {
    "barcode": Field("barcode", _barcode),
    "compare_at_price": Field("compare_at_minor", _amount),
    "sale_price": Field("sale_minor", _amount),
    "cost_price": Field("cost_minor", _amount),
    **{
        name: Field(name, _measure)
        for name in ("weight_grams", "length_mm", "width_mm", "height_mm")
    },
}
SILENT = frozenset(("status",))
"""An empty cell of these says nothing; of the others it takes away what was there."""


def told(
    fields: Mapping[str, Field],
    row: Mapping[str, str],
    currency: str,
    refuse: Callable[[str, str], None],
) -> dict[str, Any]:
    """By our columns; `refuse` hears of each cell that says nothing that can be kept."""
    values: dict[str, Any] = {}
    for column, field in fields.items():
        if column not in row or not (row[column] or column not in SILENT):
            continue
        text = row[column]
        if "\0" in text:
            refuse(column, gettext_noop("Remove the invisible character"))
            continue
        try:
            values[field.name] = field.parse(text, currency)
        except CellRefused as refused:
            refuse(column, str(refused))
    return values
