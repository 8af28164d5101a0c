"""Points follow the goods: spent ones come back and earned ones go, to the exact point."""

from uuid import UUID

import pytest

from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.cart.extras import Extras
from kram.shop.loyalty import service as loyalty
from kram.shop.loyalty.rules import Loyalty
from kram.shop.orders import service as orders
from kram.shop.orders.events import OrderDelivered
from kram.shop.orders.models import Order
from kram.shop.orders.queries import lines_of
from kram.shop.orders.service import OrderEdit, note_refund
from kram.shop.orders.service.step import facts
from kram.shop.orders.tasks import earn_points
from kram.shop.returns import service
from kram.shop.returns.rules import Received
from tests.factories.catalog import make_variant
from tests.factories.customers import make_customer
from tests.factories.inventory import STAFF
from tests.factories.orders import make_order
from tests.factories.returns import ask_back

pytestmark = pytest.mark.anyio

SPENT = 1_001


async def bought(tx: TenantTx, units: int = 7, price: int = 1_111) -> tuple[Order, UUID, UUID]:
    """So many units, 1001 points off all of them; order, line, buyer."""
    buyer = (await make_customer(tx)).id
    await loyalty.save(tx, Loyalty(is_active=True, earn_rate=333, spend_limit=10_000))
    await loyalty.adjust(tx, buyer, SPENT, STAFF, "gift")
    variant = await make_variant(tx, stock=units, price_minor=price)
    extras = Extras(use_points=True)
    order = await make_order(tx, lines={variant: units}, customer_id=buyer, extras=extras)
    assert (order.discount_minor, await loyalty.balance(tx, buyer)) == (SPENT, 0)
    line = order.lines[0].id
    await orders.accept(tx, order.id, STAFF)
    return order, line, buyer


async def deliver(tx: TenantTx, order: Order) -> None:
    await orders.ship(tx, order.id, STAFF)
    await orders.deliver(tx, order.id, STAFF)
    for _ in range(2):
        await earn_points(tx, OrderDelivered(**facts(order)))


async def give_back(tx: TenantTx, order: Order, line: UUID, units: int) -> None:
    back = await ask_back(tx, order.id, {line: units}, STAFF)
    await service.receive(tx, back.id, {line: Received(units)}, STAFF)
    for _ in range(2):
        await service.close(tx, back.id, STAFF)


@pytest.mark.parametrize("chain", [[7], [1] * 7, [2, 3, 2], [6, 1]])
async def test_any_chain_of_returns_moves_the_same_points(tx: TenantTx, chain: list[int]) -> None:
    order, line, buyer = await bought(tx)
    await deliver(tx, order)
    earned = (7 * 1_111 - SPENT) * 333 // 10_000
    assert await loyalty.balance(tx, buyer) == earned
    gone = 0
    for units in chain:
        await give_back(tx, order, line, units)
        gone += units
        paid = 7 * 1_111 * gone // 7 - SPENT * gone // 7
        taken = earned * paid // (7 * 1_111 - SPENT)
        assert await loyalty.balance(tx, buyer) == SPENT * gone // 7 + earned - taken
    assert await loyalty.balance(tx, buyer) == SPENT


async def test_what_came_back_before_the_delivery_earns_nothing(tx: TenantTx) -> None:
    order, line, buyer = await bought(tx)
    first = await orders.pack(tx, order.id, {line: 3}, STAFF)
    await tx.flush()
    await orders.send(tx, order.id, first.id, STAFF)
    await give_back(tx, order, line, 3)
    await deliver(tx, order)
    kept = 7 * 1_111 - SPENT - (3 * 1_111 - SPENT * 3 // 7)
    whole = (7 * 1_111 - SPENT) * 333 // 10_000
    assert await loyalty.balance(tx, buyer) - SPENT * 3 // 7 == pytest.approx(
        whole * kept / (7 * 1_111 - SPENT), abs=1
    )
    await give_back(tx, order, line, 4)
    assert await loyalty.balance(tx, buyer) == SPENT


async def test_units_that_are_not_sent_give_their_points_back(tx: TenantTx) -> None:
    order, line, buyer = await bought(tx)
    await orders.pack(tx, order.id, {line: 2}, STAFF)
    await orders.cancel_rest(tx, order.id, STAFF, "sold out")
    assert await loyalty.balance(tx, buyer) == SPENT * 5 // 7
    await orders.cancel(tx, order.id, STAFF, "")
    assert await loyalty.balance(tx, buyer) == SPENT


async def test_an_edit_gives_back_the_points_of_what_is_gone(tx: TenantTx) -> None:
    order, line, buyer = await bought(tx)
    await orders.edit(tx, order.id, OrderEdit(version=1, quantities={line: 3}), STAFF)
    left = SPENT * 3 // 7
    assert (order.discount_minor, order.pricing["points"]) == (left, left)
    assert await loyalty.balance(tx, buyer) == SPENT - left
    await orders.edit(tx, order.id, OrderEdit(version=2, quantities={line: 5}), STAFF)
    assert await loyalty.balance(tx, buyer) == SPENT - left
    [kept, new] = await lines_of(tx, order.id)
    assert (kept.points_minor, new.points_minor) == (left, 0)
    await orders.cancel(tx, order.id, STAFF, "")
    assert await loyalty.balance(tx, buyer) == SPENT


async def test_money_given_back_for_goodwill_takes_its_part_of_what_was_earned(
    tx: TenantTx,
) -> None:
    order, line, buyer = await bought(tx)
    await deliver(tx, order)
    earned, paid = await loyalty.balance(tx, buyer), 7 * 1_111 - SPENT
    await note_refund(tx, order.id, 2_000, STAFF, "a scratch", is_goodwill=True)
    assert await loyalty.balance(tx, buyer) == earned - earned * 2_000 // paid
    await note_refund(tx, order.id, 500, STAFF, "returned")
    assert await loyalty.balance(tx, buyer) == earned - earned * 2_000 // paid
    await give_back(tx, order, line, 7)
    assert await loyalty.balance(tx, buyer) == SPENT


async def test_another_orders_points_are_left_alone(tx: TenantTx) -> None:
    order, line, buyer = await bought(tx)
    await deliver(tx, order)
    await loyalty.adjust(tx, buyer, 10_000, STAFF, "")
    await loyalty.spend(tx, buyer, new_id(), 5_000, STAFF)
    before = await loyalty.balance(tx, buyer)
    await give_back(tx, order, line, 7)
    earned = (7 * 1_111 - SPENT) * 333 // 10_000
    assert await loyalty.balance(tx, buyer) == before + SPENT - earned
