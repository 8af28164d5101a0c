"""Many at once, at checkout and in the till; each with its guard off, to show that it can fail.

Figures: of the ones asked for in the issue, sized so that the file takes seconds.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from redis.asyncio import Redis
from sqlalchemy import text

from kram.billing.checkout import idempotency
from kram.billing.checkout.errors import IdempotencyKeyReused, StillRunning
from kram.billing.checkout.idempotency import Claim
from kram.billing.checkout.service import Basket, place_order, provider_for
from kram.billing.checkout.tasks import Answer
from kram.billing.payments.service import advance
from kram.billing.providers.contract import PaymentRequest, ProviderState, ProviderStatus
from kram.kit.clock import utc_now
from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.db.tx import Tx
from kram.kit.errors import AppError
from kram.kit.ids import new_id
from kram.kit.money import Money
from kram.shop.inventory.service import levels, reserve
from kram.tenants.models import Shop
from tests.factories.billing import Stall, checkout_request, open_stall

pytestmark = pytest.mark.anyio

TOTAL = 21_500
_FEW = 25
"""Fewer than there are connections: here nobody races to order."""
PAID = ProviderState(status=ProviderStatus.SUCCEEDED, amount=Money(TOTAL, "UAH"))


@pytest.fixture
async def stall(
    db: Database, keys: KeyRing, valkey: Redis, shop: Shop, owner: asyncpg.Connection
) -> AsyncIterator[Stall]:
    await owner.execute("TRUNCATE relay.outbox, relay.handled, relay.inbox")
    async with open_stall(db, keys, valkey, shop) as stall:
        yield stall


async def place(stall: Stall, customer_id: UUID, key: str | None = None, **changes: Any) -> Answer:
    return await stall.checkout.place(
        stall.card, customer_id, key or f"key-{new_id()}", checkout_request(**changes)
    )


async def shoppers(stall: Stall, variant_id: UUID, count: int) -> list[UUID]:
    return [await stall.shopper_with(variant_id) for _ in range(count)]


async def free_units(stall: Stall, variant_id: UUID) -> int:
    async with stall.db.tenant_read(stall.tenant) as tx:
        return (await levels(tx, [variant_id]))[variant_id].available


# --- 14: one key, many requests ---------------------------------------------------------------


async def fifty_with_one_key(stall: Stall) -> list[Answer | AppError]:
    customer_id = await stall.shopper_with(await stall.stock(60))

    async def one() -> Answer | AppError:
        try:
            return await place(stall, customer_id, "key-00000001")
        except AppError as refusal:
            return refusal

    return await asyncio.gather(*(one() for _ in range(50)))


async def test_fifty_requests_with_one_key_make_one_order(stall: Stall) -> None:
    results = await fifty_with_one_key(stall)
    answers = [result.placed for result in results if isinstance(result, Answer)]
    refusals = [result for result in results if not isinstance(result, Answer)]
    [(order_id, _, _)] = await stall.orders()
    assert {answer.order_id for answer in answers} == {order_id}
    assert {type(refusal) for refusal in refusals} <= {StillRunning}
    assert len(answers) + len(refusals) == 50
    assert len(stall.acquirer.book.payments()) == 1


async def test_fifty_other_bodies_with_the_key_are_refused(stall: Stall) -> None:
    customer_id = await stall.shopper_with(await stall.stock(60))
    await place(stall, customer_id, "key-00000001")

    async def other(number: int) -> type[Exception] | None:
        try:
            await place(stall, customer_id, "key-00000001", comment=str(number))
        except AppError as refusal:
            return type(refusal)
        return None

    assert (
        await asyncio.gather(*(other(number) for number in range(50)))
        == [IdempotencyKeyReused] * 50
    )
    assert len(await stall.orders()) == 1


async def test_without_the_row_one_key_makes_many_orders(
    stall: Stall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: everybody is let through."""

    async def everybody(
        tx: Tx, *, actor: str, operation: str, key: str, fingerprint: bytes
    ) -> Claim:
        return Claim(actor, operation, key, utc_now())

    async def unguarded(*_: object) -> None:
        return None

    monkeypatch.setattr(idempotency, "claim", everybody)
    monkeypatch.setattr(idempotency, "begin", unguarded)
    await fifty_with_one_key(stall)
    assert len(await stall.orders()) > 1


# --- 6: no provider call while stock is locked --------------------------------------------------


async def test_slow_provider_does_not_hold_the_stock(stall: Stall) -> None:
    """50 buyers of one product, a provider that takes a second: about one second, not 50."""
    variant_id = await stall.stock(50)
    buyers = await shoppers(stall, variant_id, 50)
    stall.acquirer.faults.slow_seconds = 1.0
    began = time.monotonic()
    await asyncio.gather(*(place(stall, buyer) for buyer in buyers))
    assert time.monotonic() - began < 4
    assert len(await stall.orders()) == 50
    assert await free_units(stall, variant_id) == 0
    assert len(stall.acquirer.book.payments()) == 50


async def test_provider_called_inside_the_transaction_holds_the_stock(stall: Stall) -> None:
    """The negative control: the same with the call before the commit takes its turn each."""
    variant_id = await stall.stock(8)
    buyers = await shoppers(stall, variant_id, 8)
    stall.acquirer.faults.slow_seconds = 0.2
    provider = provider_for(stall.card, stall.checkout.providers(stall.tenant.id), "sandbox")

    async def inside(buyer: UUID) -> None:
        cart = await stall.carts.get(stall.tenant.id, buyer)
        async with stall.db.tenant(stall.tenant) as tx:
            order, payment = await place_order(
                tx, stall.card, buyer, Basket(cart), checkout_request(), provider
            )
            await provider.start(
                PaymentRequest(
                    payment_id=payment.id,
                    order_code=order.code,
                    amount=Money(order.total_minor, order.currency),
                    description="",
                    return_url="http://kram.test",
                    cancel_url="http://kram.test",
                    expires_at=tx.now + timedelta(minutes=30),
                    language="uk",
                )
            )

    began = time.monotonic()
    await asyncio.gather(*(inside(buyer) for buyer in buyers))
    assert time.monotonic() - began > 8 * 0.2


# --- 5: time runs out, money comes late ---------------------------------------------------------


async def expired_orders(stall: Stall, count: int) -> UUID:
    """As many orders as units, none of them paid, all out of time; the variant."""
    variant_id = await stall.stock(count)
    buyers = await shoppers(stall, variant_id, count)
    for first in range(0, count, _FEW):
        await asyncio.gather(*(place(stall, buyer) for buyer in buyers[first : first + _FEW]))
    assert await free_units(stall, variant_id) == 0
    began = time.monotonic()
    await stall.let_time_pass("reservation.due.v1")
    assert await free_units(stall, variant_id) == count
    assert time.monotonic() - began < 5
    return variant_id


async def sell(stall: Stall, variant_id: UUID, units: int) -> None:
    async with stall.db.tenant(stall.tenant) as tx:
        await reserve(tx, new_id(), {variant_id: units}, None)


async def pay_late(stall: Stall) -> None:
    for record in stall.acquirer.book.payments():
        stall.acquirer.succeed(record)
    await stall.work()


async def money_and_orders(stall: Stall) -> Counter[tuple[str, str, bool]]:
    """(status, payment state, whether the acquirer still has the money) of every order."""
    query = text(
        "SELECT orders.status, payment_state, provider_ref FROM orders"
        " JOIN payment ON payment.order_id = orders.id"
    )
    async with stall.db.tenant_read(stall.tenant) as tx:
        rows = (await tx.execute(query)).all()
    kept = {
        record.id: record.order.amount_minor > record.refunded_minor
        for record in stall.acquirer.book.payments()
    }
    return Counter((status, paid, kept[reference]) for status, paid, reference in rows)


@pytest.mark.parametrize(
    ("late", "sold"), [(50, 30), pytest.param(100, 40, marks=pytest.mark.stress)]
)
async def test_late_money_is_promised_anew_or_returned(stall: Stall, late: int, sold: int) -> None:
    """Property 5: all of it, whether its units are still there or not."""
    variant_id = await expired_orders(stall, late)
    await sell(stall, variant_id, sold)
    await pay_late(stall)
    assert await money_and_orders(stall) == {
        ("placed", "paid", True): late - sold,
        ("cancelled", "unpaid", False): sold,
    }
    assert await free_units(stall, variant_id) == 0


async def test_without_the_return_late_money_stays(
    stall: Stall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control."""

    async def keep_it(*_: object) -> None:
        return None

    monkeypatch.setattr(import_module("kram.billing.payments.service.advance"), "_return", keep_it)
    variant_id = await expired_orders(stall, 6)
    await sell(stall, variant_id, 4)
    await pay_late(stall)
    assert (await money_and_orders(stall))[("cancelled", "unpaid", True)] == 4


async def test_payment_and_the_end_of_its_time_meet(stall: Stall) -> None:
    """30 orders are paid in the moment in which their time ends: each is paid, or paid back."""
    variant_id = await stall.stock(30)
    buyers = await shoppers(stall, variant_id, 30)
    await asyncio.gather(*(place(stall, buyer) for buyer in buyers))
    for record in stall.acquirer.book.payments():
        stall.acquirer.succeed(record)
    await asyncio.gather(stall.let_time_pass(), stall.work(), stall.work())
    await stall.let_time_pass()
    assert await money_and_orders(stall) == {("placed", "paid", True): 30}
    assert await free_units(stall, variant_id) == 0


# --- 8: one webhook, fifty times ----------------------------------------------------------------


async def waiting_payment(stall: Stall) -> UUID:
    order_id = await stall.order(key=f"key-{new_id()}")
    _, [payment], _ = await stall.look(order_id)
    return payment.id


async def test_same_webhook_fifty_times_is_one_payment(
    stall: Stall, owner: asyncpg.Connection
) -> None:
    await waiting_payment(stall)
    [record] = stall.acquirer.book.payments()
    stall.acquirer.succeed(record)
    [callback] = stall.acquirer.book.due_callbacks(utc_now())
    await asyncio.gather(*(stall.acquirer.callbacks.send(callback) for _ in range(50)))
    assert await owner.fetchval("SELECT count(*) FROM relay.inbox") == 1
    await stall.work()
    assert await stall.events("order.placed.v1", "order.paid.v1", "refund.requested.v1") == [
        "order.placed.v1",
        "order.paid.v1",
    ]
    [(_, status, paid)] = await stall.orders()
    assert (status, paid) == ("placed", "paid")


async def fifty_words(stall: Stall, payment_id: UUID) -> list[str]:
    """Names of the events after fifty callers said at once that it is paid."""

    async def say() -> None:
        async with stall.db.tenant(stall.tenant) as tx:
            await advance(tx, payment_id, PAID)

    await asyncio.gather(*(say() for _ in range(50)), return_exceptions=True)
    return await stall.events("order.paid.v1")


async def test_fifty_callers_advance_an_order_once(stall: Stall) -> None:
    assert await fifty_words(stall, await waiting_payment(stall)) == ["order.paid.v1"]


async def test_without_the_orders_lock_it_advances_many_times(
    stall: Stall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the same code, reading instead of locking."""
    locking = Tx.get

    async def reading(self: Tx, entity: Any, key: Any, *, lock: bool = False) -> Any:
        return await locking(self, entity, key)

    payment_id = await waiting_payment(stall)
    monkeypatch.setattr(Tx, "get", reading)
    assert len(await fifty_words(stall, payment_id)) > 1
