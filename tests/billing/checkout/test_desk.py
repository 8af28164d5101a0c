"""Orders that the staff writes up: prices, customers, stock, and three ways to pay."""

from uuid import UUID

import pytest

from kram.billing.checkout.desk import DeskPayment, place, take_cash
from kram.billing.checkout.errors import NoOnlinePayment, NothingToPay
from kram.kit.errors import AppError
from kram.kit.ids import new_id
from kram.shop.catalog.service import (
    PriceListDraft,
    TierPrice,
    create_price_list,
    set_prices,
)
from kram.shop.customers.models import IdentityKind
from kram.shop.customers.service import add_group, put_in_groups
from kram.shop.customers.service.identities import prove
from kram.shop.inventory.errors import OutOfStock
from kram.shop.orders import service as orders
from kram.shop.orders.desk import service as desk
from kram.shop.orders.desk.content import DeskLine, DraftContent
from kram.shop.orders.desk.errors import DraftChanged, DraftMissing, DraftMoved, ReasonMissing
from kram.shop.orders.desk.models import DraftOrder
from kram.shop.orders.queries import lines_of
from kram.shop.orders.service import OrderEdit
from tests.factories.billing import Stall
from tests.factories.customers import make_customer
from tests.factories.inventory import STAFF, stock_of

pytestmark = pytest.mark.anyio

METHODS = ("cod", "sandbox")


def content(variant: UUID, units: int = 1, **changes: object) -> DraftContent:
    agreed = changes.pop("agreed_minor", None)
    return DraftContent(
        lines=(DeskLine(variant, units, agreed),),  # type: ignore[arg-type]
        recipient="Lesia Ukrainka",
        phone="+380501112233",
        **changes,  # type: ignore[arg-type]
    )


async def drafted(stall: Stall, written: DraftContent) -> UUID:
    async with stall.db.tenant(stall.tenant) as tx:
        return (await desk.open_draft(tx, written, STAFF)).id


async def placed(stall: Stall, draft_id: UUID, payment: DeskPayment) -> UUID:
    async with stall.db.tenant(stall.tenant) as tx:
        order = await place(tx, draft_id, "UAH", METHODS, payment, STAFF)
    await stall.work()
    return order.id


async def test_a_draft_holds_nothing_until_it_is_placed(stall: Stall) -> None:
    variant = await stall.stock(3)
    draft_id = await drafted(stall, content(variant, 2))
    async with stall.db.tenant_read(stall.tenant) as tx:
        assert await stock_of(tx, variant) == (3, 0)
    order_id = await placed(stall, draft_id, DeskPayment.ON_DELIVERY)
    order, [payment], _ = await stall.look(order_id)
    assert (order.status, order.payment_state, payment.status) == ("placed", "unpaid", "pending")
    async with stall.db.tenant_read(stall.tenant) as tx:
        assert await stock_of(tx, variant) == (3, 2)
        draft = await tx.get(DraftOrder, draft_id)
        assert draft is not None
        assert (draft.state, draft.order_id) == ("placed", order_id)


async def test_agreed_prices_and_a_discount_with_its_reason(stall: Stall) -> None:
    variant = await stall.stock(3, price_minor=10_000)
    written = content(
        variant, 3, agreed_minor=9_000, discount_minor=1_000, discount_reason="sorry for the wait"
    )
    order_id = await placed(stall, await drafted(stall, written), DeskPayment.CASH)
    order, [payment], _ = await stall.look(order_id)
    assert (order.subtotal_minor, order.discount_minor) == (27_000, 1_000)
    assert order.pricing["agreed"] == {"reason": "sorry for the wait", "amount_minor": 1_000}
    assert (order.status, order.payment_state, payment.captured_minor) == ("placed", "paid", 26_000)


async def test_a_link_holds_the_goods_and_is_paid_online(stall: Stall) -> None:
    variant = await stall.stock(3)
    draft_id = await drafted(stall, content(variant))
    order_id = await placed(stall, draft_id, DeskPayment.LINK)
    order, payments, _ = await stall.look(order_id)
    assert (order.status, order.payment_method, payments) == ("awaiting_payment", "sandbox", [])
    made = await stall.checkout.pay_again(stall.card, order_id, "sandbox")
    stall.acquirer.succeed(stall.record_of(made))
    await stall.work()
    order, _, _ = await stall.look(order_id)
    assert (order.status, order.payment_state, order.number) == ("placed", "paid", 1001)


async def test_a_link_that_nobody_pays_gives_the_goods_free(stall: Stall) -> None:
    variant = await stall.stock(1)
    order_id = await placed(stall, await drafted(stall, content(variant)), DeskPayment.LINK)
    await stall.let_time_pass("reservation.due.v1")
    order, _, _ = await stall.look(order_id)
    async with stall.db.tenant_read(stall.tenant) as tx:
        assert (order.status, await stock_of(tx, variant)) == ("cancelled", (1, 0))


async def test_an_order_is_of_whose_number_was_proved_not_typed(stall: Stall) -> None:
    variant, written = await stall.stock(3), []
    for is_proved in (False, False, True):
        if is_proved:
            async with stall.db.tenant(stall.tenant) as tx:
                await prove(tx, written[0], IdentityKind.PHONE, "+380 50 111 22 33", "bot", STAFF)
        draft_id = await drafted(stall, content(variant))
        order_id = await placed(stall, draft_id, DeskPayment.ON_DELIVERY)
        written.append((await stall.look(order_id))[0].customer_id)
    first, second, third = written
    assert (second == first, third == first) == (False, True)


async def test_drafts_are_guarded_like_orders(stall: Stall) -> None:
    variant = await stall.stock(1)
    draft_id = await drafted(stall, content(variant, 2))

    async def refused(kind: type[AppError], work: object) -> None:
        with pytest.raises(kind):
            async with stall.db.tenant(stall.tenant) as tx:
                await work(tx)  # type: ignore[operator]

    cash = DeskPayment.CASH
    await refused(OutOfStock, lambda tx: place(tx, draft_id, "UAH", METHODS, cash, STAFF))
    await refused(
        NoOnlinePayment, lambda tx: place(tx, draft_id, "UAH", ("cod",), DeskPayment.LINK, STAFF)
    )
    await refused(DraftChanged, lambda tx: desk.change_draft(tx, draft_id, 2, content(variant)))
    await refused(DraftMissing, lambda tx: desk.drop_draft(tx, new_id()))
    await refused(
        ReasonMissing,
        lambda tx: desk.change_draft(tx, draft_id, 1, content(variant, discount_minor=1)),
    )
    async with stall.db.tenant(stall.tenant) as tx:
        await desk.drop_draft(tx, draft_id)
    await refused(DraftMoved, lambda tx: desk.drop_draft(tx, draft_id))


async def test_a_difference_is_taken_in_cash(stall: Stall) -> None:
    variant = await stall.stock(5, price_minor=10_000)
    order_id = await placed(stall, await drafted(stall, content(variant)), DeskPayment.CASH)
    async with stall.db.tenant(stall.tenant) as tx:
        [line] = await lines_of(tx, order_id)
        edit = OrderEdit(version=1, quantities={line.id: 3})
        await orders.edit(tx, order_id, edit, STAFF)
    await stall.work()
    order, _, _ = await stall.look(order_id)
    assert order.payment_state == "partly_paid"
    async with stall.db.tenant(stall.tenant) as tx:
        assert (await take_cash(tx, order_id, STAFF)).captured_minor == 20_000
    order, payments, _ = await stall.look(order_id)
    assert (order.payment_state, len(payments)) == ("paid", 2)
    with pytest.raises(NothingToPay):
        async with stall.db.tenant(stall.tenant) as tx:
            await take_cash(tx, order_id, STAFF)


async def test_a_draft_has_the_prices_of_its_customer_and_its_quantities(stall: Stall) -> None:
    """As they are when it is placed: for a group, and from three units on."""
    variant = await stall.stock(10, 10_000)
    async with stall.db.tenant(stall.tenant) as tx:
        group = await add_group(tx, "Wholesale")
        member = (await make_customer(tx)).id
        await put_in_groups(tx, member, [group])
        draft = PriceListDraft(name="Wholesale", currency="UAH", group_id=group)
        prices = await create_price_list(tx, draft)
        await set_prices(
            tx, prices.id, [TierPrice(variant, 9_000, 1), TierPrice(variant, 7_000, 3)]
        )
    for customer, units, each in ((None, 3, 10_000), (member, 1, 9_000), (member, 3, 7_000)):
        written = content(variant, units, customer_id=customer)
        async with stall.db.tenant_read(stall.tenant) as reading:
            quote, _ = await desk.quoted(reading, written, "UAH")
        order_id = await placed(stall, await drafted(stall, written), DeskPayment.ON_DELIVERY)
        order, _, _ = await stall.look(order_id)
        assert quote.subtotal_minor == order.subtotal_minor == units * each


@pytest.mark.parametrize("payment", list(DeskPayment))
async def test_with_nothing_to_pay_it_is_placed_and_paid_at_once(
    stall: Stall, payment: DeskPayment
) -> None:
    variant = await stall.stock(3, 10_000)
    free = content(variant, 1, discount_minor=10_000, discount_reason="a present")
    order_id = await placed(stall, await drafted(stall, free), payment)
    await stall.let_time_pass("reservation.due.v1")
    order, [made], _ = await stall.look(order_id)
    assert (order.status, order.payment_state, order.number) == ("placed", "paid", 1001)
    assert (made.status, made.amount_minor) == ("succeeded", 0)
    async with stall.db.tenant_read(stall.tenant) as tx:
        assert await stock_of(tx, variant) == (3, 1)
