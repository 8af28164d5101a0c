"""All that is known of a person, in one file for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from kram.integrations.people import queries
from kram.integrations.people.errors import ExportMissing
from kram.integrations.people.events import ExportRequested
from kram.integrations.people.holders import HOLDERS
from kram.integrations.people.models import PersonExport
from kram.kit.db.scope import TenantId
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.ids import new_id
from kram.kit.storage import PRIVATE_PREFIX
from kram.shop.customers import identity_queries
from kram.shop.customers.models import StepKind
from kram.shop.customers.service import own, write_down
from kram.tenants.actor import Actor

KEPT_FOR = timedelta(days=7)
FILE_NAME = "personal-data.zip"


@dataclass(frozen=True, slots=True)
class ReadyFile:
    key: str
    name: str = FILE_NAME


async def ask_for_export(
    tx: TenantTx, customer_id: UUID, language: str, actor: Actor
) -> PersonExport:
    """It is made soon, by a worker; one that waits already is answered again.

    Raises: CustomerMissing, ProfileErased.
    """
    customer = await own(tx, customer_id)
    export_id = new_id()
    if not await queries.insert_export(tx, export_id, customer.id, language):
        waiting = await queries.waiting_export(tx, customer.id)
        assert waiting is not None, "the customer's row is locked: it cannot have ended"
        return waiting
    write_down(tx, customer.id, StepKind.EXPORTED, actor)
    tx.publish(ExportRequested(export_id=export_id))
    made = await tx.get(PersonExport, export_id)
    assert made is not None, "inserted above"
    return made


async def ready_file(tx: TenantRead, export_id: UUID) -> ReadyFile:
    """Raises: ExportMissing, also when its time is over."""
    export = await tx.get(PersonExport, export_id)
    if export is None or export.file_key is None or export.expires_at is None:
        raise ExportMissing
    if export.expires_at <= tx.now:
        raise ExportMissing
    return ReadyFile(export.file_key)


async def collect(tx: TenantRead, customer_id: UUID) -> dict[str, Any]:
    """Everything that the tables know, by section."""
    ids = await identity_queries.known_as(tx, customer_id)
    content: dict[str, Any] = {}
    for holder in HOLDERS:
        told: Mapping[str, Any] = await holder.tell(tx, ids)
        content.update(told)
    return content


def file_key(tenant_id: TenantId, export_id: UUID) -> str:
    return f"{PRIVATE_PREFIX}{tenant_id}/people/{export_id}.zip"
