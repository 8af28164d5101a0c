"""What the stock refuses."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class Shortage(msgspec.Struct, frozen=True):
    """`left` units can still be had of a variant of which `wanted` were asked."""

    variant_id: UUID
    wanted: int
    left: int


class OutOfStock(AppError):
    """The whole cart was refused and nothing was reserved; `shortages` names every lack."""

    code = "out_of_stock"
    kind = Kind.CONFLICT
    title = gettext_noop("Some goods ran out while you were choosing")

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        self.shortages = tuple(shortages)
        super().__init__(
            gettext_noop("Some goods ran out: change their quantity in the cart"),
            shortages=self.shortages,
        )


class StockTooLow(AppError):
    """A removal would leave less than is promised to orders; nothing was changed."""

    code = "stock_too_low"
    kind = Kind.CONFLICT
    title = gettext_noop("There are not enough free units to remove")

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        self.shortages = tuple(shortages)
        super().__init__(
            gettext_noop("At most %(left)s units are free: the others are promised to orders"),
            left=min(shortage.left for shortage in shortages),
            shortages=self.shortages,
        )


class QuantityInvalid(AppError):
    code = "quantity_invalid"
    kind = Kind.INVALID
    title = gettext_noop("Enter a whole number of units")


class NotHeld(AppError):
    """The order does not hold so many units; nothing was changed."""

    code = "units_not_held"
    kind = Kind.CONFLICT
    title = gettext_noop("So many units are not put aside for this order")
