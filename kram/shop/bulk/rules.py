"""Which goods, and what becomes of them. Pure."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from kram.shop.catalog.drafts import LARGEST_PRICE
from kram.shop.catalog.models import ProductStatus
from kram.shop.inventory.rules import LARGEST_QUANTITY

Text = Annotated[str, Meta(max_length=100, pattern=r"^[^\u0000]*$")]
Minor = Annotated[int, Meta(ge=0, le=LARGEST_PRICE)]
Units = Annotated[int, Meta(ge=0, le=LARGEST_QUANTITY)]


class GoodsFilter(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """All that is told must hold; spans hold both their ends. Archived goods only by `status`.

    `category_id` means what lies below it too; prices are minor units; `stock` is what is on hand
    in all warehouses; every word of `text` stands in the title or the SKU.
    """

    category_id: UUID | None = None
    tag: Text = ""
    status: ProductStatus | None = None
    price_from: Minor | None = None
    price_to: Minor | None = None
    stock_from: Units | None = None
    stock_to: Units | None = None
    text: Text = ""


class Rounding(StrEnum):
    NEAREST = "nearest"
    UP = "up"
    DOWN = "down"


Step = Annotated[int, Meta(ge=1, le=1_000_000)]


class PricePercent(
    Struct, frozen=True, tag="price_percent", tag_field="kind", forbid_unknown_fields=True
):
    """`basis_points`: 1250 is 12.5 % more. Rounded to a multiple of `step` minor units."""

    basis_points: Annotated[int, Meta(ge=-10_000, le=100_000)]
    step: Step = 1
    rounding: Rounding = Rounding.NEAREST


class PriceAmount(
    Struct, frozen=True, tag="price_amount", tag_field="kind", forbid_unknown_fields=True
):
    """`minor` units more, or fewer below zero; then rounded like a percentage."""

    minor: Annotated[int, Meta(ge=-LARGEST_PRICE, le=LARGEST_PRICE)]
    step: Step = 1
    rounding: Rounding = Rounding.NEAREST


class SetCategory(
    Struct, frozen=True, tag="category", tag_field="kind", forbid_unknown_fields=True
):
    """None takes the goods out of theirs."""

    category_id: UUID | None


class SetStatus(Struct, frozen=True, tag="status", tag_field="kind", forbid_unknown_fields=True):
    status: ProductStatus


class StockDelta(Struct, frozen=True, tag="stock", tag_field="kind", forbid_unknown_fields=True):
    """Units more in the first warehouse, or fewer below zero."""

    delta: Annotated[int, Meta(ge=-LARGEST_QUANTITY, le=LARGEST_QUANTITY)]


PriceChange = PricePercent | PriceAmount
Change = PricePercent | PriceAmount | SetCategory | SetStatus | StockDelta


def new_price(minor: int, change: PriceChange) -> int | None:
    """None where the price would be below zero or too large: it stays as it is.

    Exact: a percentage is taken in ten-thousandths and rounded once, halves up.
    """
    if isinstance(change, PricePercent):
        numerator = minor * (10_000 + change.basis_points)
        rounded = _rounded(numerator, 10_000 * change.step, change.rounding) * change.step
    else:
        rounded = _rounded(minor + change.minor, change.step, change.rounding) * change.step
    return rounded if 0 <= rounded <= LARGEST_PRICE else None


def _rounded(numerator: int, denominator: int, rounding: Rounding) -> int:
    match rounding:
        case Rounding.UP:
            return -(-numerator // denominator)
        case Rounding.DOWN:
            return numerator // denominator
        case _:
            return (2 * numerator + denominator) // (2 * denominator)
