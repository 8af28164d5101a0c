"""How variants are sold and watched."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select, text, update
from sqlalchemy.dialects.postgresql import insert

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.inventory.models import WHOLE_SHOP, StockPolicy

_NAMED = StockPolicy.variant_id == any_(bindparam("variants", type_=ARRAY(Uuid())))
_LOCK = select(StockPolicy).where(_NAMED).order_by(StockPolicy.variant_id).with_for_update()

_TELL_LOW = text(
    """
    INSERT INTO stock_policy (variant_id, low_told)
    SELECT id, true FROM unnest(CAST(:variants AS uuid[])) AS id ORDER BY id
    ON CONFLICT (variant_id) DO UPDATE SET low_told = true WHERE NOT stock_policy.low_told
    RETURNING variant_id
    """
)


async def lock(tx: TenantTx, variant_ids: Collection[UUID]) -> Mapping[UUID, StockPolicy]:
    """The rows there are, ours until the commit, as they are now."""
    found = await tx.session.scalars(
        _LOCK,
        {"variants": list(variant_ids)},
        execution_options={"populate_existing": True},
    )
    return {policy.variant_id: policy for policy in found}


async def shop_low_at(tx: TenantRead) -> int | None:
    """At how many units the staff is told of a variant that says nothing itself."""
    query = select(StockPolicy.low_at).where(StockPolicy.variant_id == WHOLE_SHOP)
    low_at: int | None = await tx.scalar(query)
    return low_at


async def put(tx: TenantTx, variant_id: UUID, values: Mapping[str, Any]) -> StockPolicy:
    """The row with those values, made if there was none. Its numbers of now are kept."""
    row = insert(StockPolicy).values(variant_id=variant_id, **values)
    statement = row.on_conflict_do_update(
        index_elements=["variant_id"], set_=dict(values)
    ).returning(StockPolicy)
    found = await tx.session.scalars(statement, execution_options={"populate_existing": True})
    policy: StockPolicy = found.one()
    return policy


async def tell_low(tx: TenantTx, variant_ids: Sequence[UUID]) -> list[UUID]:
    """Those of which nobody was told since units last came."""
    found = await tx.scalars(_TELL_LOW, {"variants": list(variant_ids)})
    return list(found)


async def forget_low(tx: TenantTx, variant_ids: Sequence[UUID]) -> None:
    await tx.execute(
        update(StockPolicy)
        .where(_NAMED, StockPolicy.low_told)
        .values(low_told=False)
        .execution_options(synchronize_session=False),
        {"variants": list(variant_ids)},
    )
