"""What a parcel is made of: units of an order's lines, under the order's lock."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.kit.text import line as clean
from kram.shop.inventory.rules import sum_by_variant
from kram.shop.orders import queries
from kram.shop.orders.errors import (
    LineMissing,
    ParcelEmpty,
    ParcelMissing,
    ParcelTooLarge,
)
from kram.shop.orders.models import (
    Fulfilment,
    Order,
    OrderLine,
    OrderStatus,
    ParcelState,
    StepKind,
)
from kram.shop.orders.rules import PACKABLE, Action, Progress, impossible, status_after
from kram.shop.orders.service.step import move, standing, write_down
from kram.tenants.actor import Actor


@dataclass(frozen=True, slots=True)
class Tracking:
    """How a parcel travels; all of it may be unknown."""

    number: str = ""
    url: str = ""
    carrier: str = ""

    def stripped(self) -> "Tracking":
        return Tracking(clean(self.number), clean(self.url), clean(self.carrier))


UNTRACKED = Tracking()


@dataclass(frozen=True, slots=True)
class Contents:
    """An order and its parts, ours until the commit."""

    order: Order
    lines: Mapping[UUID, OrderLine]
    parcels: list[Fulfilment]

    @property
    def progress(self) -> Progress:
        """Of what is sent; of an order with nothing to send, of what is given."""
        lines = [line for line in self.lines.values() if line.is_sent]
        if not any(line.quantity > line.cancelled_quantity for line in lines):
            return self._given()
        arrived = [parcel for parcel in self.parcels if parcel.state == ParcelState.DELIVERED]
        return Progress(
            wanted=sum(line.quantity - line.cancelled_quantity for line in lines),
            packed=sum(line.fulfilled_quantity for line in lines),
            shipped=sum(line.shipped_quantity for line in lines),
            delivered=sum(sum(parcel.units.values()) for parcel in arrived),
        )

    def _given(self) -> Progress:
        lines = [line for line in self.lines.values() if not line.is_sent]
        given = sum(line.shipped_quantity for line in lines)
        wanted = sum(line.quantity - line.cancelled_quantity for line in lines)
        return Progress(wanted, given, given, given)

    @property
    def has_given(self) -> bool:
        return any(line.given_quantity for line in self.lines.values())

    @property
    def only_given(self) -> bool:
        """Nothing is to be sent, and all of it was given."""
        sent = any(line.is_sent and line.left_quantity for line in self.lines.values())
        progress = self._given()
        parcels = any(parcel.state != ParcelState.CANCELLED for parcel in self.parcels)
        return not sent and not parcels and 0 < progress.wanted == progress.delivered

    def left(self) -> dict[UUID, int]:
        """Units that no parcel holds, by line; of what is sent."""
        return {line.id: line.left_quantity for line in self.lines.values() if line.left_quantity}

    def parcel(self, parcel_id: UUID) -> Fulfilment:
        """Raises: ParcelMissing."""
        for parcel in self.parcels:
            if parcel.id == parcel_id:
                return parcel
        raise ParcelMissing

    def by_variant(self, units: Mapping[UUID, int]) -> dict[UUID, int]:
        """What so many units of the lines are on the shelves: components, of a bundle."""
        return sum_by_variant(
            part
            for line_id, quantity in units.items()
            for part in self.lines[line_id].shelf_units(quantity).items()
        )


async def contents(tx: TenantTx, order: Order) -> Contents:
    """Of an order that is locked."""
    lines = {line.id: line for line in await queries.lines_of(tx, order.id)}
    return Contents(order, lines, list(await queries.parcels_of(tx, order.id)))


def fill(
    tx: TenantTx,
    held: Contents,
    units: Mapping[UUID, int],
    tracking: Tracking,
    warehouse_id: UUID | None = None,
) -> Fulfilment:
    """Raises like `pack`."""
    if OrderStatus(held.order.status) not in PACKABLE:
        raise impossible(standing(held.order), Action.SHIP)
    _check(held, units)
    for line_id, quantity in units.items():
        held.lines[line_id].fulfilled_quantity += quantity
    return _parcel(tx, held, units, tracking, warehouse_id)


def _parcel(
    tx: TenantTx,
    held: Contents,
    units: Mapping[UUID, int],
    tracking: Tracking = UNTRACKED,
    warehouse_id: UUID | None = None,
) -> Fulfilment:
    way = tracking.stripped()
    parcel = Fulfilment(
        id=new_id(),
        order_id=held.order.id,
        number=next_number(held),
        state=ParcelState.PACKED,
        warehouse_id=warehouse_id,
        carrier=way.carrier,
        tracking_number=way.number,
        tracking_url=way.url,
        lines=[
            {"line_id": str(line_id), "quantity": quantity} for line_id, quantity in units.items()
        ],
        created_at=tx.now,
    )
    tx.add(parcel)
    held.parcels.append(parcel)
    return parcel


def next_number(held: Contents) -> int:
    return len(held.parcels) + 1


def adopt(tx: TenantTx, held: Contents) -> None:
    """An order that the release before this one has sent has no parcel yet."""
    for line in held.lines.values():
        line.fulfilled_quantity = line.shipped_quantity = line.quantity
    parcel = _parcel(tx, held, {line.id: line.quantity for line in held.lines.values()})
    parcel.state, parcel.shipped_at = ParcelState.SHIPPED, held.order.updated_at
    parcel.tracking_number = held.order.tracking


def _check(held: Contents, units: Mapping[UUID, int]) -> None:
    if not units or min(units.values()) <= 0:
        raise ParcelEmpty
    for line_id, quantity in units.items():
        line = held.lines.get(line_id)
        if line is None:
            raise LineMissing
        if quantity > line.left_quantity:
            raise ParcelTooLarge(line_id=line_id, left=line.left_quantity)


def empty(tx: TenantTx, held: Contents, parcel: Fulfilment) -> None:
    for line_id, quantity in parcel.units.items():
        held.lines[line_id].fulfilled_quantity -= quantity
    parcel.state, parcel.cancelled_at = ParcelState.CANCELLED, tx.now


def write_way(order: Order, parcel: Fulfilment, tracking: Tracking) -> None:
    """What is not told stays as it was."""
    way = tracking.stripped()
    parcel.carrier = way.carrier or parcel.carrier
    parcel.tracking_number = way.number or parcel.tracking_number
    parcel.tracking_url = way.url or parcel.tracking_url
    if parcel.state != ParcelState.PACKED:
        order.tracking = parcel.tracking_number or order.tracking


def renew_status(tx: TenantTx, held: Contents) -> None:
    status = status_after(held.progress)
    move(tx, held.order, replace(standing(held.order), status=status))


def note_parcel(
    tx: TenantTx, order: Order, kind: StepKind, actor: Actor, parcel: Fulfilment
) -> None:
    write_down(tx, order, kind, actor, parcel.tracking_number, detail=which(parcel))


def which(parcel: Fulfilment) -> dict[str, object]:
    return {"parcel": parcel.number, "units": sum(parcel.units.values())}
