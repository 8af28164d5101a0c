"""From a draft to an order."""

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import func, select

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.errors import AppError, InvalidInput
from kram.kit.ids import new_id
from kram.kit.money import AmountNegative, Money
from kram.shop.catalog import service as catalog
from kram.shop.inventory.errors import OutOfStock
from kram.shop.inventory.events import ReservationDue
from kram.shop.orders import queries, service
from kram.shop.orders.drafts import DraftLine, OrderDraft
from kram.shop.orders.errors import GoodsGone, LineInvalid, OrderEmpty, TotalChanged
from kram.shop.orders.events import OrderEvent, OrderPlaced
from kram.shop.orders.models import DeliveryMethod, Order, OrderCounter
from tests.factories.catalog import make_product, make_variant, product_draft, variant_draft
from tests.factories.customers import make_customer
from tests.factories.inventory import stock_of
from tests.factories.orders import SHOPPER, make_order, order_draft
from tests.statements import statements

pytestmark = pytest.mark.anyio


def order_events(tx: TenantTx) -> list[OrderEvent]:
    events = [pending.event for pending in tx.pending_events]
    return [event for event in events if isinstance(event, OrderEvent)]


async def next_number(tx: TenantTx) -> int:
    return int(await tx.scalar(select(OrderCounter.next_number)))


async def test_cash_on_delivery_is_placed_with_a_number(tx: TenantTx) -> None:
    kettle = await make_product(tx, title="Kettle", price_minor=12_500, stock=5, sku="K-1")
    cup = await make_product(tx, title="Cup", price_minor=333, stock=9, sku="C-1")
    first, second = kettle.variants[0].id, cup.variants[0].id
    customer = await make_customer(tx)
    draft = order_draft(customer.id, {first: 2, second: 3}, expected_total_minor=32_999)
    order = await service.place(tx, draft, SHOPPER)
    assert (order.status, order.payment_state, order.number) == ("placed", "unpaid", 1001)
    assert (order.subtotal_minor, order.delivery_minor, order.total_minor) == (
        25_999,
        7_000,
        32_999,
    )
    assert [
        (line.sku, line.title, line.unit_price_minor, line.quantity, line.total_minor)
        for line in order.lines
    ] == [("K-1", "Kettle", 12_500, 2, 25_000), ("C-1", "Cup", 333, 3, 999)]
    assert await stock_of(tx, first) == (5, 2)
    assert await stock_of(tx, second) == (9, 3)
    assert order_events(tx) == [
        OrderPlaced(
            order_id=order.id,
            code=order.code,
            number=1001,
            customer_id=customer.id,
            status="placed",
            payment_state="unpaid",
            payment_method="cod",
            total_minor=32_999,
            currency="UAH",
        )
    ]
    stored = await queries.order_with_lines(tx, order.id)
    assert stored is not None
    assert [(step.kind, step.actor_kind, step.actor_name) for step in stored.steps] == [
        ("placed", "shopper", "Ivan")
    ]


async def test_an_order_to_be_paid_has_no_number_yet(tx: TenantTx) -> None:
    variant = await make_variant(tx, stock=1)
    until = tx.now + timedelta(minutes=15)
    order = await make_order(tx, lines={variant: 1}, pay_until=until)
    assert (order.status, order.number) == ("awaiting_payment", None)
    assert await next_number(tx) == 1001
    assert order_events(tx) == []
    timer = next(p for p in tx.pending_events if isinstance(p.event, ReservationDue))
    assert (timer.event, timer.due_at) == (ReservationDue(order_id=order.id), until)
    assert await stock_of(tx, variant) == (1, 1)


async def test_prices_are_the_catalogues_not_the_clients(tx: TenantTx) -> None:
    product = await make_product(tx, price_minor=10_000, stock=5)
    variant = product.variants[0]
    await catalog.update_product(
        tx,
        product.id,
        product_draft(variant_draft(sku=variant.sku, price_minor=11_000, variant_id=variant.id)),
    )
    customer = await make_customer(tx)
    draft = order_draft(customer.id, {variant.id: 1}, expected_total_minor=17_000)
    with pytest.raises(TotalChanged) as refused:
        await service.place(tx, draft, SHOPPER)
    assert refused.value.extra == {"total": Money(18_000, "UAH")}
    order = await service.place(tx, msgspec.structs.replace(draft, expected_total=None), SHOPPER)
    assert (order.lines[0].unit_price_minor, order.total_minor) == (11_000, 18_000)


async def test_an_order_keeps_the_price_it_was_placed_at(tx: TenantTx) -> None:
    product = await make_product(tx, title="Kettle", price_minor=10_000, stock=5)
    order = await make_order(tx, lines={product.variants[0].id: 1})
    await catalog.update_product(
        tx, product.id, product_draft(variant_draft(sku="NEW", price_minor=1), title="Pot")
    )
    stored = await queries.order_with_lines(tx, order.id)
    assert stored is not None
    assert [(line.title, line.unit_price_minor) for line in stored.lines] == [("Kettle", 10_000)]


async def test_two_lines_of_one_variant_need_units_for_both(tx: TenantTx) -> None:
    variant = await make_variant(tx, stock=3)
    draft = order_draft((await make_customer(tx)).id, {variant: 2})
    doubled = msgspec.structs.replace(draft, lines=(DraftLine(variant, 2), DraftLine(variant, 2)))
    with pytest.raises(OutOfStock) as refused:
        await service.place(tx, doubled, SHOPPER)
    assert [(lack.wanted, lack.left) for lack in refused.value.shortages] == [(4, 3)]
    assert await stock_of(tx, variant) == (3, 0)


async def test_what_is_archived_cannot_be_bought(tx: TenantTx) -> None:
    sold, archived = await make_product(tx, stock=5), await make_product(tx, stock=5)
    await catalog.archive_product(tx, archived.id)
    lines = {sold.variants[0].id: 1, archived.variants[0].id: 1}
    with pytest.raises(GoodsGone) as refused:
        await make_order(tx, lines=lines)
    assert refused.value.extra == {"variant_ids": [archived.variants[0].id]}
    assert await stock_of(tx, sold.variants[0].id) == (5, 0)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"lines": ()}, OrderEmpty),
        ({"lines": (DraftLine(new_id(), 0),)}, LineInvalid),
        ({"lines": (DraftLine(new_id(), 1000),)}, LineInvalid),
        ({"lines": tuple(DraftLine(new_id(), 1) for _ in range(101))}, LineInvalid),
        ({"delivery": Money(-1, "UAH")}, AmountNegative),
        ({"recipient": "  "}, InvalidInput),
        ({"phone": ""}, InvalidInput),
        ({"address": "x" * 501}, InvalidInput),
        ({"comment": "\0"}, InvalidInput),
    ],
)
async def test_a_senseless_draft_is_refused(
    tx: TenantTx, change: dict[str, object], error: type[AppError]
) -> None:
    draft: OrderDraft = order_draft((await make_customer(tx)).id, {new_id(): 1})
    with pytest.raises(error):
        await service.place(tx, msgspec.structs.replace(draft, **change), SHOPPER)
    assert await tx.scalar(select(func.count()).select_from(Order)) == 0


async def test_what_cannot_be_seen_is_not_kept(tx: TenantTx) -> None:
    draft = order_draft((await make_customer(tx)).id, {await make_variant(tx, stock=1): 1})
    typed = msgspec.structs.replace(
        draft,
        recipient="\u202eIvan \u2066Franko",
        phone="\u202a+380441234567\u202c",
        address="Lviv,\u200b Rynok 1",
        comment="Ring\u202e twice\r\nplease 👩\u200d🍳",
    )
    order = await service.place(tx, typed, SHOPPER)
    assert (order.recipient, order.phone, order.address, order.comment) == (
        "Ivan Franko",
        "+380441234567",
        "Lviv, Rynok 1",
        "Ring twice\nplease 👩\u200d🍳",
    )
    await service.accept(tx, order.id, SHOPPER)
    await service.ship(tx, order.id, SHOPPER, "\u202a2045\u202c001 ")
    assert order.tracking == "2045001"


async def test_a_nul_is_told_by_its_own_advice(tx: TenantTx) -> None:
    draft = order_draft((await make_customer(tx)).id, {new_id(): 1})
    with pytest.raises(InvalidInput) as refused:
        await service.place(tx, msgspec.structs.replace(draft, comment="a\0b"), SHOPPER)
    assert [(error.pointer, error.code, error.detail) for error in refused.value.errors] == [
        ("/comment", "bad_character", "Remove the invisible character")
    ]


async def test_a_refused_contact_names_its_fields(tx: TenantTx) -> None:
    draft = order_draft((await make_customer(tx)).id, {new_id(): 1})
    with pytest.raises(InvalidInput) as refused:
        await service.place(tx, msgspec.structs.replace(draft, phone="", address=""), SHOPPER)
    assert [error.pointer for error in refused.value.errors] == ["/phone", "/address"]


async def test_a_pick_up_needs_no_address(tx: TenantTx) -> None:
    variant, customer = await make_variant(tx, stock=1), await make_customer(tx)
    draft = msgspec.structs.replace(
        order_draft(customer.id, {variant: 1}, delivery_minor=0),
        delivery_method=DeliveryMethod.PICKUP,
        address="",
    )
    order = await service.place(tx, draft, SHOPPER)
    assert (order.delivery_method, order.address, order.total_minor) == ("pickup", "", 12_500)


async def test_placing_takes_as_many_statements_for_fifty_lines_as_for_one(
    db: Database, tenant: Tenant
) -> None:
    counts = []
    for lines in (1, 50):
        async with db.tenant(tenant) as tx:
            wanted = {await make_variant(tx, stock=1): 1 for _ in range(lines)}
            customer = await make_customer(tx)
        async with db.tenant(tenant) as tx:
            with statements(db) as sent:
                await service.place(tx, order_draft(customer.id, wanted), SHOPPER)
            counts.append(len(sent))
    assert counts == [5, 5]


async def test_a_rolled_back_order_leaves_nothing(db: Database, tenant: Tenant) -> None:
    async with db.tenant(tenant) as tx:
        variant = await make_variant(tx, stock=1)
        customer_id = (await make_customer(tx)).id

    async def place_and_fail(customer: UUID) -> None:
        async with db.tenant(tenant) as tx:
            await service.place(tx, order_draft(customer, {variant: 1}), SHOPPER)
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await place_and_fail(customer_id)
    async with db.tenant(tenant) as tx:
        assert await stock_of(tx, variant) == (1, 0)
        assert await next_number(tx) == 1001
        assert await tx.scalar(select(func.count()).select_from(Order)) == 0
