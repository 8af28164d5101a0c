"""Events written in the transaction of the change they tell about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from kram.kit.db.hot import HotStatement
from kram.kit.db.scope import TenantId
from kram.kit.events.event import Event
from kram.kit.ids import new_id

INSERT_EVENTS = HotStatement(
    """
    INSERT INTO relay.outbox (id, tenant_id, name, payload, next_at)
    SELECT id, :tenant, name, CAST(payload AS jsonb), next_at FROM unnest(
        CAST(:ids AS uuid[]), CAST(:names AS text[]), CAST(:payloads AS text[]),
        CAST(:due AS timestamptz[])
    ) AS event (id, name, payload, next_at)
    """
)


@dataclass(frozen=True, slots=True)
class PendingEvent:
    id: UUID
    event: Event
    due_at: datetime

    @classmethod
    def of(cls, event: Event, due_at: datetime) -> "PendingEvent":
        return cls(new_id(), event, due_at)


def event_rows(tenant_id: TenantId, events: Sequence[PendingEvent]) -> dict[str, Any]:
    """The values of `INSERT_EVENTS`."""
    return {
        "tenant": tenant_id,
        "ids": [pending.id for pending in events],
        "names": [pending.event.name for pending in events],
        "payloads": [msgspec.json.encode(pending.event).decode() for pending in events],
        "due": [pending.due_at for pending in events],
    }
