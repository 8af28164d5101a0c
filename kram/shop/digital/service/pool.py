"""A pool of licence keys, which are the units of its variant."""

import hmac
from collections.abc import Collection, Sequence
from uuid import UUID

import msgspec

from kram.kit.crypto import KeyRing, KeySet
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.ids import new_id
from kram.kit.text import visible
from kram.shop.digital import queries
from kram.shop.digital.errors import KeyMissing, KeysRefused, NotAPool
from kram.shop.inventory import service as inventory
from kram.shop.inventory.models import MoveCause
from kram.tenants.actor import Actor

MOST_KEYS = 10_000
LONGEST_KEY = 500
_AT_ONCE = 1_000


class Pool(msgspec.Struct, frozen=True):
    """`free` keys, some of which may be promised to orders that are not paid yet."""

    free: int
    given: int


class Added(msgspec.Struct, frozen=True):
    """`known` ones were in the pool already, or twice in the list: free, given, it is all one."""

    added: int
    known: int


def read_keys(typed: str) -> list[str]:
    """A key on each line, blank lines left out. Raises: KeysRefused."""
    found = [visible(each).strip() for each in typed.splitlines()]
    return checked([each for each in found if each])


def checked(keys: Sequence[str]) -> list[str]:
    """Raises: KeysRefused."""
    clean = [visible(each).strip() for each in keys]
    if not 0 < len(clean) <= MOST_KEYS:
        raise KeysRefused
    if not all(0 < len(each) <= LONGEST_KEY and "\0" not in each for each in clean):
        raise KeysRefused
    return clean


async def add_keys(
    tx: TenantTx, ring: KeyRing, variant_id: UUID, keys: Sequence[str], actor: Actor
) -> Added:
    """Puts the keys that are new into the pool: units received. Orders that wait get theirs.

    Raises: KeysRefused, NotAPool.
    """
    clean = checked(keys)
    if not await queries.lock_pool(tx, variant_id):
        raise NotAPool
    new = await _unknown(tx, ring, variant_id, clean)
    added = 0
    for first in range(0, len(new), _AT_ONCE):
        added += await queries.insert_keys(
            tx, [_row(tx, ring, variant_id, each) for each in new[first : first + _AT_ONCE]]
        )
    if added:
        await inventory.receive(tx, variant_id, added, MoveCause.RECEIVED, actor, with_keys=True)
    return Added(added, len(clean) - added)


async def withdraw(tx: TenantTx, variant_id: UUID, key_id: UUID, actor: Actor) -> None:
    """Takes a free key out of the pool: a unit written off.

    Raises: KeyMissing, StockTooLow (all that are free are promised to orders); then leave the
    transaction.
    """
    await inventory.receive(tx, variant_id, -1, MoveCause.WRITTEN_OFF, actor, with_keys=True)
    if not await queries.withdraw_key(tx, variant_id, key_id):
        raise KeyMissing


async def pools(tx: TenantRead, variant_ids: Collection[UUID]) -> dict[UUID, Pool]:
    counts = await queries.pool_counts(tx, variant_ids)
    return {variant_id: Pool(*counts.get(variant_id, (0, 0))) for variant_id in variant_ids}


class MaskedKey(msgspec.Struct, frozen=True):
    id: UUID
    ending: str


async def free_keys(
    tx: TenantRead, ring: KeyRing, variant_id: UUID, limit: int, *, after: UUID | None = None
) -> list[MaskedKey]:
    """The next to be given first, each by its last letters: enough to find it on a list."""
    return [
        MaskedKey(row.id, mask(ring.open(row.sealed, context=key_context(row.id)).decode()))
        for row in await queries.free_keys(tx, variant_id, limit, after=after)
    ]


def mask(key: str) -> str:
    """Never more than a third of it."""
    return f"…{key[-min(4, len(key) // 3) :]}" if len(key) > 2 else "…"


def key_context(key_id: UUID) -> bytes:
    return b"licence key " + key_id.bytes


async def _unknown(tx: TenantTx, ring: KeyRing, variant_id: UUID, keys: Sequence[str]) -> list[str]:
    """Each once. A key is known by any master key that is still in use."""
    prints = ring.derive_all("licence key fingerprint")
    by_key = {key: _fingerprints(prints, variant_id, key) for key in dict.fromkeys(keys)}
    asked = [each for found in by_key.values() for each in found]
    known: set[bytes] = set()
    for first in range(0, len(asked), _AT_ONCE):
        some = asked[first : first + _AT_ONCE]
        known |= await queries.known_fingerprints(tx, variant_id, some)
    return [key for key, found in by_key.items() if not known & set(found)]


def _fingerprints(prints: KeySet, variant_id: UUID, key: str) -> list[bytes]:
    """The newest master key's comes first. Keyed: a short key could be guessed from its hash."""
    ordered = [prints.primary_id, *(each for each in prints.keys if each != prints.primary_id)]
    message = variant_id.bytes + key.encode()
    return [hmac.digest(prints.keys[each], message, "sha256") for each in ordered]


def _row(tx: TenantTx, ring: KeyRing, variant_id: UUID, key: str) -> dict[str, object]:
    key_id = new_id()
    prints = ring.derive_all("licence key fingerprint")
    return {
        "id": key_id,
        "variant_id": variant_id,
        "fingerprint": _fingerprints(prints, variant_id, key)[0],
        "sealed": ring.seal(key.encode(), context=key_context(key_id)),
        "created_at": tx.now,
    }
