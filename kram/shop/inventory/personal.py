"""What stock keeps about people, as `Holder`: for which goods they wait."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.customers.holder import Erasure, Holder
from kram.shop.inventory import person_queries


async def _tell(tx: TenantRead, ids: Sequence[UUID]) -> Mapping[str, Any]:
    found = await person_queries.subscriptions_of(tx, ids)
    return {"waits_for": [{"variant_id": row.variant_id, "at": row.created_at} for row in found]}


async def _erase(tx: TenantTx, erasure: Erasure) -> None:
    await person_queries.drop_subscriptions(tx, erasure.ids)


HOLDER = Holder(
    tables=frozenset({"stock_subscription", "reservation"}),
    move=person_queries.move_subscriptions,
    tell=_tell,
    erase=_erase,
)
