"""A row of a file: what it says, or what is wrong with it. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kram.kit.currencies import EXPONENTS
from kram.kit.errors import AppError, FieldError
from kram.kit.messages import gettext_noop
from kram.kit.money import Money
from kram.kit.text import line
from kram.shop.catalog.drafts import ProductDraft, VariantDraft, parse_price, refused_fields
from kram.shop.inventory.rules import LARGEST_QUANTITY

Row = dict[str, str]
"""A row of a file by our names."""

DEEPEST_CATEGORY = 10
_LONGEST_CATEGORY = 100
_LONGEST_VALUE = 200
_SPACES = str.maketrans("", "", " \u00a0\u2009\u202f")
_OLD_CODES = {"RUR": "RUB", "BYR": "BYN"}
"""Feeds still call the rouble so."""

_SEPARATOR = re.compile(r"//|/")
_COLUMNS: Mapping[str, str] = {
    "/title": "title",
    "/description": "description",
    "/variants": "product",
    "/category_id": "category",
}


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

    def variant_draft(self, *, alone: bool) -> VariantDraft:
        """Of several variants each needs a name: one without any is called by its SKU."""
        title = self.variant if alone or self.variant else self.sku
        return VariantDraft(sku=self.sku, price=self.price, title=title)


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
        stock = _stock(row.get("stock", ""))
    except ValueError:
        refuse("stock", gettext_noop("Write the stock as a whole number from 0 to 1,000,000,000"))
    if _differs(row.get("currency", ""), currency):
        refuse("currency", gettext_noop("Give prices in the shop's own currency"))
    if len(category) > DEEPEST_CATEGORY or any(len(name) > _LONGEST_CATEGORY for name in category):
        refuse("category", gettext_noop("Use at most 10 levels, each of at most 100 letters"))
    good = GoodRow(
        number=number,
        title=row["title"],
        description=row.get("description", ""),
        category=category,
        sku=row["sku"],
        price=price,
        variant=row.get("variant", ""),
        stock=stock,
    )
    for refused in _refused(good):
        refuse(column_of(refused), refused.detail)
    return faults or good


def column_of(error: FieldError) -> str:
    """The file's column from which a field of a draft came."""
    if error.pointer in _COLUMNS:
        return _COLUMNS[error.pointer]
    field = error.pointer.rpartition("/")[2]
    return "variant" if field == "title" else field


def variant_of(error: FieldError) -> int:
    """Which of the draft's variants is refused; the first one for the product as a whole."""
    parts = error.pointer.split("/")
    return int(parts[2]) if len(parts) > 2 and parts[1] == "variants" else 0


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
        title=line(row.title),
        description=row.description,
        variants=(row.variant_draft(alone=True),),
    )
    return refused_fields(draft)


def _differs(said: str, currency: str) -> bool:
    """Words that are no code ("грн", "$") say nothing."""
    code = _OLD_CODES.get(said.upper(), said.upper())
    return code in EXPONENTS and code != currency


def _stock(text: str) -> int | None:
    """Raises: ValueError."""
    digits = text.translate(_SPACES)
    if not digits:
        return None
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 10):
        raise ValueError
    units = int(digits)
    if units > LARGEST_QUANTITY:
        raise ValueError
    return units
