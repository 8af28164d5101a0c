"""Statements on the promotions that one person used."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select, text, update

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.promotions.models import PromoBuyer, Promotion, PromoUse

# Both have used it: together as often as each, so that a limit is not doubled by being two.
_MOVE_COUNTS = text(
    """
    INSERT INTO promo_buyer (promotion_id, customer_id, used)
    SELECT promotion_id, :to, used FROM promo_buyer WHERE customer_id = :from
    ON CONFLICT (promotion_id, customer_id) DO UPDATE SET used = promo_buyer.used + excluded.used
    """
)


# Both had a first order once: together they hold the mark of one.
_UNMARK = text(
    """
    UPDATE promo_use SET is_first_order = false
    WHERE customer_id = :from AND is_first_order AND EXISTS (
        SELECT FROM promo_use AS theirs
        WHERE theirs.customer_id = :to AND theirs.is_first_order AND theirs.state = 'held'
    )
    """
)


async def move(tx: TenantTx, from_id: UUID, to_id: UUID) -> None:
    await tx.execute(_UNMARK, {"from": from_id, "to": to_id})
    await tx.execute(
        update(PromoUse).where(PromoUse.customer_id == from_id).values(customer_id=to_id)
    )
    await tx.execute(_MOVE_COUNTS, {"from": from_id, "to": to_id})
    await tx.execute(delete(PromoBuyer).where(PromoBuyer.customer_id == from_id))


async def uses_of(tx: TenantRead, ids: Sequence[UUID]) -> Sequence[tuple[str, PromoUse]]:
    """With the promotions' names, the oldest first."""
    query = select(Promotion.name, PromoUse).join(Promotion, Promotion.id == PromoUse.promotion_id)
    found = await tx.execute(
        query.where(PromoUse.customer_id.in_(ids)).order_by(PromoUse.created_at)
    )
    return [(row[0], row[1]) for row in found]
