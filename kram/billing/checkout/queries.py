"""Every statement on idempotency keys. Each is one conditional write: no look before the leap."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import delete, or_, update

from kram.billing.checkout.models import IdempotencyKey as Key
from kram.kit.db.hot import HotStatement
from kram.kit.db.tx import TenantTx

_INSERT_FIRST = HotStatement(
    """
    INSERT INTO idempotency_key (actor, operation, key, fingerprint, lease_until, created_at)
    VALUES (:actor, :operation, :key, :fingerprint, :lease_until, :created_at)
    ON CONFLICT DO NOTHING RETURNING key
    """
)
_HOLD = HotStatement(
    """
    SELECT key FROM idempotency_key
    WHERE actor = :actor AND operation = :operation AND key = :key
      AND response IS NULL AND lease_until = :lease_until
    FOR UPDATE
    """
)
_STORE = HotStatement(
    """
    UPDATE idempotency_key SET response = CAST(:response AS jsonb)
    WHERE actor = :actor AND operation = :operation AND key = :key
    """
)


async def insert_first(tx: TenantTx, row: dict[str, Any]) -> bool:
    """Whether the key was free and is ours now. Does not wait for a holder that is at work."""
    return bool(await tx.rows(_INSERT_FIRST, row))


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
    values = {**_named(identity), "lease_until": lease_until}
    return bool(await tx.rows(_HOLD, values))


async def store_answer(
    tx: TenantTx, identity: tuple[str, str, str], response: dict[str, Any]
) -> None:
    values = {**_named(identity), "response": msgspec.json.encode(response).decode()}
    await tx.rows(_STORE, values)


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


def _named(identity: tuple[str, str, str]) -> dict[str, Any]:
    return dict(zip(("actor", "operation", "key"), identity, strict=True))
