"""Every step of an order: what it changes, that it may be repeated, when it is refused."""

from datetime import timedelta
from uuid import UUID

import pytest

from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.inventory import service as inventory
from kram.shop.inventory.errors import OutOfStock
from kram.shop.inventory.events import ReservationDue
from kram.shop.orders import queries, service, tasks
from kram.shop.orders.errors import OrderMissing, StepImpossible
from kram.shop.orders.events import OrderCancelled, OrderEvent, OrderShipped
from kram.shop.orders.models import Order
from tests.factories.catalog import make_variant
from tests.factories.inventory import STAFF, ledger_sum, stock_of
from tests.factories.orders import SHOPPER, make_order

pytestmark = pytest.mark.anyio


async def timeline(tx: TenantTx, order: Order) -> list[str]:
    await tx.flush()
    tx.session.expunge_all()
    stored = await queries.order_with_lines(tx, order.id)
    assert stored is not None
    return [step.kind for step in stored.steps]


def names(tx: TenantTx) -> list[str]:
    events = [pending.event for pending in tx.pending_events]
    return [event.name for event in events if isinstance(event, OrderEvent)]


async def unpaid(tx: TenantTx, *, stock: int = 1) -> tuple[Order, UUID]:
    """An order that waits for its money, of one unit of a variant that had `stock`."""
    variant = await make_variant(tx, stock=stock)
    order = await make_order(tx, lines={variant: 1}, pay_until=tx.now + timedelta(minutes=15))
    return order, variant


async def test_the_whole_way(tx: TenantTx) -> None:
    variant = await make_variant(tx, stock=5)
    order = await make_order(tx, lines={variant: 2})
    for _ in range(2):
        await service.accept(tx, order.id, STAFF)
    for _ in range(2):
        await service.ship(tx, order.id, STAFF, " 20450001 ")
    assert await stock_of(tx, variant) == (3, 0)
    for _ in range(2):
        await service.deliver(tx, order.id, STAFF)
    for _ in range(2):
        order = await service.mark_paid(tx, order.id, STAFF)
    assert (order.status, order.payment_state) == ("delivered", "paid")
    assert (order.tracking, order.number) == ("20450001", 1001)
    assert await ledger_sum(tx, variant) == 3
    assert names(tx) == [
        "order.placed.v1",
        "order.accepted.v1",
        "order.shipped.v1",
        "order.delivered.v1",
        "order.paid.v1",
    ]
    shipped = next(p.event for p in tx.pending_events if isinstance(p.event, OrderShipped))
    assert (shipped.tracking, shipped.status, shipped.number) == ("20450001", "shipped", 1001)
    steps = await timeline(tx, order)
    assert steps == ["placed", "accepted", "shipped", "delivered", "paid"]


async def test_payment_places_a_waiting_order(tx: TenantTx) -> None:
    order, variant = await unpaid(tx)
    for _ in range(2):
        order = await service.mark_paid(tx, order.id, STAFF)
    assert (order.status, order.payment_state, order.number) == ("placed", "paid", 1001)
    assert names(tx) == ["order.placed.v1", "order.paid.v1"]
    assert await timeline(tx, order) == ["created", "paid"]
    await tasks.cancel_unpaid(tx, ReservationDue(order_id=order.id))
    assert (await service.accept(tx, order.id, STAFF)).status == "accepted"
    assert await stock_of(tx, variant) == (1, 1)


async def test_a_paid_orders_promise_no_longer_expires(tx: TenantTx) -> None:
    order, _ = await unpaid(tx)
    await service.mark_paid(tx, order.id, STAFF)
    tx.now += timedelta(days=1)
    assert await tasks.renew_lost_timers(tx) == 0


async def test_the_time_to_pay_runs_out(tx: TenantTx) -> None:
    order, variant = await unpaid(tx)
    for _ in range(2):
        await tasks.cancel_unpaid(tx, ReservationDue(order_id=order.id))
    assert (order.status, order.payment_state, order.number) == ("cancelled", "unpaid", None)
    assert await stock_of(tx, variant) == (1, 0)
    told = [p.event for p in tx.pending_events if isinstance(p.event, OrderCancelled)]
    assert [(event.expired, event.reason, event.number) for event in told] == [(True, "", None)]
    assert await timeline(tx, order) == ["created", "expired"]


async def test_late_money_revives_an_expired_order(tx: TenantTx) -> None:
    order, variant = await unpaid(tx)
    await service.expire(tx, order.id)
    order = await service.mark_paid(tx, order.id, STAFF)
    assert (order.status, order.payment_state, order.number) == ("placed", "paid", 1001)
    assert await stock_of(tx, variant) == (1, 1)
    assert await timeline(tx, order) == ["created", "expired", "paid"]


async def test_late_money_is_refused_when_the_goods_are_gone(tx: TenantTx) -> None:
    order, variant = await unpaid(tx)
    await service.expire(tx, order.id)
    await inventory.reserve(tx, new_id(), {variant: 1}, None)
    with pytest.raises(OutOfStock):
        await service.mark_paid(tx, order.id, STAFF)
    assert await stock_of(tx, variant) == (1, 1)
    assert (order.status, order.payment_state, order.number) == ("cancelled", "unpaid", None)
    assert await timeline(tx, order) == ["created", "expired"]


async def test_late_money_does_not_revive_what_a_person_cancelled(tx: TenantTx) -> None:
    order, variant = await unpaid(tx)
    await service.cancel(tx, order.id, SHOPPER, "changed my mind")
    with pytest.raises(StepImpossible):
        await service.mark_paid(tx, order.id, STAFF)
    assert (order.status, order.payment_state) == ("cancelled", "unpaid")
    assert await stock_of(tx, variant) == (1, 0)


async def test_cancelling_frees_the_units_once(tx: TenantTx) -> None:
    variant = await make_variant(tx, stock=5)
    order = await make_order(tx, lines={variant: 2})
    await service.accept(tx, order.id, STAFF)
    for _ in range(2):
        await service.cancel(tx, order.id, STAFF, " broken ")
    assert await stock_of(tx, variant) == (5, 0)
    told = [p.event for p in tx.pending_events if isinstance(p.event, OrderCancelled)]
    assert [(event.reason, event.expired, event.number) for event in told] == [
        ("broken", False, 1001)
    ]


async def test_what_has_left_cannot_be_cancelled(tx: TenantTx) -> None:
    variant = await make_variant(tx, stock=5)
    order = await make_order(tx, lines={variant: 2})
    await service.accept(tx, order.id, STAFF)
    await service.ship(tx, order.id, STAFF)
    with pytest.raises(StepImpossible) as refused:
        await service.cancel(tx, order.id, STAFF, "")
    assert refused.value.extra == {"status": "shipped", "action": "cancel"}
    assert await stock_of(tx, variant) == (3, 0)
    assert await timeline(tx, order) == ["placed", "accepted", "shipped"]


async def test_a_refund_is_marked_once_and_only_of_what_was_paid(tx: TenantTx) -> None:
    order, _ = await unpaid(tx)
    with pytest.raises(StepImpossible):
        await service.mark_refunded(tx, order.id)
    await service.mark_paid(tx, order.id, STAFF)
    await service.cancel(tx, order.id, STAFF, "")
    await service.note_refund(tx, order.id, order.total_minor, STAFF, "broken")
    for _ in range(2):
        await service.mark_refunded(tx, order.id)
    assert (order.status, order.payment_state) == ("cancelled", "refunded")
    assert names(tx)[-1:] == ["order.refunded.v1"]
    assert names(tx).count("order.refunded.v1") == 1
    assert await timeline(tx, order) == ["created", "paid", "cancelled", "refunded"]


async def test_steps_of_no_order_are_refused(tx: TenantTx) -> None:
    with pytest.raises(OrderMissing):
        await service.accept(tx, new_id(), STAFF)


async def test_the_sweeper_sets_lost_timers_anew(tx: TenantTx) -> None:
    late, _ = await unpaid(tx)
    await make_order(tx)
    tx.pending_events.clear()
    assert await tasks.renew_lost_timers(tx) == 0
    tx.now += timedelta(minutes=17)
    assert await tasks.renew_lost_timers(tx) == 1
    assert [(p.event, p.due_at) for p in tx.pending_events] == [
        (ReservationDue(order_id=late.id), tx.now)
    ]
