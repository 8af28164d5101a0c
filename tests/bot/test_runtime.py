"""What becomes of one update when things go wrong."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiogram import Router
from aiogram.types import CallbackQuery, Message
from sqlalchemy import text

from kram.bot.answer import Answer
from kram.bot.assemble import assemble
from kram.bot.dispatch import make_dispatcher
from kram.bot.filters import InPrivate
from kram.bot.retry import MOST_ATTEMPTS
from kram.bot.runtime import Runtime
from kram.bot.shelf import RouterShelf
from kram.bot.transaction import InTransaction, TenantMissing
from kram.integrations.telegram.errors import NothingSent
from kram.integrations.telegram.settings import BotSettings
from kram.kit.db.tx import TenantTx
from kram.shop.orders import service
from kram.shop.orders.models import Order, OrderStatus
from kram.tenants.actor import Actor
from tests.factories.bots import ShopInTown, Stand, until, working

pytestmark = pytest.mark.anyio


class Workshop:
    """The bots with a handler of the test's own in front of all others."""

    def __init__(self, stand: Stand) -> None:
        self.stand = stand
        self.runtime: Runtime = stand.bots.runtime
        self.heard: list[str] = []
        for lane in (stand.bots.general, stand.bots.fast):
            lane.lease = timedelta(minutes=5)  # so that `hurry` tells a pause from a lease

    def use(self, *, message: Any = None, callback: Any = None) -> None:
        def put_in_front(settings: BotSettings) -> Router:
            shop = Router()
            for observer in (shop.message, shop.callback_query):
                observer.middleware(InTransaction())
            if message:
                shop.message.register(message, InPrivate())
            if callback:
                shop.callback_query.register(callback, InPrivate())
            shop.include_router(assemble(settings))
            return shop

        runtime = replace(self.runtime, shelf=RouterShelf(put_in_front))
        for lane in (self.stand.bots.general, self.stand.bots.fast):
            lane.handle = runtime.handle

    async def hurry(self, place: ShopInTown) -> None:
        """Retries that wait come at once."""
        query = text(
            "UPDATE relay.inbox SET next_at = now()"
            " WHERE tenant_id = :shop AND done_at IS NULL AND attempts < 90"
            "   AND next_at < now() + interval '20 seconds'"
        )
        async with self.stand.db.platform() as tx:
            await tx.execute(query, {"shop": place.shop.id})

    async def ended(self, place: ShopInTown, count: int = 1) -> list[Any]:
        """The shop's `count` updates, once all of them are finished or given up."""

        async def all_ended() -> bool:
            await self.hurry(place)
            rows = await self.stand.rows(place.shop)
            return len(rows) == count and all(row.done_at or row.dead_at for row in rows)

        await until(all_ended)
        return await self.stand.rows(place.shop)


@pytest.fixture
async def workshop(stand: Stand) -> AsyncIterator[Workshop]:
    workshop = Workshop(stand)
    async with working(stand):
        yield workshop


async def test_a_poison_update_is_given_up_and_the_chat_goes_on(
    kvitka: ShopInTown, workshop: Workshop
) -> None:
    async def handler(message: Message, tx: TenantTx) -> Answer:
        workshop.heard.append(message.text or "")
        if message.text == "poison":
            raise RuntimeError("a mistake in the code")
        return Answer.of(message.answer(f"heard {message.text}"))

    workshop.use(message=handler)
    ivan, olha = await kvitka.person("Ivan"), await kvitka.person("Olha")
    for words in ("one", "poison", "two"):
        await kvitka.says(ivan, words)
    await kvitka.says(olha, "hello")
    rows = await workshop.ended(kvitka, 4)
    assert [bool(row.dead_at) for row in rows].count(True) == 1
    (dead,) = [row for row in rows if row.dead_at]
    assert (dead.attempts, dead.last_error) == (
        MOST_ATTEMPTS,
        "RuntimeError: a mistake in the code",
    )
    assert [word for word in workshop.heard if word != "hello"] == [
        "one",
        *["poison"] * MOST_ATTEMPTS,
        "two",
    ]
    said = [one["text"] for one in await kvitka.said_in(kvitka.chat(ivan))]
    assert said == ["heard one", "heard two"]
    # The other chat did not wait for any of this.
    assert workshop.heard.index("hello") < workshop.heard.index("two")


async def test_what_heals_by_itself_is_not_counted_against_the_update(
    kvitka: ShopInTown, workshop: Workshop
) -> None:
    async def handler(message: Message) -> Answer:
        workshop.heard.append(message.text or "")
        if len(workshop.heard) < MOST_ATTEMPTS + 1:
            raise NothingSent("telegram is away")
        return Answer.of(message.answer("at last"))

    workshop.use(message=handler)
    ivan = await kvitka.person()
    await kvitka.says(ivan, "hello")
    (row,) = await workshop.ended(kvitka)
    assert row.dead_at is None
    assert len(workshop.heard) == MOST_ATTEMPTS + 1
    assert (await kvitka.reply(ivan))["text"] == "at last"


async def test_an_effect_happens_once_however_often_its_answer_fails(
    kvitka: ShopInTown, inshyi: ShopInTown, workshop: Workshop
) -> None:
    """The effect commits with its mark; the answer is said again in a transaction undone."""
    order = await kvitka.order()

    async def handler(message: Message, tx: TenantTx) -> Answer:
        workshop.heard.append(message.text or "")
        accepted = await service.accept(tx, order.id, Actor.system("test"))
        return Answer.of(message.answer(f"it is {accepted.status}"))

    workshop.use(message=handler)
    ivan = await kvitka.person()
    await kvitka.stand.fault(
        kind="server_error", method="sendMessage", bot_id=kvitka.bot_id, times=3, chat_id=ivan
    )
    await kvitka.says(ivan, "accept")
    await workshop.ended(kvitka)
    assert len(workshop.heard) == 4
    steps = [step.kind for step in (await kvitka.look(order.id)).steps]
    assert steps == ["placed", "accepted"]
    assert [one["text"] for one in await kvitka.said_in(kvitka.chat(ivan))] == ["it is accepted"]
    assert await _count(kvitka, "SELECT count(*) FROM relay.handled WHERE handler = 'bot'") == 1


async def _count(place: ShopInTown, query: str) -> int:
    async with place.stand.db.platform() as tx:
        found = await tx.scalar(text(f"{query} AND tenant_id = :shop"), {"shop": place.shop.id})
        return int(found)


async def test_an_answer_that_may_have_arrived_is_said_at_most_twice(
    kvitka: ShopInTown, workshop: Workshop
) -> None:
    ivan = await kvitka.person()
    await kvitka.stand.fault(
        kind="disconnect", method="sendMessage", bot_id=kvitka.bot_id, times=9, takes_effect=True
    )
    await kvitka.starts(ivan)
    await workshop.ended(kvitka)
    assert len(await kvitka.said_in(kvitka.chat(ivan))) == 2


async def test_a_refused_effect_changes_nothing_and_says_why(
    kvitka: ShopInTown, workshop: Workshop
) -> None:
    order = await kvitka.order()

    async def handler(message: Message, tx: TenantTx) -> Answer:
        locked = await tx.get(Order, order.id, lock=True)
        assert locked is not None
        locked.recipient = "Somebody else"
        await tx.flush()
        await service.deliver(tx, order.id, Actor.system("test"))
        raise AssertionError("never")

    workshop.use(message=handler)
    ivan = await kvitka.person()
    await kvitka.says(ivan, "deliver")
    assert (await kvitka.reply(ivan))["text"].startswith("The order has moved on")
    untouched = await kvitka.look(order.id)
    assert (untouched.recipient, untouched.status) == ("Ivan Franko", OrderStatus.PLACED)


async def test_a_slow_tap_is_answered_in_time_and_done_afterwards(
    kvitka: ShopInTown, workshop: Workshop
) -> None:
    async def slow(query: CallbackQuery) -> Answer:
        workshop.heard.append(query.data or "")
        await asyncio.sleep(2.4)
        assert isinstance(query.message, Message)
        return Answer.of(query.message.answer("done"))

    ivan = await kvitka.person()
    await kvitka.starts(ivan)
    message = await kvitka.reply(ivan)
    workshop.use(callback=slow)
    started = asyncio.get_running_loop().time()
    answer = await kvitka.taps(ivan, message, "My orders")
    assert asyncio.get_running_loop().time() - started < 3
    assert answer["text"] == "One moment, we are still at it"
    await workshop.ended(kvitka, 2)
    assert (await kvitka.reply(ivan, 2))["text"] == "done"
    assert len(workshop.heard) == 2


async def test_a_tap_whose_handler_breaks_is_answered_too(
    kvitka: ShopInTown, workshop: Workshop
) -> None:
    async def broken(query: CallbackQuery) -> Answer:
        raise RuntimeError("a mistake in the code")

    ivan = await kvitka.person()
    await kvitka.starts(ivan)
    message = await kvitka.reply(ivan)
    workshop.use(callback=broken)
    answer = await kvitka.taps(ivan, message, "My orders")
    assert answer["text"] == "One moment, we are still at it"


@pytest.mark.parametrize(("kind", "patience"), [("callback_query", 60), ("pre_checkout_query", 10)])
async def test_what_nobody_waits_for_any_more_is_dropped(
    kvitka: ShopInTown, stand: Stand, kind: str, patience: int
) -> None:
    ivan = await kvitka.person()
    person = {"id": ivan, "is_bot": False, "first_name": "Ivan"}
    query: dict[str, Any] = {"id": "1", "from": person}
    if kind == "callback_query":
        query |= {"chat_instance": "1", "data": "my"}
    else:
        query |= {"currency": "XTR", "total_amount": 1, "invoice_payload": "x"}
    for age in (patience + 1, patience - 5):
        number = await stand.store(kvitka, **{kind: query})
        aged = text(
            "UPDATE relay.inbox SET received_at = now() - make_interval(secs => :age)"
            " WHERE external_id = :number"
        )
        async with stand.db.platform() as tx:
            await tx.execute(aged, {"age": age, "number": str(number)})
    async with working(stand):
        await stand.quiet(kvitka.shop)
    old, young = await stand.rows(kvitka.shop)
    assert (old.last_error, young.last_error) == ("nobody waits for it any more", None)
    method = "answerCallbackQuery" if kind == "callback_query" else "answerPreCheckoutQuery"
    assert len(kvitka.calls(method)) == 1


async def test_an_update_of_a_bot_that_the_shop_had_before_is_not_this_bots(
    kvitka: ShopInTown, stand: Stand
) -> None:
    ivan = await kvitka.person()
    await stand.store(kvitka, message=_hello(ivan))
    async with stand.db.platform() as tx:
        await tx.execute(
            text("UPDATE relay.inbox SET source = 'tg:1' WHERE tenant_id = :shop"),
            {"shop": kvitka.shop.id},
        )
    async with working(stand):
        await stand.quiet(kvitka.shop)
    (row,) = await stand.rows(kvitka.shop)
    assert row.last_error == "the shop has no such bot any more"
    assert await kvitka.customer(ivan) is None


@pytest.mark.parametrize(
    ("update", "ending"),
    [
        ({"message": {"message_id": "x", "chat": {"id": 1}}}, "dead"),
        ({"a_kind_of_next_year": {}}, "finished"),
    ],
)
async def test_what_the_library_cannot_read_holds_nothing_up(
    kvitka: ShopInTown, stand: Stand, update: dict[str, Any], ending: str
) -> None:
    await stand.store(kvitka, **update)
    async with working(stand):
        await stand.quiet(kvitka.shop)
    (row,) = await stand.rows(kvitka.shop)
    assert row.attempts == 1
    assert bool(row.dead_at) == (ending == "dead")


def _hello(person: int) -> dict[str, Any]:
    return {
        "message_id": 1,
        "date": 1_700_000_000,
        "chat": {"id": person, "type": "private", "first_name": "Ivan"},
        "from": {"id": person, "is_bot": False, "first_name": "Ivan"},
        "text": "hello",
    }


async def test_no_handler_runs_without_a_shop(kvitka: ShopInTown, stand: Stand) -> None:
    shop = await stand.bots.directory.of_shop(kvitka.shop.id)
    assert shop is not None
    update = {"update_id": 1, "message": _hello(1)}
    with pytest.raises(TenantMissing):
        await make_dispatcher(stand.redis).feed_raw_update(shop.telegram, update)

    async def handler(message: Message) -> None:
        raise AssertionError("never")

    router = Router()
    router.message.middleware(InTransaction())
    router.message.register(handler)
    message = Message.model_validate(update["message"], context={"bot": shop.telegram})
    with pytest.raises(TenantMissing):
        await router.propagate_event("message", message)
