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


class StockOfKeys(AppError):
    """The units of such a variant are its licence keys; nothing was changed."""

    code = "stock_of_keys"
    kind = Kind.CONFLICT
    title = gettext_noop("Its units are licence keys: add keys to the pool, or withdraw them")


class QuantityInvalid(AppError):
    code = "quantity_invalid"
    kind = Kind.INVALID
    title = gettext_noop("Enter a whole number of units")


class UnitsNotHere(AppError):
    """Nothing was taken: the order waits for units, or holds fewer than were asked."""

    code = "units_not_here"
    kind = Kind.CONFLICT
    title = gettext_noop("Not all units of this order have come: receive them first")


class WarehouseMissing(AppError):
    code = "warehouse_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such warehouse")


class WarehouseNameMissing(AppError):
    code = "warehouse_name_required"
    kind = Kind.INVALID
    title = gettext_noop("Name the place in 1 to 100 characters")


class WarehouseNotEmpty(AppError):
    code = "warehouse_not_empty"
    kind = Kind.CONFLICT
    title = gettext_noop("There are units in this warehouse: move them to another one first")


class LastWarehouse(AppError):
    code = "last_warehouse"
    kind = Kind.CONFLICT
    title = gettext_noop("At least one warehouse has to sell: open another one first")


class TooManyWarehouses(AppError):
    code = "too_many_warehouses"
    kind = Kind.CONFLICT
    title = gettext_noop("A shop has at most %(most)s places")


class PlaceInvalid(AppError):
    code = "place_invalid"
    kind = Kind.INVALID
    title = gettext_noop("A point on the map has a latitude and a longitude")


class PolicyInvalid(AppError):
    code = "stock_policy_invalid"
    kind = Kind.INVALID
    title = gettext_noop("A pre-order needs the day from which it will be there")


class LimitTooLow(AppError):
    """`promised` units are promised already."""

    code = "backorder_limit_too_low"
    kind = Kind.CONFLICT
    title = gettext_noop("%(promised)s units are promised already: set the limit no lower")


class DocumentMissing(AppError):
    code = "stock_document_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such document")


class DocumentClosed(AppError):
    code = "stock_document_closed"
    kind = Kind.CONFLICT
    title = gettext_noop("This document has ended: make a new one")


class DocumentEmpty(AppError):
    code = "stock_document_empty"
    kind = Kind.INVALID
    title = gettext_noop("Name at least one of the goods and how many units of it")


class SamePlace(AppError):
    code = "same_warehouse"
    kind = Kind.INVALID
    title = gettext_noop("Choose two different warehouses")


class NotHeld(AppError):
    """The order does not hold so many units; nothing was changed."""

    code = "units_not_held"
    kind = Kind.CONFLICT
    title = gettext_noop("So many units are not put aside for this order")


class TooManySubscriptions(AppError):
    code = "too_many_subscriptions"
    kind = Kind.CONFLICT
    title = gettext_noop("You wait for %(most)s goods already: stop waiting for one of them first")
