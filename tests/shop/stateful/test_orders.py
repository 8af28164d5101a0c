"""No sequence of what people do to orders loses a unit or a minor unit of money.

For currencies with 0, 2 and 3 decimals. What is refused must be refused by an error of ours.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar
from uuid import UUID

import asyncpg
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.errors import AppError
from kram.shop.cart.extras import Extras
from kram.shop.orders import service as orders
from kram.shop.orders.models import ParcelState
from kram.shop.orders.service import OrderEdit
from kram.shop.returns import service as returns
from kram.shop.returns.models import ReturnReason, ReturnState
from kram.shop.returns.rules import Received, read_lines
from kram.shop.returns.service import Wish
from tests.conftest import make_settings, new_shop
from tests.factories.inventory import STAFF
from tests.shop.stateful.counter import CODE, Counter

CURRENCIES = ("XTR", "UAH", "KWD")
"""0, 2 and 3 decimals."""

Work = Callable[[Counter], Awaitable[object]]


class _Undo(Exception):
    pass


class OrdersMachine(RuleBasedStateMachine):
    portal: ClassVar[BlockingPortal]
    db: ClassVar[Database]
    tenant: ClassVar[Tenant]
    currency: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self._scope = self.portal.wrap_async_context_manager(self._opened())
        self.counter: Counter = self._scope.__enter__()

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Counter]:
        try:
            async with self.db.tenant(self.tenant) as tx:
                yield Counter(tx, self.currency)
                raise _Undo
        except _Undo:
            pass

    def teardown(self) -> None:
        self._scope.__exit__(None, None, None)

    def do(self, work: Work) -> None:
        """What a person asks for; an honest refusal undoes what it had begun."""

        async def attempt() -> None:
            told = list(self.counter.tx.pending_events)
            placed = list(self.counter.placed)
            try:
                async with self.counter.tx.session.begin_nested():
                    await work(self.counter)
                    await self.counter.tx.flush()
            except AppError:
                self.counter.tx.pending_events[:] = told
                self.counter.placed[:] = placed
                self.counter.tx.session.expire_all()
            await self.counter.hear()

        self.portal.call(attempt)

    def some(self, data: st.DataObject) -> UUID:
        return data.draw(st.sampled_from(self.counter.placed))

    @initialize(prices=st.lists(st.integers(1, 9_999), min_size=2, max_size=2))
    def open_shop(self, prices: list[int]) -> None:
        self.portal.call(self.counter.furnish, prices)

    @rule(
        units=st.lists(st.integers(1, 7), min_size=1, max_size=2),
        discount=st.integers(0, 5_000),
        delivery=st.integers(0, 500),
        is_paid=st.booleans(),
        cheaper=st.none() | st.tuples(st.booleans(), st.booleans(), st.booleans()),
    )
    def place(
        self,
        units: list[int],
        discount: int,
        delivery: int,
        is_paid: bool,
        cheaper: tuple[bool, bool, bool] | None,
    ) -> None:
        """`cheaper`: by the code, by points, with the card; None: as the staff agreed."""
        wanted = dict(zip(self.counter.variants, units, strict=False))
        extras = None
        if cheaper is not None:
            by_code, by_points, by_card = cheaper
            card = self.counter.card if by_card else None
            extras = Extras((CODE,) if by_code else (), card, use_points=by_points)

        async def work(counter: Counter) -> None:
            await counter.place(wanted, discount, delivery, extras)
            await orders.accept(counter.tx, counter.placed[-1], STAFF)
            if is_paid:
                await counter.pay(counter.placed[-1])

        self.do(work)

    @precondition(lambda self: self.counter.placed)
    @rule(data=st.data(), units=st.integers(1, 3), arrives=st.booleans())
    def send_some(self, data: st.DataObject, units: int, arrives: bool) -> None:
        order_id = self.some(data)

        async def work(counter: Counter) -> None:
            left = {each.id: each.left_quantity for each in await counter.lines(order_id)}
            wanted = {line_id: min(each, units) for line_id, each in left.items() if each}
            parcel = await orders.pack(counter.tx, order_id, wanted, STAFF)
            await counter.tx.flush()
            await orders.send(counter.tx, order_id, parcel.id, STAFF)
            if arrives:
                await orders.arrive(counter.tx, order_id, parcel.id, STAFF)

        self.do(work)

    @precondition(lambda self: self.counter.placed)
    @rule(data=st.data(), times=st.integers(1, 4), restock=st.booleans(), delivery=st.booleans())
    def give_back(self, data: st.DataObject, times: int, restock: bool, delivery: bool) -> None:
        """The whole way of returns of a unit of each line, one after the other."""
        order_id = self.some(data)

        async def work(counter: Counter) -> None:
            if (await counter.order(order_id)).payment_state == "unpaid":
                return
            for number in range(times):
                wanted = {
                    each.id: 1
                    for each in await counter.lines(order_id)
                    if each.shipped_quantity > each.returned_quantity
                }
                wish = Wish(units=wanted, reason=ReturnReason.OTHER)
                back = await returns.request(counter.tx, order_id, wish, STAFF)
                await counter.tx.flush()
                came = {line_id: Received(1, restock=restock) for line_id in wanted}
                await returns.receive(counter.tx, back.id, came, STAFF)
                refunds_delivery = delivery and number == 0
                await returns.close(counter.tx, back.id, STAFF, refunds_delivery=refunds_delivery)

        self.do(work)

    @precondition(lambda self: self.counter.placed)
    @rule(data=st.data())
    def sell_whole(self, data: st.DataObject) -> None:
        order_id = self.some(data)

        async def work(counter: Counter) -> None:
            await orders.ship(counter.tx, order_id, STAFF)
            await orders.deliver(counter.tx, order_id, STAFF)

        self.do(work)

    @precondition(lambda self: self.counter.placed)
    @rule(data=st.data(), verb=st.sampled_from(["accept", "ship", "deliver"]))
    def step(self, data: st.DataObject, verb: str) -> None:
        order_id = self.some(data)
        self.do(lambda counter: getattr(orders, verb)(counter.tx, order_id, STAFF))

    @precondition(lambda self: self.counter.placed)
    @rule(data=st.data())
    def pay(self, data: st.DataObject) -> None:
        order_id = self.some(data)
        self.do(lambda counter: counter.pay(order_id))

    @precondition(lambda self: self.counter.placed)
    @rule(data=st.data(), restock=st.booleans(), whole=st.booleans())
    def cancel(self, data: st.DataObject, restock: bool, whole: bool) -> None:
        order_id, ends = self.some(data), orders.cancel if whole else orders.cancel_rest
        self.do(lambda counter: ends(counter.tx, order_id, STAFF, "", restock=restock))

    @precondition(lambda self: self.counter.placed)
    @rule(data=st.data(), quantity=st.integers(0, 9), added=st.integers(0, 3))
    def edit(self, data: st.DataObject, quantity: int, added: int) -> None:
        order_id, variant = self.some(data), data.draw(st.sampled_from(self.counter.variants))

        async def work(counter: Counter) -> None:
            order = await counter.order(order_id)
            first = (await counter.lines(order_id))[0]
            wanted = OrderEdit(
                version=order.version,
                quantities={first.id: quantity},
                added={variant: added} if added else {},
            )
            await orders.edit(counter.tx, order_id, wanted, STAFF)

        self.do(work)

    @precondition(lambda self: self.counter.placed)
    @rule(data=st.data(), units=st.integers(1, 5))
    def pack(self, data: st.DataObject, units: int) -> None:
        order_id = self.some(data)

        async def work(counter: Counter) -> None:
            lines = await counter.lines(order_id)
            left = {line.id: min(line.left_quantity, units) for line in lines}
            wanted = {line_id: each for line_id, each in left.items() if each}
            await orders.pack(counter.tx, order_id, wanted, STAFF)

        self.do(work)

    @precondition(lambda self: self.counter.placed)
    @rule(data=st.data(), verb=st.sampled_from(["send", "unpack", "arrive"]))
    def move_parcel(self, data: st.DataObject, verb: str) -> None:
        order_id = self.some(data)
        state = ParcelState.SHIPPED if verb == "arrive" else ParcelState.PACKED

        async def work(counter: Counter) -> None:
            for parcel in (await counter.parcels(order_id, state))[:1]:
                await getattr(orders, verb)(counter.tx, order_id, parcel.id, STAFF)

        self.do(work)

    @precondition(lambda self: self.counter.placed)
    @rule(data=st.data(), units=st.integers(1, 4))
    def ask_back(self, data: st.DataObject, units: int) -> None:
        order_id = self.some(data)

        async def work(counter: Counter) -> None:
            wanted = {
                line.id: min(units, line.shipped_quantity - line.returned_quantity)
                for line in await counter.lines(order_id)
            }
            wish = Wish(
                units={line_id: each for line_id, each in wanted.items() if each},
                reason=ReturnReason.OTHER,
            )
            await returns.request(counter.tx, order_id, wish, STAFF)

        self.do(work)

    @precondition(lambda self: self.counter.placed)
    @rule(data=st.data(), came=st.integers(0, 4), restock=st.booleans(), declined=st.booleans())
    def receive(self, data: st.DataObject, came: int, restock: bool, declined: bool) -> None:
        order_id = self.some(data)

        async def work(counter: Counter) -> None:
            for back in (await counter.returns(order_id, ReturnState.APPROVED))[:1]:
                if declined:
                    await returns.decline(counter.tx, back.id, STAFF, "")
                    return
                counted = {
                    line.line_id: Received(min(came, line.quantity), restock=restock)
                    for line in read_lines(back.lines)
                }
                await returns.receive(counter.tx, back.id, counted, STAFF)

        self.do(work)

    @precondition(lambda self: self.counter.placed)
    @rule(data=st.data(), delivery=st.booleans())
    def close(self, data: st.DataObject, delivery: bool) -> None:
        order_id = self.some(data)

        async def work(counter: Counter) -> None:
            order = await counter.order(order_id)
            if order.payment_state == "unpaid":
                return  # cash that nobody has collected cannot go back
            for back in (await counter.returns(order_id, ReturnState.RECEIVED))[:1]:
                await returns.close(counter.tx, back.id, STAFF, refunds_delivery=delivery)

        self.do(work)

    @invariant()
    def everything_adds_up(self) -> None:
        self.portal.call(self.counter.check)


@pytest.fixture(scope="module")
def stage(database_url: str, redis_url: str) -> Iterator[tuple[BlockingPortal, Database, Any]]:
    settings_here = make_settings(database_url, redis_url)

    @asynccontextmanager
    async def opened() -> AsyncIterator[tuple[Database, asyncpg.Connection]]:
        db = Database(settings_here.app_database_url, pool_size=3)
        owner = await asyncpg.connect(database_url)
        yield db, owner
        await owner.close()
        await db.close()

    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(opened()) as (db, owner),
    ):
        yield portal, db, owner


@pytest.mark.parametrize("examples", [5, pytest.param(60, marks=pytest.mark.stress)])
@pytest.mark.parametrize("currency", CURRENCIES)
def test_nothing_is_lost(
    stage: tuple[BlockingPortal, Database, asyncpg.Connection], currency: str, examples: int
) -> None:
    portal, db, owner = stage
    shop = portal.call(lambda: new_shop(db, owner, currency=currency))
    machine = type(
        f"Orders{currency}",
        (OrdersMachine,),
        {"portal": portal, "db": db, "tenant": shop.tenant, "currency": currency},
    )
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=30,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
