"""The staff changes an order: prices of what stays, stock, money, and two people at once."""

from collections.abc import Sequence

import pytest

from kram.kit.db.tx import TenantTx
from kram.kit.errors import AppError, InvalidInput
from kram.kit.ids import new_id
from kram.shop.cart.extras import Extras
from kram.shop.catalog.models import Variant
from kram.shop.inventory.errors import OutOfStock
from kram.shop.loyalty import service as loyalty
from kram.shop.loyalty.rules import Loyalty
from kram.shop.orders import queries, service
from kram.shop.orders.errors import (
    GoodsGone,
    LineInvalid,
    LineMissing,
    OrderChanged,
    OrderEmpty,
    StepImpossible,
)
from kram.shop.orders.events import OrderBalanceDue
from kram.shop.orders.models import Order, OrderLine
from kram.shop.orders.pricing import pricing_of
from kram.shop.orders.pricing.parts import parts_of_order
from kram.shop.orders.service import OrderEdit
from kram.shop.promotions.rule import PercentOff
from kram.shop.taxes import service as taxes
from kram.shop.taxes.rules import TaxMode, TaxPolicy, TaxRate
from tests.factories.catalog import make_category, make_product, make_variant
from tests.factories.customers import make_customer
from tests.factories.inventory import STAFF, stock_of
from tests.factories.orders import make_order
from tests.factories.promotions import make_promotion

pytestmark = pytest.mark.anyio


def asked(tx: TenantTx) -> list[tuple[int, str]]:
    events = [pending.event for pending in tx.pending_events]
    return [(e.amount_minor, e.reason) for e in events if isinstance(e, OrderBalanceDue)]


async def shown(tx: TenantTx, order: Order) -> list[tuple[int, int, int, int]]:
    """Quantity, unit price, discount, total of each line."""
    return [
        (line.quantity, line.unit_price_minor, line.discount_minor, line.total_minor)
        for line in await queries.lines_of(tx, order.id)
    ]


async def test_units_that_stay_keep_their_price_and_discount(tx: TenantTx) -> None:
    variant = await make_variant(tx, stock=10, price_minor=10_000)
    order = await make_order(tx, lines={variant: 3})
    line = order.lines[0]
    line.discount_minor = order.discount_minor = 1_000
    order.total_minor -= 1_000
    line_id = line.id
    stored = await tx.get(Variant, variant)
    assert stored is not None
    stored.price_minor = 12_000
    await service.edit(tx, order.id, OrderEdit(version=1, quantities={line_id: 2}), STAFF)
    assert await shown(tx, order) == [(2, 10_000, 666, 20_000)]
    assert order.total_minor == 20_000 - 666 + 7_000
    assert await stock_of(tx, variant) == (10, 2)
    await service.edit(tx, order.id, OrderEdit(version=2, quantities={line_id: 4}), STAFF)
    assert await shown(tx, order) == [(2, 10_000, 666, 20_000), (2, 12_000, 0, 24_000)]
    assert (order.version, await stock_of(tx, variant)) == (3, (10, 4))


async def test_goods_come_and_go_and_the_timeline_tells(tx: TenantTx) -> None:
    kettle = await make_variant(tx, stock=5, price_minor=10_000)
    cup = await make_variant(tx, stock=5, price_minor=3_000)
    order = await make_order(tx, lines={kettle: 1})
    edit = OrderEdit(
        version=1, quantities={order.lines[0].id: 0}, added={cup: 2}, reason=" wished so "
    )
    await service.edit(tx, order.id, edit, STAFF)
    assert await shown(tx, order) == [(2, 3_000, 0, 6_000)]
    assert (await stock_of(tx, kettle), await stock_of(tx, cup)) == ((5, 0), (5, 2))
    await tx.flush()
    tx.session.expunge_all()
    stored = await queries.order_with_lines(tx, order.id)
    assert stored is not None
    step = stored.steps[-1]
    assert (step.kind, step.note, step.amount_minor) == ("edited", "wished so", -4_000)
    assert step.detail is not None
    assert [step.detail[when]["total_minor"] for when in ("before", "after")] == [17_000, 13_000]


async def test_more_to_pay_waits_and_less_goes_back(tx: TenantTx) -> None:
    variant = await make_variant(tx, stock=10, price_minor=10_000)
    order = await make_order(tx, lines={variant: 3})
    line = order.lines[0].id
    await service.accept(tx, order.id, STAFF)
    await service.mark_paid(tx, order.id, STAFF)
    await service.edit(tx, order.id, OrderEdit(version=1, quantities={line: 1}), STAFF)
    assert (order.payment_state, asked(tx)) == ("paid", [(20_000, "edited")])
    await service.edit(tx, order.id, OrderEdit(version=2, quantities={line: 2}), STAFF)
    assert (order.payment_state, order.status) == ("partly_paid", "accepted")
    with pytest.raises(StepImpossible):
        await service.ship(tx, order.id, STAFF)
    await service.mark_paid(tx, order.id, STAFF)
    await service.ship(tx, order.id, STAFF)
    assert (order.status, await stock_of(tx, variant)) == ("shipped", (8, 0))


async def test_an_address_is_changed_alone(tx: TenantTx) -> None:
    order = await make_order(tx)
    await service.edit(tx, order.id, OrderEdit(version=1, address=" Kyiv,\n Khreshchatyk "), STAFF)
    assert (order.address, order.phone, asked(tx)) == ("Kyiv,\n Khreshchatyk", "+380441234567", [])
    with pytest.raises(InvalidInput) as refused:
        await service.edit(tx, order.id, OrderEdit(version=2, phone=" ", address="x" * 501), STAFF)
    assert {error.pointer for error in refused.value.errors} == {"/phone", "/address"}


async def test_what_was_seen_must_still_be_so(tx: TenantTx) -> None:
    order = await make_order(tx)
    await service.edit(tx, order.id, OrderEdit(version=1, comment="a"), STAFF)
    with pytest.raises(OrderChanged) as refused:
        await service.edit(tx, order.id, OrderEdit(version=1, comment="b"), STAFF)
    assert refused.value.extra == {"version": 2}
    assert order.comment == "a"


@pytest.mark.parametrize(
    ("quantities", "added", "refusal"),
    [
        ({"line": 0}, {}, OrderEmpty),
        ({"line": -1}, {}, LineInvalid),
        ({"line": 1000}, {}, LineInvalid),
        ({"line": 6}, {}, OutOfStock),
        ({"other": 1}, {}, LineMissing),
        ({}, {"variant": 0}, LineInvalid),
        ({}, {"variant": 5}, OutOfStock),
        ({}, {"other": 1}, GoodsGone),
    ],
)
async def test_what_cannot_be_is_refused(
    tx: TenantTx, quantities: dict[str, int], added: dict[str, int], refusal: type[AppError]
) -> None:
    variant = await make_variant(tx, stock=5)
    order = await make_order(tx, lines={variant: 1})
    known = {"line": order.lines[0].id, "variant": variant, "other": new_id()}
    edit = OrderEdit(
        version=1,
        quantities={known[name]: units for name, units in quantities.items()},
        added={known[name]: units for name, units in added.items()},
    )
    with pytest.raises(refusal):
        await service.edit(tx, order.id, edit, STAFF)


async def test_what_is_packed_is_not_edited(tx: TenantTx) -> None:
    variant = await make_variant(tx, stock=5)
    order = await make_order(tx, lines={variant: 2})
    line = order.lines[0].id
    await service.accept(tx, order.id, STAFF)
    await service.pack(tx, order.id, {line: 1}, STAFF)
    with pytest.raises(StepImpossible) as refused:
        await service.edit(tx, order.id, OrderEdit(version=1, quantities={line: 1}), STAFF)
    assert refused.value.extra == {"status": "partly_packed", "action": "edit"}


async def test_an_edited_orders_parts_make_up_its_sums(tx: TenantTx) -> None:
    """Two rates, a code, points and a delivery: goods go, come, and go again."""
    books = await make_category(tx, "Books")
    policy = TaxPolicy(
        mode=TaxMode.ADDED,
        rates=(TaxRate("VAT", 200_000), TaxRate("Books", 70_000, category_id=books.id)),
    )
    await taxes.save(tx, policy)
    await loyalty.save(tx, Loyalty(is_active=True, spend_limit=5_000))
    await make_promotion(tx, PercentOff(1_000), code="TEN")
    buyer = (await make_customer(tx)).id
    await loyalty.adjust(tx, buyer, 777, STAFF, "")
    cup = await make_variant(tx, stock=20, price_minor=3_333)
    product = await make_product(tx, price_minor=1_999, stock=20, category_id=books.id)
    book = product.variants[0].id
    extras = Extras(("TEN",), use_points=True)
    order = await make_order(tx, lines={cup: 3, book: 5}, customer_id=buyer, extras=extras)
    assert_true_parts(order, await queries.lines_of(tx, order.id))
    first, second = [line.id for line in order.lines]
    for wanted in (
        OrderEdit(version=1, quantities={second: 2}),
        OrderEdit(version=2, quantities={second: 0}, added={book: 1, cup: 1}),
        OrderEdit(version=3, quantities={first: 1}),
    ):
        await service.edit(tx, order.id, wanted, STAFF)
        assert_true_parts(order, await queries.lines_of(tx, order.id))
    assert {part.name for part in pricing_of(order).taxes} == {"VAT", "Books"}
    spent = pricing_of(order).points
    assert 0 < spent < 777
    assert await loyalty.balance(tx, buyer) == 777 - spent


def assert_true_parts(order: Order, lines: Sequence[OrderLine]) -> None:
    frozen = pricing_of(order)
    assert sum(part.tax_minor for part in frozen.taxes) == order.tax_minor
    given = sum(each.amount_minor for each in frozen.promotions)
    assert given + frozen.points == order.discount_minor
    assert frozen.points == sum(line.points_minor for line in lines)
    shown = [part.minor for part in parts_of_order(order) if part.kind != "tax_inside"]
    assert sum(shown) == order.to_pay_minor
