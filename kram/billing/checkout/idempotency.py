"""One effect for one key: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/

What was measured before: reading a cache and then running made 50 orders of 50 parallel requests
with one key; a row that comes first made one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kram.billing.checkout import queries
from kram.billing.checkout.errors import IdempotencyKeyReused, StillRunning
from kram.billing.checkout.models import IdempotencyKey
from kram.kit.db.tx import TenantTx

LEASE = timedelta(seconds=30)
"""Longer than any request lasts, so that it ends only for one that died."""

RETRY_AFTER_SECONDS = 1
"""Most requests end within one; only of a dead one the whole lease must be waited for."""

KEPT_FOR = timedelta(hours=72)
"""The clock's job forgets them later; a request looks only when its key is there already."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run a request. `answer` is there already if it ran before."""

    actor: str
    operation: str
    key: str
    lease_until: datetime
    answer: dict[str, Any] | None = None

    @property
    def identity(self) -> tuple[str, str, str]:
        return self.actor, self.operation, self.key


async def claim(tx: TenantTx, *, actor: str, operation: str, key: str, fingerprint: bytes) -> Claim:
    """To be committed before the effect begins. Raises: IdempotencyKeyReused, StillRunning."""
    wanted = Claim(actor, operation, key, tx.now + LEASE)
    row = {
        "actor": actor,
        "operation": operation,
        "key": key,
        "fingerprint": fingerprint,
        "lease_until": wanted.lease_until,
        "created_at": tx.now,
    }
    if await queries.insert_first(tx, row) or await _in_place_of_old(tx, row):
        return wanted
    found = await _existing(tx, wanted)
    if found.fingerprint != fingerprint:
        raise IdempotencyKeyReused
    if found.response is not None:
        return Claim(actor, operation, key, found.lease_until, found.response)
    ended = found.lease_until <= tx.now
    if ended and await queries.take_over(tx, wanted.identity, wanted.lease_until):
        return wanted
    raise StillRunning(retry_after=RETRY_AFTER_SECONDS)


async def _in_place_of_old(tx: TenantTx, row: dict[str, Any]) -> bool:
    await queries.forget_old(tx, KEPT_FOR)
    return await queries.insert_first(tx, row)


async def begin(tx: TenantTx, claim: Claim) -> None:
    """First in the effect's transaction: nobody takes the key over until its commit.

    Raises StillRunning if somebody has, because our lease had ended.
    """
    if not await queries.hold(tx, claim.identity, claim.lease_until):
        raise StillRunning(retry_after=RETRY_AFTER_SECONDS)


async def finish(tx: TenantTx, claim: Claim, answer: dict[str, Any]) -> None:
    """In the effect's transaction: the answer exists if and only if the effect does."""
    await queries.store_answer(tx, claim.identity, answer)


async def give_up(tx: TenantTx, claim: Claim) -> None:
    """Frees the key if the effect did not happen, whatever the caller believes: an answer that
    was committed stays, and a commit still under way is waited for.
    """
    await queries.forget(tx, claim.identity, claim.lease_until)


async def _existing(tx: TenantTx, wanted: Claim) -> IdempotencyKey:
    row = await tx.get(IdempotencyKey, wanted.identity)  # type: ignore[arg-type]
    if row is None:
        raise StillRunning(retry_after=RETRY_AFTER_SECONDS)
    return row
