"""What was paid with the gift cards that an order bought: that money cannot go back."""

from uuid import UUID

from kram.kit.db.tx import TenantRead
from kram.shop.digital.grant_queries import spent_on_cards
from kram.shop.orders import queries
from kram.shop.orders.pricing import priced


async def spent_minor(tx: TenantRead, order_id: UUID, *, lock: bool = False) -> int:
    """Minor units; of a card never more than was paid for it.

    Locked, nobody pays with the order's cards meanwhile; the order's row was locked before.
    """
    spent = await spent_on_cards(tx, order_id, lock=lock)
    if not spent:
        return 0
    lines = {line.id: priced(line) for line in await queries.lines_of(tx, order_id)}
    return sum(min(each.spent_minor, lines[each.line_id].cost(each.unit - 1, 1)) for each in spent)
