"""A row of a file as a draft of the catalogue's; pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from kram.integrations.imports.csv_file import Row
from kram.kit.errors import AppError, FieldError
from kram.kit.messages import gettext_noop
from kram.shop.catalog.drafts import ProductDraft, VariantDraft, parse_price

LARGEST_STOCK = 10_000_000
_CATEGORY_SEPARATOR = "/"
_LONGEST_VALUE = 200
_COLUMNS = {(True, "title"): "variant", (False, "category_id"): "category"}
"""Where a draft's field is called otherwise than the file's column."""


@dataclass(frozen=True, slots=True)
class RowFault:
    """`message` is a msgid, filled and translated when shown."""

    row: int
    column: str
    message: str
    value: str


@dataclass(slots=True)
class Goods:
    """Consecutive rows that make one product."""

    numbers: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    @property
    def key(self) -> str:
        return self.rows[0].get("product", "")


def grouped(rows: Iterable[tuple[int, Row]]) -> Iterable[Goods]:
    """Rows with the same `product` that follow each other are variants of one product."""
    current = Goods()
    for number, row in rows:
        if current.rows and not (row.get("product") and row.get("product") == current.key):
            yield current
            current = Goods()
        current.numbers.append(number)
        current.rows.append(row)
    if current.rows:
        yield current


def category_path(row: Row) -> tuple[str, ...]:
    """ "Sport / Lamps" is a lamp's category inside sport."""
    parts = (part.strip() for part in row.get("category", "").split(_CATEGORY_SEPARATOR))
    return tuple(part[:100] for part in parts if part)


def draft_of(
    goods: Goods, currency: str, category_id: UUID | None, faults: list[RowFault]
) -> ProductDraft | None:
    """None when a price cannot be read; the rest is judged by the catalogue."""
    variants = [
        _variant(number, row, currency, faults, alone=len(goods.rows) == 1)
        for number, row in zip(goods.numbers, goods.rows, strict=True)
    ]
    readable = tuple(variant for variant in variants if variant is not None)
    if len(readable) < len(variants):
        return None
    first = goods.rows[0]
    return ProductDraft(
        title=first["title"],
        description=first.get("description", ""),
        category_id=category_id,
        variants=readable,
    )


def counted_stock(goods: Goods, faults: list[RowFault]) -> dict[str, int]:
    """Units by SKU, of the rows that say any."""
    stock: dict[str, int] = {}
    for number, row in zip(goods.numbers, goods.rows, strict=True):
        units = _stock(number, row, faults)
        if units is not None:
            stock[row["sku"]] = units
    return stock


def fault_of(goods: Goods, error: FieldError) -> RowFault:
    """Lays a fault of the draft at the row and column that it came from."""
    parts = error.pointer.strip("/").split("/")
    of_variant = parts[0] == "variants" and len(parts) > 2
    place = int(parts[1]) if of_variant else 0
    field_name = parts[2] if of_variant else parts[0]
    column = _COLUMNS.get((of_variant, field_name), field_name)
    value = goods.rows[place].get(column, "")
    return RowFault(goods.numbers[place], column, error.detail, value[:_LONGEST_VALUE])


def _variant(
    number: int, row: Row, currency: str, faults: list[RowFault], *, alone: bool
) -> VariantDraft | None:
    text = row["price"]
    try:
        price = parse_price(text, currency)
    except AppError as error:
        faults.append(RowFault(number, "price", error.detail, text[:_LONGEST_VALUE]))
        return None
    title = row.get("variant", "")
    return VariantDraft(sku=row["sku"], price=price, title=title if alone or title else row["sku"])


def _stock(number: int, row: Row, faults: list[RowFault]) -> int | None:
    text = row.get("stock", "").replace(" ", "").replace("\u00a0", "")
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or int(text[:12]) > LARGEST_STOCK:
        message = gettext_noop("Write the stock as a whole number from 0 to 10,000,000")
        faults.append(RowFault(number, "stock", message, text[:_LONGEST_VALUE]))
        return None
    return int(text)
