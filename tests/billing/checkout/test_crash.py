"""A process killed between any two steps of a checkout leaves one order or none.

`Killed` is no `Exception`: like a kill it passes by every handler, and the open transaction is
rolled back. What the process had sent to others before (a commit, a call to the provider) stays.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text

from kram.billing.checkout import idempotency
from kram.billing.checkout import service as checkout_service
from kram.billing.checkout import tasks as checkout_tasks
from kram.billing.payments import tasks as payment_tasks
from kram.billing.payments.tasks import Payments
from kram.billing.providers.hosted import client as hosted
from kram.billing.providers.hosted.provider import HostedPayments
from kram.shop.cart.store import CartStore
from kram.shop.orders import service as orders
from tests.factories.billing import Stall, checkout_request
from tests.factories.inventory import stock_of

pytestmark = pytest.mark.anyio

KEY = "key-00000001"
CHECK = "payment.check_due.v1"


class Killed(BaseException):
    pass


BEFORE, AFTER = "before", "after"
POINTS: dict[str, tuple[Any, str, str]] = {
    "nothing was done": (idempotency, "claim", BEFORE),
    "the key is written, not committed": (idempotency, "claim", AFTER),
    "the key is committed": (CartStore, "get", BEFORE),
    "the cart is read": (CartStore, "get", AFTER),
    "the key is held": (idempotency, "begin", AFTER),
    "units are reserved, the order is written": (orders, "place", AFTER),
    "the payment is written": (checkout_service, "open_payment", AFTER),
    "the answer is written, not committed": (idempotency, "finish", AFTER),
    "the order is committed": (CartStore, "clear", BEFORE),
    "the cart is emptied": (CartStore, "clear", AFTER),
    "the provider was not asked": (HostedPayments, "start", BEFORE),
    "the provider has done it, its answer is lost": (HostedPayments, "start", AFTER),
    "its answer is written, not committed": (payment_tasks, "record_started", AFTER),
    "all is done, the shopper was not told": (Payments, "start", AFTER),
}
COMMITTED = list(POINTS)[8:]


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosted, "PAUSES_SECONDS", ())


def deadly(inner: Callable[..., Awaitable[Any]], when: str) -> Callable[..., Awaitable[Any]]:
    async def step(*args: Any, **kwargs: Any) -> Any:
        if when == AFTER:
            await inner(*args, **kwargs)
        raise Killed

    return step


async def die_at(stall: Stall, monkeypatch: pytest.MonkeyPatch, point: str, **changes: Any) -> Any:
    """A checkout that is killed there; the customer."""
    customer_id = await stall.shopper_with(await stall.stock(1))
    target, name, when = POINTS[point]
    with monkeypatch.context() as patched:
        patched.setattr(target, name, deadly(getattr(target, name), when))
        with pytest.raises(Killed):
            await stall.checkout.place(stall.card, customer_id, KEY, checkout_request(**changes))
    return customer_id


async def money_is_as_the_orders_say(stall: Stall) -> bool:
    """What the acquirer keeps of every order is what the order says was paid."""
    kept = sum(
        record.order.amount_minor - record.refunded_minor
        for record in stall.acquirer.book.payments()
        if record.status == "succeeded"
    )
    query = text("SELECT coalesce(sum(total_minor), 0) FROM orders WHERE payment_state = 'paid'")
    async with stall.db.tenant_read(stall.tenant) as tx:
        return kept == int(await tx.scalar(query))


async def units_are_as_the_orders_say(stall: Stall) -> bool:
    query = text(
        "SELECT (SELECT sum(reserved) FROM stock) = (SELECT count(*) FROM orders"
        " WHERE status <> 'cancelled')"
    )
    async with stall.db.tenant_read(stall.tenant) as tx:
        return bool(await tx.scalar(query))


async def soonest_check_seconds(stall: Stall) -> float:
    query = text(
        "SELECT min(extract(epoch FROM next_at - created_at)) FROM relay.outbox"
        " WHERE name = 'payment.check_due.v1'"
    )
    async with stall.db.platform() as tx:
        return float(await tx.scalar(query))


@pytest.mark.parametrize("point", POINTS)
async def test_shopper_who_never_comes_back(
    stall: Stall, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    await die_at(stall, monkeypatch, point)
    assert len(await stall.orders()) == (point in COMMITTED)
    assert await units_are_as_the_orders_say(stall)
    await stall.let_time_pass(CHECK)
    if point in COMMITTED:
        assert await soonest_check_seconds(stall) <= 60
        [(order_id, status, _)] = await stall.orders()
        _, [payment], _ = await stall.look(order_id)
        assert (status, payment.status) == ("awaiting_payment", "pending")
        assert payment.redirect_url is not None
    await stall.let_time_pass()
    assert {status for _, status, _ in await stall.orders()} <= {"cancelled"}
    assert await units_are_as_the_orders_say(stall)
    for record in stall.acquirer.book.payments():
        stall.acquirer.succeed(record)
    await stall.work()
    assert await money_is_as_the_orders_say(stall)
    assert await units_are_as_the_orders_say(stall)


@pytest.mark.parametrize("point", POINTS)
async def test_shopper_who_taps_again_after_the_lease(
    stall: Stall, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    customer_id = await die_at(stall, monkeypatch, point)
    async with stall.db.tenant(stall.tenant) as tx:
        await tx.execute(text("UPDATE idempotency_key SET lease_until = now()"))
    again = await stall.checkout.place(stall.card, customer_id, KEY, checkout_request())
    assert [order_id for order_id, _, _ in await stall.orders()] == [again.placed.order_id]
    [record] = stall.acquirer.book.payments()
    assert again.redirect_url is not None
    assert again.redirect_url.endswith(record.id)
    stall.acquirer.succeed(record)
    await stall.let_time_pass()
    [(_, status, paid)] = await stall.orders()
    assert (status, paid) == ("placed", "paid")
    assert await money_is_as_the_orders_say(stall)
    assert await units_are_as_the_orders_say(stall)


@pytest.mark.parametrize("point", list(POINTS)[:10])
async def test_order_paid_on_delivery(
    stall: Stall, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    await die_at(stall, monkeypatch, point, payment="cod")
    await stall.let_time_pass()
    placed = [status for _, status, _ in await stall.orders()]
    assert placed == (["placed"] if point in COMMITTED else [])
    assert await units_are_as_the_orders_say(stall)
    async with stall.db.tenant_read(stall.tenant) as tx:
        numbers = (await tx.scalars(text("SELECT number FROM orders"))).all()
    assert numbers == [1001] * len(placed), "a number that was taken and lost would be a gap"


async def test_without_the_one_transaction_units_are_lost(
    stall: Stall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: reserve in a transaction of its own, and the same kill shows."""
    customer_id = await stall.customer()
    variant_id = await stall.stock(1)
    await stall.put(customer_id, variant_id)
    async with stall.db.tenant(stall.tenant) as tx:
        await tx.execute(text("UPDATE stock SET reserved = reserved + 1"))
    with monkeypatch.context() as patched:
        patched.setattr(checkout_tasks, "place_order", deadly(checkout_tasks.place_order, BEFORE))
        with pytest.raises(Killed):
            await stall.checkout.place(stall.card, customer_id, KEY, checkout_request())
    assert not await units_are_as_the_orders_say(stall)
    async with stall.db.tenant_read(stall.tenant) as tx:
        assert await stock_of(tx, variant_id) == (1, 1)
