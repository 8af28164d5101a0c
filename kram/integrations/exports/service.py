"""Exports as their merchant sees them: asked for, watched, fetched."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from kram.integrations.exports.errors import (
    ExportExpired,
    ExportNotFound,
    ExportNotReady,
    ExportUnknown,
)
from kram.integrations.exports.events import ExportRequested
from kram.integrations.exports.models import ExportJob, ExportState, ExportWhat
from kram.integrations.imports.sources import Format
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.ids import new_id
from kram.kit.storage import PRIVATE_PREFIX
from kram.shop.orders.models import OrderStatus, PaymentState
from kram.tenants.actor import Actor


class OrderFilters(msgspec.Struct, frozen=True, omit_defaults=True):
    """All of them must hold; of any status if none is named. `until` is outside."""

    statuses: tuple[OrderStatus, ...] = ()
    payment: PaymentState | None = None
    tag: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None


NO_FILTERS = OrderFilters()


def storage_key(tenant_id: UUID, job_id: UUID) -> str:
    return f"{PRIVATE_PREFIX}{tenant_id}/exports/{job_id}"


def start_export(
    tx: TenantTx,
    what: ExportWhat,
    format: Format,  # noqa: A002
    actor: Actor,
    filters: OrderFilters = NO_FILTERS,
) -> ExportJob:
    """Raises: ExportUnknown for orders as a feed."""
    if what == ExportWhat.ORDERS and format == Format.YML:
        raise ExportUnknown
    kept: dict[str, Any] = msgspec.to_builtins(filters)
    job = ExportJob(
        id=new_id(),
        what=what,
        format=format,
        filters=kept if what == ExportWhat.ORDERS else {},
        state=ExportState.WAITING,
        total=0,
        done=0,
        storage_key="",
        size_bytes=0,
        problem="",
        actor_id=actor.id,
        actor_name=actor.name,
        created_at=tx.now,
        finished_at=None,
        expires_at=None,
    )
    tx.add(job)
    tx.publish(ExportRequested(job_id=job.id))
    return job


async def get_export(tx: TenantRead, job_id: UUID) -> ExportJob:
    """Raises: ExportNotFound."""
    job = await tx.get(ExportJob, job_id)
    if job is None:
        raise ExportNotFound
    return job


async def ready_export(tx: TenantRead, job_id: UUID) -> ExportJob:
    """With a file that can be fetched. Raises: ExportNotFound, ExportNotReady, ExportExpired."""
    job = await get_export(tx, job_id)
    if job.state != ExportState.DONE:
        raise ExportNotReady
    if not job.storage_key or job.expires_at is None or job.expires_at <= tx.now:
        raise ExportExpired
    return job


def file_name(job: ExportJob) -> str:
    return f"{job.what}-{job.created_at:%Y-%m-%d}.{'xml' if job.format == 'yml' else job.format}"
