"""What a shopper is told about their order, and how often."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from kram.integrations.notify import queries
from kram.kit.crypto import KeyRing
from kram.kit.events.event import decode
from kram.kit.events.handling import Delivery
from kram.shop.customers.service import mark_reachable
from kram.shop.digital.service import add_keys
from kram.shop.orders import service
from kram.shop.orders.models import Order
from kram.shop.orders.service.give import tell_again
from kram.tenants.actor import Actor
from tests.factories.bots import ShopInTown, Stand, handlers_of
from tests.factories.customers import make_customer, telegram_user
from tests.factories.digital import make_pool, soon

pytestmark = pytest.mark.anyio

STAFF = Actor.system("test")


async def shopper(place: ShopInTown) -> int:
    """Somebody this shop may write to."""
    person = await place.person("Ivan")
    await place.starts(person)
    async with place.stand.db.tenant(place.shop.tenant) as tx:
        await make_customer(tx, telegram_user(telegram_id=person))
    return person


async def ordered(place: ShopInTown, person: int, language: str = "en") -> Order:
    order = await place.order(person)
    async with place.stand.db.tenant(place.shop.tenant) as tx:
        stored = await tx.get(Order, order.id)
        assert stored is not None
        stored.language = language
    return order


async def texts(place: ShopInTown, person: int) -> list[str]:
    return [message["text"] for message in await place.said_in(place.chat(person))]


async def notifications(place: ShopInTown, kind: str) -> list[Any]:
    query = text("SELECT * FROM notification WHERE kind = :kind ORDER BY id")
    async with place.stand.db.tenant_read(place.shop.tenant) as tx:
        return list(await tx.execute(query, {"kind": kind}))


async def later(place: ShopInTown) -> None:
    """Leases and pauses are over; what waits is told."""
    async with place.stand.db.tenant(place.shop.tenant) as tx:
        await tx.execute(text("UPDATE notification SET lease_until = now() - interval '1 s'"))
    async with place.stand.db.platform() as tx:
        await tx.execute(
            text("UPDATE relay.outbox SET next_at = now() WHERE tenant_id = :shop"),
            {"shop": place.shop.id},
        )
    await place.stand.tell()


async def test_each_step_is_told_once_in_the_language_of_the_order(
    kvitka: ShopInTown, inshyi: ShopInTown
) -> None:
    ivan = await shopper(kvitka)
    await inshyi.starts(ivan)
    order = await ordered(kvitka, ivan)
    await kvitka.stand.tell()
    for step in (service.accept, service.ship, service.deliver):
        async with kvitka.stand.db.tenant(kvitka.shop.tenant) as tx:
            await step(tx, order.id, STAFF)
        await kvitka.stand.tell()
    name = f"№{order.number}"
    assert await texts(kvitka, ivan) == [
        f"Thank you! Your order {name} is with Kvitka.\n\nTotal — ₴195\nCash on delivery, not paid",
        f"Kvitka has accepted your order {name} and is getting it ready.",
        f"Your order {name} is on its way.",
        f"Your order {name} has arrived. Thank you for choosing Kvitka!",
    ]
    last = (await kvitka.said_in(kvitka.chat(ivan)))[-1]
    ((button,),) = last["reply_markup"]["inline_keyboard"]
    assert button["web_app"]["url"].endswith(f"/m/{kvitka.shop.slug}/orders/{order.code}")
    assert await texts(inshyi, ivan) == []


async def test_a_tracking_number_and_a_reason_are_passed_on(kvitka: ShopInTown) -> None:
    ivan = await shopper(kvitka)
    sent, refused = await ordered(kvitka, ivan), await ordered(kvitka, ivan)
    async with kvitka.stand.db.tenant(kvitka.shop.tenant) as tx:
        await service.accept(tx, sent.id, STAFF)
        await service.ship(tx, sent.id, STAFF, "2045 <0001>")
        await service.cancel(tx, refused.id, STAFF, "Out of <tea> & coffee")
    await kvitka.stand.tell()
    said = await texts(kvitka, ivan)
    assert f"Your order №{sent.number} is on its way.\nTracking number: 2045 <0001>" in said
    assert f"Your order №{refused.number} is cancelled.\nOut of <tea> & coffee" in said


async def test_an_order_that_ran_out_of_time_says_so(kvitka: ShopInTown) -> None:
    ivan = await shopper(kvitka)
    async with kvitka.stand.db.tenant(kvitka.shop.tenant) as tx:
        pay_until = tx.now
    order = await kvitka.order(ivan, pay_until=pay_until)
    async with kvitka.stand.db.tenant(kvitka.shop.tenant) as tx:
        stored = await service.expire(tx, order.id)
        stored.language = "en"
    await kvitka.stand.tell()
    (message,) = await texts(kvitka, ivan)
    assert message.startswith(f"Your order {order.code} was not paid in time")


async def test_who_may_not_be_written_to_is_not(kvitka: ShopInTown) -> None:
    ivan = await shopper(kvitka)
    async with kvitka.stand.db.tenant(kvitka.shop.tenant) as tx:
        await mark_reachable(tx, ivan, reachable=False)
    await ordered(kvitka, ivan)
    await kvitka.stand.tell()
    assert kvitka.calls("sendMessage") == []
    assert await notifications(kvitka, "shopper.placed") == []


async def test_a_shopper_who_blocked_the_bot_is_marked_and_never_tried_again(
    kvitka: ShopInTown,
) -> None:
    ivan = await shopper(kvitka)
    order = await ordered(kvitka, ivan)
    await kvitka.stand.fault(kind="forbidden", method="sendMessage", chat_id=ivan, times=5)
    await kvitka.stand.tell()
    await later(kvitka)
    async with kvitka.stand.db.tenant(kvitka.shop.tenant) as tx:
        await service.accept(tx, order.id, STAFF)
    await later(kvitka)
    assert len(kvitka.calls("sendMessage")) == 1
    (row,) = await notifications(kvitka, "shopper.placed")
    assert row.state == "unreachable"
    customer = await kvitka.customer(ivan)
    assert customer is not None
    assert not customer.can_message


async def test_a_chat_that_does_not_exist_is_the_same_as_a_blocked_one(
    kvitka: ShopInTown,
) -> None:
    ivan = await shopper(kvitka)
    await ordered(kvitka, ivan)
    await kvitka.stand.fault(
        kind="refusal", code=400, description="Bad Request: chat not found", method="sendMessage"
    )
    await kvitka.stand.tell()
    (row,) = await notifications(kvitka, "shopper.placed")
    assert row.state == "unreachable"
    customer = await kvitka.customer(ivan)
    assert customer is not None
    assert not customer.can_message


async def test_what_certainly_was_not_sent_is_sent_as_soon_as_it_can_be(
    kvitka: ShopInTown,
) -> None:
    ivan = await shopper(kvitka)
    await ordered(kvitka, ivan)
    await kvitka.stand.fault(kind="server_error", method="sendMessage", times=5)
    await kvitka.stand.tell()
    for _ in range(6):
        await later(kvitka)
    assert len(await texts(kvitka, ivan)) == 1
    (row,) = await notifications(kvitka, "shopper.placed")
    assert (row.state, row.attempts) == ("sent", 1)


async def test_a_flood_silences_the_whole_bot_and_no_other(
    kvitka: ShopInTown, inshyi: ShopInTown
) -> None:
    ivan, olha = await shopper(kvitka), await shopper(kvitka)
    await shopper(inshyi)
    neighbour = await shopper(inshyi)
    await ordered(kvitka, ivan)
    await kvitka.stand.fault(
        kind="flood", method="sendMessage", bot_id=kvitka.bot_id, retry_after=30
    )
    await kvitka.stand.tell()
    await ordered(kvitka, olha)
    await ordered(inshyi, neighbour)
    await kvitka.stand.tell()
    assert len(kvitka.calls("sendMessage")) == 1
    assert await texts(kvitka, olha) == []
    assert len(await texts(inshyi, neighbour)) == 1
    await kvitka.stand.redis.delete(f"kram:tg:{kvitka.bot_id}:pause")
    await later(kvitka)
    assert len(await texts(kvitka, ivan)) == len(await texts(kvitka, olha)) == 1


async def test_an_answer_that_got_lost_is_followed_by_one_more_message_at_most(
    kvitka: ShopInTown,
) -> None:
    ivan = await shopper(kvitka)
    await ordered(kvitka, ivan)
    await kvitka.stand.fault(kind="disconnect", method="sendMessage", times=5, takes_effect=True)
    await kvitka.stand.tell()
    for _ in range(3):
        await later(kvitka)
    assert len(await texts(kvitka, ivan)) == 2
    (row,) = await notifications(kvitka, "shopper.placed")
    assert (row.state, row.attempts, row.error) == ("failed", 2, "no answer, twice")


async def test_a_crash_between_the_answer_and_its_record_repeats_it_once(
    kvitka: ShopInTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    ivan = await shopper(kvitka)
    await ordered(kvitka, ivan)

    async def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError("killed here")

    with monkeypatch.context() as killed:
        killed.setattr(queries, "settle", crash)
        await kvitka.stand.tell()
    await kvitka.stand.tell()
    assert len(await texts(kvitka, ivan)) == 1
    await later(kvitka)
    await later(kvitka)
    assert len(await texts(kvitka, ivan)) == 2
    (row,) = await notifications(kvitka, "shopper.placed")
    assert (row.state, row.attempts) == ("sent", 2)


async def test_the_same_event_to_eight_workers_is_one_message(kvitka: ShopInTown) -> None:
    ivan = await shopper(kvitka)
    order = await ordered(kvitka, ivan)
    stand = kvitka.stand
    outcomes = await asyncio.gather(
        *(_deliver(stand, order) for _ in range(8)), return_exceptions=True
    )
    assert len(await texts(kvitka, ivan)) == 1
    assert sum(outcome is None for outcome in outcomes) >= 1
    (row,) = await notifications(kvitka, "shopper.placed")
    assert (row.state, row.attempts) == ("sent", 1)


async def _deliver(stand: Stand, order: Order) -> None:
    """As a relay that handed the row to a worker of its own each time."""
    query = text(
        "SELECT id, tenant_id, name, payload FROM relay.outbox WHERE name = :name"
        " AND payload->>'order_id' = :order"
    )
    async with stand.db.platform() as tx:
        row = (await tx.execute(query, {"name": "order.placed.v1", "order": str(order.id)})).one()
    tenant = stand.shops[row.tenant_id].tenant
    event: Any = decode(row.name, row.payload)
    delivery: Any = Delivery(stand.db, tenant, row.id, "shopper", 1, event)
    await handlers_of(stand)["shopper"](delivery)


async def test_ukrainian_is_spoken_to_who_ordered_in_it(kvitka: ShopInTown) -> None:
    ivan = await shopper(kvitka)
    order = await ordered(kvitka, ivan, language="uk")
    await kvitka.stand.tell()
    (message,) = await texts(kvitka, ivan)
    assert message.startswith(f"Дякуємо! Ваше замовлення №{order.number}")


async def test_what_was_bought_is_told_without_its_key(kvitka: ShopInTown, keys: KeyRing) -> None:
    ivan = await shopper(kvitka)
    async with kvitka.stand.db.tenant(kvitka.shop.tenant) as tx:
        pool = await make_pool(tx, keys)
        await add_keys(tx, keys, pool, ["CANARY-0001"], STAFF)
    order = await kvitka.order(ivan, lines={pool: 1}, pay_until=soon())
    async with kvitka.stand.db.tenant(kvitka.shop.tenant) as tx:
        order = await service.mark_paid(tx, order.id, STAFF)
        order.language = "en"
        number = order.number
    await kvitka.stand.tell()
    async with kvitka.stand.db.tenant(kvitka.shop.tenant) as tx:
        await tell_again(tx, order.id)
    await kvitka.stand.tell()
    told = await texts(kvitka, ivan)
    ready = (
        f"What you bought at Kvitka is ready: open the order №{number} to read your keys and"
        " download your files."
    )
    assert told[1:] == [ready, ready]  # after the thanks; that it has arrived is not said besides
    assert "CANARY" not in str(told)
