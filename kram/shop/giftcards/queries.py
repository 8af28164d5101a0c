"""Every statement on gift cards. A balance changes by one conditional write with its move."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, text, tuple_, update

from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.ids import new_id
from kram.kit.pagination import USUAL_PAGE, Page, page_of, read_cursor
from kram.shop.giftcards.models import GiftCard, GiftCardMove

_REDEEM = text(
    """
    WITH taken AS (
        UPDATE gift_card SET balance_minor = balance_minor - :amount
        WHERE id = :card AND balance_minor >= :amount AND blocked_at IS NULL
          AND (expires_at IS NULL OR expires_at > :now)
        RETURNING id
    )
    INSERT INTO gift_card_move (id, card_id, order_id, delta_minor, cause, actor, created_at)
    SELECT :move, id, :order, -CAST(:amount AS bigint), 'redeemed', :actor, :now FROM taken
    RETURNING card_id
    """
)

# What the order still owes its card is a sum over the ledger: exact, as its row is locked.
_GIVE_BACK = text(
    """
    WITH owed AS (
        SELECT card_id, least(-sum(delta_minor), CAST(:most AS bigint)) AS amount
        FROM gift_card_move WHERE order_id = :order
        GROUP BY card_id HAVING sum(delta_minor) < 0
    ), given AS (
        UPDATE gift_card SET balance_minor = balance_minor + owed.amount
        FROM owed WHERE gift_card.id = owed.card_id AND owed.amount > 0
        RETURNING gift_card.id, owed.amount
    )
    INSERT INTO gift_card_move (id, card_id, order_id, delta_minor, cause, actor, created_at)
    SELECT :move, id, :order, amount, 'returned', :actor, :now FROM given
    RETURNING delta_minor
    """
)


async def insert_cards(
    tx: TenantTx, cards: Sequence[Mapping[str, Any]], moves: Sequence[Mapping[str, Any]]
) -> None:
    await tx.execute(insert(GiftCard), list(cards))
    await tx.execute(insert(GiftCardMove), list(moves))


async def by_hash(tx: TenantRead, code_hash: bytes) -> GiftCard | None:
    found = await tx.scalars(select(GiftCard).where(GiftCard.code_hash == code_hash))
    return found.first()


async def redeem(tx: TenantTx, card_id: UUID, order_id: UUID, amount: int, actor: str) -> bool:
    """Whether the card had it."""
    values = {
        "card": card_id,
        "order": order_id,
        "amount": amount,
        "actor": actor,
        "move": new_id(),
        "now": tx.now,
    }
    return (await tx.execute(_REDEEM, values)).first() is not None


async def give_back(tx: TenantTx, order_id: UUID, most: int, actor: str) -> int:
    """Minor units that went back onto the card."""
    values = {"order": order_id, "most": most, "actor": actor, "move": new_id(), "now": tx.now}
    return int(await tx.scalar(_GIVE_BACK, values) or 0)


async def owed(tx: TenantRead, order_id: UUID) -> int:
    """What the order has of its card and has not given back."""
    total = await tx.scalar(
        select(func.coalesce(-func.sum(GiftCardMove.delta_minor), 0)).where(
            GiftCardMove.order_id == order_id
        )
    )
    return int(total)


async def last_redeemed(tx: TenantRead, order_id: UUID) -> GiftCardMove | None:
    """The order's last payment by card."""
    found = await tx.scalars(
        select(GiftCardMove)
        .where(GiftCardMove.order_id == order_id, GiftCardMove.delta_minor < 0)
        .order_by(GiftCardMove.id.desc())
        .limit(1)
    )
    return found.first()


async def set_blocked(tx: TenantTx, card_id: UUID, blocked_at: datetime | None) -> bool:
    found = await tx.execute(
        update(GiftCard)
        .where(GiftCard.id == card_id)
        .values(blocked_at=blocked_at)
        .returning(GiftCard.id)
        .execution_options(synchronize_session=False)
    )
    return found.first() is not None


async def moves_of(tx: TenantRead, card_id: UUID, limit: int = 100) -> Sequence[GiftCardMove]:
    """The newest first."""
    found = await tx.scalars(
        select(GiftCardMove)
        .where(GiftCardMove.card_id == card_id)
        .order_by(GiftCardMove.id.desc())
        .limit(limit)
    )
    return found.all()


async def cards_page(
    tx: TenantRead,
    *,
    last4: str = "",
    cursor: str | None = None,
    limit: int = USUAL_PAGE,
) -> Page[GiftCard]:
    """The newest first. Raises: BadCursor."""
    query = select(GiftCard)
    if last4:
        query = query.where(GiftCard.last4 == last4)
    if cursor is not None:
        last = read_cursor(cursor, tuple[datetime, UUID])
        query = query.where(tuple_(GiftCard.created_at, GiftCard.id) < last)
    query = query.order_by(GiftCard.created_at.desc(), GiftCard.id.desc()).limit(limit + 1)
    rows = (await tx.scalars(query)).all()
    return page_of(rows, limit, lambda card: (card.created_at, card.id))


async def outstanding(tx: TenantRead) -> Collection[tuple[str, int]]:
    """(currency, minor units) that the shop owes on cards that still work."""
    found = await tx.execute(
        select(GiftCard.currency, func.sum(GiftCard.balance_minor))
        .where(GiftCard.blocked_at.is_(None))
        .where((GiftCard.expires_at.is_(None)) | (GiftCard.expires_at > tx.now))
        .group_by(GiftCard.currency)
    )
    return [(row[0], int(row[1])) for row in found]
