"""Events written in the transaction of the change they tell about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kram.kit.db.scope import TenantId
from kram.kit.events.event import Event, encode
from kram.kit.events.tables import OutboxRow
from kram.kit.ids import new_id


@dataclass(frozen=True, slots=True)
class PendingEvent:
    id: UUID
    event: Event
    due_at: datetime

    @classmethod
    def of(cls, event: Event, due_at: datetime) -> "PendingEvent":
        return cls(new_id(), event, due_at)


async def insert_events(
    session: AsyncSession, tenant_id: TenantId, events: Sequence[PendingEvent]
) -> None:
    rows = [
        {
            "id": pending.id,
            "tenant_id": tenant_id,
            "name": pending.event.name,
            "payload": encode(pending.event),
            "next_at": pending.due_at,
        }
        for pending in events
    ]
    await session.execute(insert(OutboxRow.__table__), rows)  # type: ignore[arg-type]
