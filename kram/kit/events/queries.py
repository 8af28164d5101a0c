"""The relay's SQL. All of it runs as the platform, in transactions of its own."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, TextClause, text

from kram.kit.db.tx import PlatformTx

# Every attempt moves next_at further ahead: a row leased by a process that died is due again
# by itself, and one that keeps failing comes ever more rarely.
_LEASE = """
    UPDATE relay.{table} AS queued
       SET attempts = queued.attempts + 1,
           next_at = now() + CAST(:lease AS interval) * least(power(2, queued.attempts), 60)
      FROM (SELECT id FROM relay.{table}
             WHERE done_at IS NULL AND dead_at IS NULL AND next_at <= now() {condition}
             ORDER BY next_at LIMIT :batch FOR UPDATE SKIP LOCKED) AS due
     WHERE queued.id = due.id
    RETURNING queued.id, tenant_id, attempts, {columns}
"""
# Both tables at once: the relay asks after every commit, and asking costs more than a row.
_BOTH = """
    WITH event AS ({event}), message AS ({message})
    SELECT id, tenant_id, attempts, name, payload,
           NULL AS source, NULL AS external_id, NULL AS body
      FROM event
     UNION ALL
    SELECT id, tenant_id, attempts, kind, NULL, source, external_id, body
      FROM message
"""
_LEASE_BOTH = text(
    _BOTH.format(
        event=_LEASE.format(table="outbox", condition="", columns="name, payload"),
        message=_LEASE.format(
            table="inbox",
            condition="AND kind = ANY(:kinds)",
            columns="kind, source, external_id, body",
        ),
    )
)


def _both(statement: str) -> dict[str, TextClause]:
    return {table: text(statement.format(table=table)) for table in ("outbox", "inbox")}


_FINISH = _both("UPDATE relay.{table} SET done_at = now() WHERE id = ANY(:ids)")
_FAILED = _both(
    "UPDATE relay.{table} SET last_error = :error, next_at = :next_at"
    " WHERE id = :id AND done_at IS NULL"
)
_DEAD = _both(
    "UPDATE relay.{table} SET last_error = :error, dead_at = now()"
    " WHERE id = :id AND done_at IS NULL"
)
_FORGET = _both(
    "WITH old AS (DELETE FROM relay.{table} WHERE id IN (SELECT id FROM relay.{table}"
    " WHERE done_at < :before LIMIT :batch) RETURNING id)"
    " DELETE FROM relay.handled WHERE row_id IN (SELECT id FROM old)"
)
_HANDLED = text("SELECT row_id, handler FROM relay.handled WHERE row_id = ANY(:ids)")
_WAITING = text(
    "SELECT count(*) FILTER (WHERE dead_at IS NULL AND next_at <= now()) AS due,"
    " count(*) FILTER (WHERE dead_at IS NOT NULL) AS dead"
    " FROM relay.outbox WHERE done_at IS NULL"
)


class LeasedRow(msgspec.Struct, frozen=True):
    """A row that is ours until its lease ends. `name` is the event's name or the inbox kind."""

    table: str
    id: UUID
    tenant_id: UUID
    name: str
    attempt: int
    content: dict[str, Any]
    """The event's payload, or `source`, `external_id` and `body` of an inbox message."""


async def lease_rows(
    tx: PlatformTx, kinds: Sequence[str], *, batch: int, lease: timedelta
) -> list[LeasedRow]:
    """At most `batch` events, and as many messages of these kinds."""
    parameters = {"batch": batch, "lease": lease, "kinds": list(kinds)}
    return [_leased(row) for row in await tx.execute(_LEASE_BOTH, parameters)]


def _leased(row: Row[Any]) -> LeasedRow:
    table, content = "outbox", row.payload
    if row.source is not None:
        table = "inbox"
        content = {"source": row.source, "external_id": row.external_id, "body": row.body}
    return LeasedRow(table, row.id, row.tenant_id, row.name, row.attempts, content)


async def handled(tx: PlatformTx, row_ids: Sequence[UUID]) -> dict[UUID, set[str]]:
    """Which handlers have finished which of these rows."""
    found: dict[UUID, set[str]] = {}
    for row in await tx.execute(_HANDLED, {"ids": list(row_ids)}):
        found.setdefault(row.row_id, set()).add(row.handler)
    return found


async def finish(tx: PlatformTx, table: str, row_ids: Sequence[UUID]) -> None:
    await tx.execute(_FINISH[table], {"ids": list(row_ids)})


async def record_failure(
    tx: PlatformTx, table: str, row_id: UUID, error: str, next_at: datetime
) -> None:
    await tx.execute(_FAILED[table], {"id": row_id, "error": error, "next_at": next_at})


async def record_death(tx: PlatformTx, table: str, row_id: UUID, error: str) -> None:
    await tx.execute(_DEAD[table], {"id": row_id, "error": error})


async def forget_done(tx: PlatformTx, table: str, before: datetime, *, batch: int) -> int:
    """Deletes finished rows and their handlers' words; returns how many words went."""
    result = await tx.execute(_FORGET[table], {"before": before, "batch": batch})
    count: int = result.rowcount  # type: ignore[attr-defined]
    return count


async def waiting(tx: PlatformTx) -> tuple[int, int]:
    """How many events are due now, and how many were given up."""
    row = (await tx.execute(_WAITING)).one()
    return row.due, row.dead
