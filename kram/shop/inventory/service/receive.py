"""Units come, go, and are found to be others than the books say."""

from collections.abc import Mapping
from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.shop.inventory.errors import WarehouseMissing
from kram.shop.inventory.models import MoveCause
from kram.shop.inventory.queries import places, shelves
from kram.shop.inventory.rules import check_counted, check_deltas
from kram.shop.inventory.service.shift import shift
from kram.tenants.actor import Actor


async def receive(
    tx: TenantTx,
    variant_id: UUID,
    delta: int,
    cause: MoveCause,
    actor: Actor,
    *,
    warehouse_id: UUID | None = None,
    note: str = "",
    document_id: UUID | None = None,
    with_keys: bool = False,
) -> None:
    """Adds units, or removes them with a negative delta. Raises like `receive_many`."""
    await receive_many(
        tx,
        {variant_id: delta},
        cause,
        actor,
        warehouse_id=warehouse_id,
        note=note,
        document_id=document_id,
        with_keys=with_keys,
    )


async def receive_many(
    tx: TenantTx,
    deltas: Mapping[UUID, int],
    cause: MoveCause,
    actor: Actor,
    *,
    warehouse_id: UUID | None = None,
    note: str = "",
    document_id: UUID | None = None,
    with_keys: bool = False,
) -> None:
    """All of the deltas or none, in that warehouse or the first one.

    The same number of statements for any number of variants; those exist. `with_keys` as in
    `shift`. Raises: QuantityInvalid, StockTooLow, StockOfKeys, WarehouseMissing.
    """
    check_deltas(deltas)
    if not deltas:
        return
    place = warehouse_id or await places.first_warehouse(tx)
    await shift(
        tx,
        {(variant_id, place): delta for variant_id, delta in deltas.items()},
        cause,
        actor,
        document_id=document_id,
        note=note,
        with_keys=with_keys,
    )


async def recount(
    tx: TenantTx,
    counted: Mapping[UUID, int],
    actor: Actor,
    *,
    warehouse_id: UUID | None = None,
    document_id: UUID | None = None,
) -> Mapping[UUID, int]:
    """Writes the differences to what was counted this moment as deltas.

    The rows are locked before they are compared, so an order shipped meanwhile is not undone by
    accident of timing. A pool of licence keys has as many units as keys, whatever was counted.
    Returns the deltas that were not 0. Raises like `receive_many`.
    """
    check_counted(counted)
    if not counted:
        return {}
    place = warehouse_id or await places.first_warehouse(tx)
    if place not in await shelves.open_rows(tx, sorted(counted), [place]):
        raise WarehouseMissing
    known = {
        row.variant_id: counted[row.variant_id] if row.of_keys else row.on_hand
        for row in await shelves.lock_rows(tx, sorted(counted))
        if row.warehouse_id == place
    }
    deltas = {variant_id: units - known[variant_id] for variant_id, units in counted.items()}
    differing = {variant_id: delta for variant_id, delta in deltas.items() if delta}
    if differing:
        moves = {(variant_id, place): delta for variant_id, delta in differing.items()}
        await shift(tx, moves, MoveCause.COUNTED, actor, document_id=document_id, is_open=True)
    return differing
