"""Where the shopper comes for the order."""

from uuid import UUID

from kram.billing.checkout.requests import CheckoutRequest
from kram.kit.db.tx import TenantRead
from kram.kit.errors import FieldError, InvalidInput
from kram.kit.messages import gettext_noop
from kram.shop.inventory.models import Warehouse
from kram.shop.inventory.queries.places import pickup_points
from kram.shop.orders.models import DeliveryMethod

_FIELD = "/pickup_point"


async def pickup_point(tx: TenantRead, request: CheckoutRequest) -> Warehouse | None:
    """The chosen place, or the only one; None of a shop that names none, and for a courier.

    Raises: InvalidInput.
    """
    if request.delivery is not DeliveryMethod.PICKUP:
        return None
    points = {point.id: point for point in await pickup_points(tx)}
    if request.pickup_point is None:
        return _only(list(points.values()))
    return _named(points, request.pickup_point)


def address_of(point: Warehouse) -> str:
    """As the order keeps it, whatever becomes of the place."""
    return f"{point.name}, {point.address}" if point.address else point.name


def _only(points: list[Warehouse]) -> Warehouse | None:
    if len(points) > 1:
        detail = gettext_noop("Choose where you collect it")
        raise InvalidInput(errors=[FieldError(_FIELD, "required", detail)])
    return points[0] if points else None


def _named(points: dict[UUID, Warehouse], point_id: UUID) -> Warehouse:
    if point_id not in points:
        detail = gettext_noop("This place gives out no orders any more: choose another one")
        raise InvalidInput(errors=[FieldError(_FIELD, "unknown", detail)])
    return points[point_id]
