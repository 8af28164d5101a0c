"""The places of a shop: where units are, and where shoppers collect orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.inventory.errors import (
    LastWarehouse,
    PlaceInvalid,
    TooManyWarehouses,
    WarehouseMissing,
    WarehouseNameMissing,
    WarehouseNotEmpty,
)
from kram.shop.inventory.events import AvailabilityChanged, FillDue
from kram.shop.inventory.models import Warehouse
from kram.shop.inventory.queries import places

MOST_WAREHOUSES = 50
LONGEST_NAME, LONGEST_ADDRESS, LONGEST_HOURS = 100, 300, 200
_EVENT_VARIANTS = 500
"""Of one event: its row stays small."""


@dataclass(frozen=True, slots=True)
class WarehouseDraft:
    """Units of an active place are for sale; shoppers collect orders where `is_pickup`.

    A pick-up point that keeps no units is a place that is not active. `latitude` and `longitude`
    in degrees.
    """

    name: str
    address: str = ""
    is_active: bool = True
    is_pickup: bool = False
    hours: str = ""
    latitude: float | None = None
    longitude: float | None = None


async def add_warehouse(tx: TenantTx, draft: WarehouseDraft) -> Warehouse:
    """The last by priority. Raises: WarehouseNameMissing, PlaceInvalid, TooManyWarehouses."""
    _check(draft)
    standing = await places.lock_warehouses(tx)
    if len(standing) >= MOST_WAREHOUSES:
        raise TooManyWarehouses(most=MOST_WAREHOUSES)
    position = 1 + max((place.position for place in standing), default=0)
    place = Warehouse(id=new_id(), position=position)
    _write(place, draft)
    tx.add(place)
    await tx.flush()
    return place


async def change_warehouse(tx: TenantTx, warehouse_id: UUID, draft: WarehouseDraft) -> Warehouse:
    """Units of a place that is closed stay promised to their orders, and are sold no more.

    Raises: WarehouseMissing, LastWarehouse, WarehouseNameMissing, PlaceInvalid.
    """
    _check(draft)
    standing = await places.lock_warehouses(tx)
    place = _find(standing, warehouse_id)
    if place.is_active and not draft.is_active:
        _refuse_last(standing, place)
    was_active = place.is_active
    _write(place, draft)
    await tx.flush()
    if place.is_active != was_active:
        await _tell(tx, place)
    return place


async def reorder(tx: TenantTx, warehouse_ids: Sequence[UUID]) -> Sequence[Warehouse]:
    """The named places first, in that order, then the others. Raises: WarehouseMissing."""
    standing = {place.id: place for place in await places.lock_warehouses(tx)}
    if not all(warehouse_id in standing for warehouse_id in warehouse_ids):
        raise WarehouseMissing
    rest = sorted(standing.values(), key=lambda place: (place.position, place.id))
    wanted = dict.fromkeys([*warehouse_ids, *(place.id for place in rest)])
    await places.set_positions(tx, list(wanted))
    tx.session.expire_all()
    return await places.warehouses(tx)


async def remove_warehouse(tx: TenantTx, warehouse_id: UUID) -> None:
    """It stays in the ledger by name. Nothing can be put into it meanwhile.

    Raises: WarehouseMissing, LastWarehouse, WarehouseNotEmpty (units, or an open document).
    """
    standing = await places.lock_warehouses(tx)
    place = _find(standing, warehouse_id)
    _refuse_last(standing, place)
    await places.close_warehouse(tx, place.id)
    if await places.units_in(tx, place.id) or await places.on_the_way(tx, place.id):
        raise WarehouseNotEmpty
    place.removed_at = tx.now
    place.is_active = place.is_pickup = False
    await tx.flush()


def _find(standing: Sequence[Warehouse], warehouse_id: UUID) -> Warehouse:
    for place in standing:
        if place.id == warehouse_id:
            return place
    raise WarehouseMissing


def _refuse_last(standing: Sequence[Warehouse], place: Warehouse) -> None:
    if not any(other.is_active for other in standing if other is not place):
        raise LastWarehouse


def _check(draft: WarehouseDraft) -> None:
    if not 1 <= len(draft.name.strip()) <= LONGEST_NAME:
        raise WarehouseNameMissing
    point = (draft.latitude, draft.longitude)
    if point == (None, None):
        return
    latitude, longitude = point
    # Written so that NaN is refused as well.
    if latitude is None or longitude is None or not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise PlaceInvalid


def _write(place: Warehouse, draft: WarehouseDraft) -> None:
    place.name = draft.name.strip()
    place.address = draft.address.strip()[:LONGEST_ADDRESS]
    place.is_active = draft.is_active
    place.is_pickup = draft.is_pickup
    place.hours = draft.hours.strip()[:LONGEST_HOURS]
    place.latitude, place.longitude = draft.latitude, draft.longitude


async def _tell(tx: TenantTx, place: Warehouse) -> None:
    """Its units came to be sold, or ceased to."""
    here = await places.sold_here(tx, place.id)
    changed = [row.variant_id for row in here if row.elsewhere <= 0]
    for first in range(0, len(changed), _EVENT_VARIANTS):
        some = tuple(changed[first : first + _EVENT_VARIANTS])
        tx.publish(AvailabilityChanged(variant_ids=some))
        if place.is_active:
            tx.publish(FillDue(variant_ids=some))
