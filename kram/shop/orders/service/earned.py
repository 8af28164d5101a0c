"""Points that an order earned, and what of them goes with its goods."""

from collections.abc import Sequence

from kram.kit.db.tx import TenantTx
from kram.shop.loyalty import service as loyalty
from kram.shop.orders import queries
from kram.shop.orders.models import Order, OrderLine
from kram.shop.orders.pricing import goods_paid, priced


async def take_back_earned(tx: TenantTx, order: Order) -> None:
    """Of the points for the goods the part that is for those that came back, and for money that
    was given back without goods. Asked again it takes nothing twice; the caller holds the lock.
    """
    lines = await queries.lines_of(tx, order.id)
    paid = goods_paid(order, lines)
    if paid:
        await loyalty.take_back(tx, order.id, await _given_back(tx, order, lines), paid)


async def _given_back(tx: TenantTx, order: Order, lines: Sequence[OrderLine]) -> int:
    credited = sum(priced(line).cost(0, line.credited_quantity) for line in lines)
    return credited - order.cancelled_minor + await queries.goodwill_minor(tx, order.id)
