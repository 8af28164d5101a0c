"""Messages from outside: stored before they are answered, worked off afterwards."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from kram.kit.db.scope import TenantId
from kram.kit.db.tx import PlatformTx
from kram.kit.events.tables import InboxRow
from kram.kit.ids import new_id


async def receive(
    tx: PlatformTx,
    *,
    tenant_id: TenantId | UUID,
    kind: str,
    source: str,
    external_id: str,
    body: bytes,
    ordering_key: str | None = None,
) -> bool:
    """Stores a message once per (source, external_id). False: it was here before; answer 200."""
    statement = (
        insert(InboxRow)
        .values(
            id=new_id(),
            tenant_id=tenant_id,
            kind=kind,
            source=source,
            external_id=external_id,
            ordering_key=ordering_key,
            body=body,
        )
        .on_conflict_do_nothing(index_elements=["source", "external_id"])
    )
    result = await tx.execute(statement)
    return bool(result.rowcount)  # type: ignore[attr-defined]
