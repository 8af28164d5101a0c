"""What was given is taken back, or replaced."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row

from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.digital import grant_queries, queries
from kram.shop.digital.errors import CardUsed, GrantMissing, PoolOutOfStep
from kram.shop.digital.models import DigitalGrant, GrantKind
from kram.shop.giftcards import service as giftcards
from kram.shop.giftcards.models import GiftCard
from kram.shop.inventory import service as inventory
from kram.shop.inventory.models import MoveCause
from kram.tenants.actor import Actor


class Revoked(msgspec.Struct, frozen=True):
    """How many grants ended, and how many of their keys are free again."""

    grants: int
    keys_freed: int


async def revoke(
    tx: TenantTx, order_id: UUID, actor: Actor, grant_id: UUID | None = None
) -> Revoked:
    """All that stands of the order's grants, or that one; again changes nothing.

    A key that nobody has seen is free again; gift cards are blocked with what is left on them. The
    order's row is locked, and so are its shelves if the caller changes others besides. Raises:
    GrantMissing (of one that does not stand).
    """
    ended = await grant_queries.revoke(tx, order_id, grant_id)
    if grant_id is not None and not ended:
        raise GrantMissing
    unseen = [row for row in ended if row.key_id is not None and row.seen_at is None]
    if unseen:
        await _free(tx, order_id, unseen, actor)
    for row in ended:
        if row.card_id is not None:
            await giftcards.set_blocked(tx, row.card_id, True)
    return Revoked(len(ended), len(unseen))


async def _free(tx: TenantTx, order_id: UUID, rows: Sequence[Row[Any]], actor: Actor) -> None:
    await queries.to_pool(tx, [row.key_id for row in rows])
    await inventory.receive_many(
        tx,
        dict(Counter(row.variant_id for row in rows)),
        MoveCause.RETURNED,
        actor,
        document_id=order_id,
        with_keys=True,
    )


async def replace(
    tx: TenantTx, order_id: UUID, grant_id: UUID, *, files_until: datetime | None
) -> DigitalGrant:
    """The unit is given anew: the downloads of its files begin again (until `files_until`), a key
    is followed by another one, a gift card that nobody used by a new one.

    What it was is worthless from now on: a key that did not work does not go back to the pool. The
    order's row is locked; a unit of keys was taken off the shelf. Raises: GrantMissing, CardUsed.
    """
    old = await grant_queries.grant_of(tx, order_id, grant_id)
    if old is None:
        raise GrantMissing
    if old.kind == GrantKind.FILES:
        await grant_queries.renew_files(tx, old.id, files_until)
        return old
    if old.card_id is not None:
        await _block_unused(tx, old.card_id)
    await grant_queries.revoke(tx, order_id, old.id)
    if old.kind == GrantKind.KEY:
        unit = (old.line_id, old.unit, old.variant_id)
        if not await grant_queries.give_keys(tx, order_id, [unit]):
            raise PoolOutOfStep
    else:
        await grant_queries.insert_grants(tx, [_again(tx, old)])
    return old


async def _block_unused(tx: TenantTx, card_id: UUID) -> None:
    card = await tx.get(GiftCard, card_id, lock=True)
    if card is not None and card.balance_minor != card.issued_minor:
        raise CardUsed
    await giftcards.set_blocked(tx, card_id, True)


def _again(tx: TenantTx, old: DigitalGrant) -> dict[str, Any]:
    kept = ("order_id", "line_id", "unit", "kind", "variant_id", "face_minor", "currency")
    row = {name: getattr(old, name) for name in kept}
    return {**row, "id": new_id(), "expires_at": old.expires_at, "created_at": tx.now}
