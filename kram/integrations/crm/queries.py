from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from kram.integrations.crm.models import (
    DeliveryState,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
)
from kram.kit.db.tx import TenantRead, TenantTx

_LOCK = text("LOCK TABLE webhook_endpoint IN SHARE ROW EXCLUSIVE MODE")


async def count_endpoints_alone(tx: TenantTx) -> int:
    """Until the commit nobody else adds one: a row that is not there yet cannot be locked."""
    await tx.execute(_LOCK)
    return int(await tx.scalar(select(func.count()).select_from(WebhookEndpoint)))


async def endpoints(tx: TenantRead, *, enabled_only: bool = False) -> list[WebhookEndpoint]:
    statement = select(WebhookEndpoint).order_by(WebhookEndpoint.id)
    if enabled_only:
        statement = statement.where(WebhookEndpoint.is_enabled)
    return list(await tx.scalars(statement))


async def add_delivery(tx: TenantTx, values: dict[str, Any]) -> bool:
    """False when that endpoint has this event already."""
    statement = (
        insert(WebhookDelivery)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["endpoint_id", "event_id"])
    )
    return bool((await tx.execute(statement)).rowcount)  # type: ignore[attr-defined]


async def delivery_with_endpoint(
    tx: TenantRead, delivery_id: UUID, *, lock: bool = False
) -> tuple[WebhookDelivery, WebhookEndpoint] | None:
    statement = (
        select(WebhookDelivery, WebhookEndpoint)
        .join(WebhookEndpoint, WebhookEndpoint.id == WebhookDelivery.endpoint_id)
        .where(WebhookDelivery.id == delivery_id)
    )
    if lock:
        statement = statement.with_for_update()
    row = (await tx.execute(statement)).one_or_none()
    return (row[0], row[1]) if row else None


async def deliveries(
    tx: TenantRead, endpoint_id: UUID, *, before: UUID | None, limit: int
) -> list[WebhookDelivery]:
    """The newest first; `before` is the last id of the page before."""
    statement = select(WebhookDelivery).where(WebhookDelivery.endpoint_id == endpoint_id)
    if before is not None:
        statement = statement.where(WebhookDelivery.id < before)
    return list(await tx.scalars(statement.order_by(WebhookDelivery.id.desc()).limit(limit)))


async def attempts(tx: TenantRead, delivery_id: UUID) -> list[WebhookAttempt]:
    statement = (
        select(WebhookAttempt)
        .where(WebhookAttempt.delivery_id == delivery_id)
        .order_by(WebhookAttempt.id)
    )
    return list(await tx.scalars(statement))


async def reopen_between(
    tx: TenantTx, endpoint_id: UUID, since: datetime, until: datetime
) -> list[UUID]:
    """Makes the endpoint's deliveries of a stretch of time pending again, oldest first."""
    statement = (
        update(WebhookDelivery)
        .where(
            WebhookDelivery.endpoint_id == endpoint_id,
            WebhookDelivery.created_at >= since,
            WebhookDelivery.created_at < until,
        )
        .values(state=DeliveryState.PENDING, attempts=0, next_attempt_at=tx.now)
        .returning(WebhookDelivery.id)
    )
    return sorted((await tx.execute(statement)).scalars())
