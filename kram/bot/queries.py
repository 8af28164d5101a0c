"""The bots' own SQL on the inbox: which updates may be handled now. Runs as the platform."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import select, text

from kram.bot.inbox import INBOX_KIND
from kram.kit.db.tx import PlatformTx
from kram.tenants.bots import NO_SECRET
from kram.tenants.models import Bot, BotState

# Only the oldest open row of a queue may be taken, and while it is leased or waits for its next
# attempt the others wait behind it: one statement, so that two processes cannot take two rows of
# one chat. Rows that nothing orders stand alone.
_LEASE = text(
    """
    UPDATE relay.inbox AS row
       SET attempts = row.attempts + 1, next_at = now() + :lease
      FROM (SELECT due.id FROM relay.inbox AS due
             WHERE due.kind = :kind AND due.done_at IS NULL AND due.dead_at IS NULL
               AND due.next_at <= now()
               AND coalesce(left(due.ordering_key, 1) = ANY(:fast_marks), false) = :fast
               AND NOT EXISTS (
                     SELECT FROM relay.inbox AS earlier
                      WHERE earlier.source = due.source
                        AND earlier.ordering_key = due.ordering_key
                        AND earlier.id < due.id
                        AND earlier.done_at IS NULL AND earlier.dead_at IS NULL)
             ORDER BY due.next_at, due.id LIMIT :batch
               FOR UPDATE OF due SKIP LOCKED) AS head
     WHERE row.id = head.id
    RETURNING row.id, row.tenant_id, row.source, row.ordering_key, row.body, row.received_at,
              row.attempts
    """
)
_RELEASE = text(
    "UPDATE relay.inbox SET next_at = now(), attempts = attempts - 1"
    " WHERE id = ANY(:ids) AND done_at IS NULL"
)
_FINISH = text(
    "UPDATE relay.inbox SET done_at = now(), last_error = coalesce(:note, last_error)"
    " WHERE id = :id"
)
_RETRY = text(
    "UPDATE relay.inbox SET next_at = :next_at, last_error = :error"
    " WHERE id = :id AND done_at IS NULL"
)
_BURY = text(
    "UPDATE relay.inbox SET dead_at = now(), last_error = :error WHERE id = :id AND done_at IS NULL"
)


class LeasedUpdate(msgspec.Struct, frozen=True):
    """An update that is ours until its lease ends. `attempt` counts from 1."""

    id: UUID
    tenant_id: UUID
    source: str
    ordering_key: str | None
    body: bytes
    received_at: datetime
    attempt: int


async def lease_updates(
    tx: PlatformTx, *, fast: bool, fast_marks: Sequence[str], batch: int, lease: timedelta
) -> list[LeasedUpdate]:
    """`fast` takes the queues whose key begins with one of the marks, otherwise all others."""
    parameters = {
        "kind": INBOX_KIND,
        "fast": fast,
        "fast_marks": list(fast_marks),
        "batch": batch,
        "lease": lease,
    }
    rows = await tx.execute(_LEASE, parameters)
    return [LeasedUpdate(*row) for row in rows]


async def release(tx: PlatformTx, row_ids: Sequence[UUID]) -> None:
    """Gives back what was leased and not begun."""
    await tx.execute(_RELEASE, {"ids": list(row_ids)})


async def finish(tx: PlatformTx, row_id: UUID, note: str | None = None) -> None:
    await tx.execute(_FINISH, {"id": row_id, "note": note})


async def retry_at(tx: PlatformTx, row_id: UUID, next_at: datetime, error: str) -> None:
    await tx.execute(_RETRY, {"id": row_id, "next_at": next_at, "error": error})


async def bury(tx: PlatformTx, row_id: UUID, error: str) -> None:
    """Set aside for a person to look at; the chat's later updates go on."""
    await tx.execute(_BURY, {"id": row_id, "error": error})


async def shops_to_configure(tx: PlatformTx, *, polls: bool) -> Sequence[UUID]:
    """Shops whose bot was connected and not set up yet, or is set up the other way."""
    is_the_other_way = (Bot.secret_hash == NO_SECRET).is_not(polls)
    found = await tx.scalars(
        select(Bot.shop_id)
        .where(Bot.state == BotState.ACTIVE, Bot.configured_at.is_(None) | is_the_other_way)
        .order_by(Bot.created_at)
    )
    return found.all()


async def shops_with_bots(tx: PlatformTx) -> Sequence[UUID]:
    """Shops whose bot is set up and alive."""
    found = await tx.scalars(
        select(Bot.shop_id)
        .where(Bot.state == BotState.ACTIVE, Bot.configured_at.is_not(None))
        .order_by(Bot.id)
    )
    return found.all()
