"""The cards in the staff's chat."""

import asyncio

import pytest
from sqlalchemy import text

from kram.billing.payments.events import PaymentHeld, RefundFailed
from kram.integrations.notify.card import MOST_LINES
from kram.kit.ids import new_id
from kram.shop.orders import service
from kram.tenants.actor import Actor
from kram.tenants.models import Role
from tests.factories.bots import ShopInTown
from tests.factories.catalog import make_product
from tests.factories.orders import make_order
from tests.notify.test_shopper_messages import later, notifications

pytestmark = pytest.mark.anyio

STAFF = Actor.system("test")


async def lines(place: ShopInTown, chat: str) -> list[list[str]]:
    return [message["text"].splitlines() for message in await place.said_in(chat)]


async def test_a_card_goes_to_the_group_of_its_own_shop(
    kvitka: ShopInTown, inshyi: ShopInTown
) -> None:
    here = await kvitka.staff_group(await kvitka.person())
    there = await inshyi.staff_group(await inshyi.person())
    order = await kvitka.order()
    await kvitka.stand.tell()
    ((first, *_),) = await lines(kvitka, here)
    assert first == f"Order №{order.number} · New"
    assert await inshyi.said_in(there) == []


async def test_every_event_edits_the_one_card(kvitka: ShopInTown) -> None:
    group = await kvitka.staff_group(await kvitka.person())
    order = await kvitka.order()
    await kvitka.stand.tell()
    for step, status in [
        (service.accept, "Accepted"),
        (service.ship, "Shipped"),
        (service.mark_paid, "Shipped"),
        (service.deliver, "Delivered"),
    ]:
        async with kvitka.stand.db.tenant(kvitka.shop.tenant) as tx:
            await step(tx, order.id, STAFF)
        await kvitka.stand.tell()
        (card,) = await lines(kvitka, group)
        assert card[0] == f"Order №{order.number} · {status}"
    assert "Cash on delivery, paid" in card
    assert [line.rpartition(" · ")[0].partition(" · ")[2] for line in card[-5:]] == [
        "Placed",
        "Accepted",
        "Shipped",
        "Paid",
        "Delivered",
    ]


async def test_without_a_group_those_who_may_accept_get_the_card(kvitka: ShopInTown) -> None:
    petro, kyrylo = await kvitka.person("Petro"), await kvitka.person("Kyrylo")
    await kvitka.member(Role.MANAGER, petro, "Petro")
    await kvitka.member(Role.COURIER, kyrylo, "Kyrylo")
    for person in (petro, kyrylo):
        await kvitka.starts(person)
    await kvitka.order()
    await kvitka.stand.tell()
    assert len(await kvitka.said_in(kvitka.chat(petro))) == 1
    assert await kvitka.said_in(kvitka.chat(kyrylo)) == []


async def test_a_card_that_was_overtaken_while_it_was_sent_shows_the_present(
    kvitka: ShopInTown,
) -> None:
    """The step commits while the card is on its way, and its own event finds no card to edit."""
    group = await kvitka.staff_group(await kvitka.person())
    order = await kvitka.order()
    await kvitka.stand.fault(kind="timeout", seconds=0.4, method="sendMessage", takes_effect=True)
    telling = asyncio.ensure_future(kvitka.stand.tell())
    await asyncio.sleep(0.2)
    async with kvitka.stand.db.tenant(kvitka.shop.tenant) as tx:
        await service.accept(tx, order.id, STAFF)
    await telling
    await later(kvitka)
    cards = await lines(kvitka, group)
    assert cards[-1][0] == f"Order №{order.number} · Accepted"


async def test_a_migrated_group_gets_the_card_under_its_new_id(kvitka: ShopInTown) -> None:
    person = await kvitka.person()
    await kvitka.staff_group(person)
    new = await kvitka.stand.control(
        "groups", title="Staff", member_ids=[person], bots=[kvitka.bot_id]
    )
    await kvitka.stand.fault(
        kind="refusal",
        code=400,
        description="Bad Request: group chat was upgraded to a supergroup chat",
        method="sendMessage",
        migrate_to_chat_id=new["id"],
    )
    await kvitka.order()
    await kvitka.stand.tell()
    assert len(await kvitka.said_in(str(new["id"]))) == 1
    assert (await kvitka.bot_row()).staff_chat_id == new["id"]
    states = [(row.state, row.chat_id) for row in await notifications(kvitka, "staff.card")]
    assert [state for state, _ in states] == ["failed", "sent"]


async def test_a_deleted_card_holds_nothing_up(kvitka: ShopInTown) -> None:
    await kvitka.staff_group(await kvitka.person())
    order = await kvitka.order()
    await kvitka.stand.tell()
    await kvitka.stand.fault(
        kind="refusal",
        code=400,
        description="Bad Request: message to edit not found",
        method="editMessageText",
        times=9,
    )
    async with kvitka.stand.db.tenant(kvitka.shop.tenant) as tx:
        await service.accept(tx, order.id, STAFF)
    await kvitka.stand.tell()
    assert await _open_rows(kvitka) == 0


async def _open_rows(place: ShopInTown) -> int:
    query = text(
        "SELECT count(*) FROM relay.outbox WHERE tenant_id = :shop AND done_at IS NULL"
        " AND name LIKE 'order.%'"
    )
    async with place.stand.db.platform() as tx:
        found: int = await tx.scalar(query, {"shop": place.shop.id})
        return found


async def test_the_biggest_order_fits_a_message(kvitka: ShopInTown) -> None:
    group = await kvitka.staff_group(await kvitka.person())
    async with kvitka.stand.db.tenant(kvitka.shop.tenant) as tx:
        products = [await make_product(tx, title="Ж" * 200, stock=5) for _ in range(MOST_LINES + 3)]
    wanted = {product.variants[0].id: 2 for product in products}
    async with kvitka.stand.db.tenant(kvitka.shop.tenant) as tx:
        order = await make_order(tx, lines=wanted)
        order.comment, order.address = "К" * 1000, "А" * 500
        order.recipient = "Р" * 200
    await kvitka.stand.tell()
    (card,) = await kvitka.said_in(group)
    assert len(card["text"]) < 4096
    assert "and 3 more products" in card["text"]


async def test_what_people_typed_is_text_and_not_markup(kvitka: ShopInTown) -> None:
    group = await kvitka.staff_group(await kvitka.person())
    async with kvitka.stand.db.tenant(kvitka.shop.tenant) as tx:
        product = await make_product(tx, title="<b>Tea</b> & <i>co", stock=1)
        order = await make_order(tx, lines={product.variants[0].id: 1})
        order.comment = '<a href="https://evil.example">prize</a>'
    await kvitka.stand.tell()
    (card,) = await kvitka.said_in(group)
    assert "<b>Tea</b> & <i>co × 1" in card["text"]
    assert '<a href="https://evil.example">prize</a>' in card["text"]
    kinds = [entity["type"] for entity in card["entities"]]
    assert kinds.count("text_link") == 0


async def test_money_in_trouble_is_told_once(kvitka: ShopInTown, inshyi: ShopInTown) -> None:
    group = await kvitka.staff_group(await kvitka.person())
    elsewhere = await inshyi.staff_group(await inshyi.person())
    order = await kvitka.order()
    held = PaymentHeld(
        payment_id=new_id(),
        order_id=order.id,
        order_code=order.code,
        provider="sandbox",
        amount_minor=100,
        currency="UAH",
        failure="",
    )
    failed = RefundFailed(
        refund_id=new_id(),
        payment_id=new_id(),
        order_id=order.id,
        order_code=order.code,
        amount_minor=19_500,
        currency="UAH",
        reason="",
        failure="card <closed>",
    )
    async with kvitka.stand.db.tenant(kvitka.shop.tenant) as tx:
        tx.publish(held)
        tx.publish(failed)
    await kvitka.stand.tell()
    await later(kvitka)
    said = [message["text"] for message in await kvitka.said_in(group)]
    assert len(said) == 3
    assert sum(text.startswith("Another sum than asked for") for text in said) == 1
    assert sum(text.endswith("card <closed>") for text in said) == 1
    assert await inshyi.said_in(elsewhere) == []


async def test_a_shop_without_a_bot_keeps_its_orders_moving(kvitka: ShopInTown) -> None:
    stand = kvitka.stand
    await kvitka.order()
    async with stand.db.platform() as tx:
        await tx.execute(
            text("UPDATE platform.bot SET state = 'removed' WHERE shop_id = :shop"),
            {"shop": kvitka.shop.id},
        )
    stand.bots.directory.forget(kvitka.shop.id)
    await stand.tell()
    assert await _open_rows(kvitka) == 0
    assert kvitka.calls("sendMessage") == []
