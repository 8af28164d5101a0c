"""Every unit that came or went is written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.inventory.models import MoveCause
from kram.shop.inventory.queries import shelves
from kram.tenants.actor import Actor

LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class Move:
    variant_id: UUID
    warehouse_id: UUID
    delta: int


async def write_moves(
    tx: TenantTx,
    moves: Sequence[Move],
    cause: MoveCause,
    actor: Actor,
    *,
    document_id: UUID | None = None,
    note: str = "",
) -> None:
    if not moves:
        return
    await shelves.write_moves(
        tx,
        {
            "ids": [new_id() for _ in moves],
            "variants": [move.variant_id for move in moves],
            "warehouses": [move.warehouse_id for move in moves],
            "deltas": [move.delta for move in moves],
            "cause": cause,
            "actor": f"{actor.kind}:{actor.id}",
            "document": document_id,
            "note": note.strip()[:LONGEST_NOTE],
            "now": tx.now,
        },
    )
