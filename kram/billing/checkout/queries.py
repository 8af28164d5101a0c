"""Every statement on idempotency keys. Each is one conditional write: no look before the leap."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, update
from sqlalchemy.dialects.postgresql import insert

from kram.billing.checkout.models import IdempotencyKey as Key
from kram.kit.db.tx import TenantTx


async def insert_first(tx: TenantTx, row: dict[str, Any]) -> bool:
    """Whether the key was free and is ours now. Does not wait for a holder that is at work."""
    statement = insert(Key).values(**row).on_conflict_do_nothing().returning(Key.key)
    return (await tx.execute(statement)).first() is not None


async def take_over(tx: TenantTx, identity: tuple[str, str, str], lease_until: datetime) -> bool:
    """Whether a lease that had ended without an answer is ours now."""
    statement = (
        update(Key)
        .where(*_is(identity), Key.response.is_(None), Key.lease_until <= tx.now)
        .values(lease_until=lease_until)
        .returning(Key.key)
    )
    return (await tx.execute(statement)).first() is not None


async def hold(tx: TenantTx, identity: tuple[str, str, str], lease_until: datetime) -> bool:
    """Locks the row until the commit, if the lease is still the caller's."""
    row = await tx.get(Key, identity, lock=True)  # type: ignore[arg-type]
    return row is not None and row.response is None and row.lease_until == lease_until


async def store_answer(
    tx: TenantTx, identity: tuple[str, str, str], response: dict[str, Any]
) -> None:
    await tx.execute(update(Key).where(*_is(identity)).values(response=response))


async def forget(tx: TenantTx, identity: tuple[str, str, str], lease_until: datetime) -> None:
    """Frees the key, unless it is somebody else's by now."""
    await tx.execute(
        delete(Key).where(*_is(identity), Key.response.is_(None), Key.lease_until == lease_until)
    )


async def forget_old(tx: TenantTx, age: timedelta) -> None:
    finished = or_(Key.response.is_not(None), Key.lease_until < tx.now)
    await tx.execute(delete(Key).where(Key.created_at < tx.now - age, finished))


async def forget_requests_of(tx: TenantTx, actors: Collection[str]) -> None:
    await tx.execute(delete(Key).where(Key.actor.in_(actors)))


def _is(identity: tuple[str, str, str]) -> tuple[Any, ...]:
    actor, operation, key = identity
    return Key.actor == actor, Key.operation == operation, Key.key == key
