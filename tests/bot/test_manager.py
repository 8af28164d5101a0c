"""The staff at work in their group."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from kram.integrations.notify.buttons import OrderTap, Tap
from kram.kit.ids import new_id
from kram.shop.orders.models import Order, OrderStatus
from kram.tenants.models import LinkPurpose, Role
from tests.factories.bots import ShopInTown, until

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("at_work")]


class Desk:
    """A staff's group of two with one order's card in it."""

    def __init__(self, place: ShopInTown, petro: int, olha: int, group: str, order: Order) -> None:
        self.place, self.petro, self.olha = place, petro, olha
        self.group, self.order = group, order

    async def card(self) -> Any:
        return (await self.place.said_in(self.group))[0]

    async def taps(self, person: int, label: str) -> Any:
        return await self.place.taps(person, await self.card(), label, chat=self.group)

    async def steps(self) -> list[tuple[str, str]]:
        order = await self.place.look(self.order.id)
        return [(step.kind, step.actor_name) for step in order.steps]

    async def labels(self) -> list[str]:
        keyboard = (await self.card()).get("reply_markup", {}).get("inline_keyboard", [])
        return [row[0]["text"] for row in keyboard]

    async def offers(self, *labels: str) -> None:
        """Waits until the card has exactly these buttons: it is edited after the tap's answer."""

        async def so() -> bool:
            return await self.labels() == list(labels)

        await until(so)


async def at_desk(place: ShopInTown) -> Desk:
    petro, olha = await place.person("Petro"), await place.person("Olha")
    await place.member(Role.MANAGER, petro, "Petro")
    await place.member(Role.MANAGER, olha, "Olha")
    group = await place.staff_group(petro, olha)
    order = await place.order()
    await place.reply(petro, chat=group)
    return Desk(place, petro, olha, group, order)


@pytest.fixture
async def desk(kvitka: ShopInTown) -> Desk:
    return await at_desk(kvitka)


async def test_a_card_says_what_to_pack_and_offers_what_is_possible(desk: Desk) -> None:
    card = await desk.card()
    lines = card["text"].splitlines()
    assert lines[0] == f"Order №{desk.order.number} · New"
    assert "Kettle × 1 — ₴125" in lines
    assert "Total — ₴195" in lines
    assert "Ivan Franko, +380441234567" in lines
    assert await desk.labels() == ["Accept", "Cancel the order"]
    styles = [row[0]["style"] for row in card["reply_markup"]["inline_keyboard"]]
    assert styles == ["success", "danger"]


async def test_the_whole_way_of_an_order_by_taps(desk: Desk) -> None:
    assert (await desk.taps(desk.petro, "Accept"))["text"] == "Accepted"
    await desk.offers("Ship", "Cancel the order")
    await desk.taps(desk.petro, "Ship")
    question = await desk.place.reply(desk.petro, 2, chat=desk.group)
    assert question["text"].startswith("Petro, reply to this message with the tracking number")
    await desk.place.says(
        desk.petro, "20450000000001", chat=desk.group, reply_to=question["message_id"]
    )
    await desk.place.reply(desk.petro, 3, chat=desk.group)
    shipped = await desk.place.look(desk.order.id)
    assert (shipped.status, shipped.tracking) == (OrderStatus.SHIPPED, "20450000000001")
    await desk.offers("Delivered")
    assert (await desk.taps(desk.olha, "Delivered"))["text"] == "Delivered"
    assert await desk.steps() == [
        ("placed", "Ivan"),
        ("accepted", "Petro"),
        ("shipped", "Petro"),
        ("delivered", "Olha"),
    ]
    assert len(await desk.place.said_in(desk.group)) == 3


async def test_shipping_without_a_number_and_going_back(desk: Desk) -> None:
    await desk.taps(desk.petro, "Accept")
    await desk.offers("Ship", "Cancel the order")
    await desk.taps(desk.petro, "Ship")
    await desk.offers("Ship without a number", "Back")
    await desk.taps(desk.petro, "Back")
    await desk.offers("Ship", "Cancel the order")
    await desk.taps(desk.petro, "Ship")
    await desk.offers("Ship without a number", "Back")
    assert (await desk.taps(desk.olha, "Ship without a number"))["text"] == "Shipped"
    assert (await desk.place.look(desk.order.id)).tracking == ""


async def test_a_number_that_is_too_long_is_asked_for_again(desk: Desk) -> None:
    await desk.taps(desk.petro, "Accept")
    await desk.offers("Ship", "Cancel the order")
    await desk.taps(desk.petro, "Ship")
    question = await desk.place.reply(desk.petro, 2, chat=desk.group)
    await desk.place.says(desk.petro, "9" * 65, chat=desk.group, reply_to=question["message_id"])
    refusal = await desk.place.reply(desk.petro, 3, chat=desk.group)
    assert "at most 64" in refusal["text"]
    assert (await desk.place.look(desk.order.id)).status == OrderStatus.ACCEPTED
    await desk.place.says(desk.petro, "77", chat=desk.group, reply_to=refusal["message_id"])
    await desk.place.reply(desk.petro, 4, chat=desk.group)
    assert (await desk.place.look(desk.order.id)).tracking == "77"


async def test_another_persons_words_are_not_the_tracking_number(desk: Desk) -> None:
    await desk.taps(desk.petro, "Accept")
    await desk.offers("Ship", "Cancel the order")
    await desk.taps(desk.petro, "Ship")
    question = await desk.place.reply(desk.petro, 2, chat=desk.group)
    await desk.place.says(
        desk.olha, "20450000000009", chat=desk.group, reply_to=question["message_id"]
    )
    await desk.place.stand.quiet(desk.place.shop)
    assert (await desk.place.look(desk.order.id)).status == OrderStatus.ACCEPTED


async def test_cancelling_asks_first(desk: Desk) -> None:
    await desk.taps(desk.petro, "Cancel the order")
    await desk.offers("Yes, cancel it", "Back")
    assert (await desk.place.look(desk.order.id)).status == OrderStatus.PLACED
    assert (await desk.taps(desk.petro, "Yes, cancel it"))["text"] == "Cancelled"
    await desk.offers()


async def test_of_two_who_accept_at_once_one_does_and_the_other_is_told(desk: Desk) -> None:
    card = await desk.card()
    answers = await asyncio.gather(
        desk.place.taps(desk.petro, card, "Accept", chat=desk.group),
        desk.place.taps(desk.olha, card, "Accept", chat=desk.group),
    )
    accepted = [step for step in await desk.steps() if step[0] == "accepted"]
    assert len(accepted) == 1
    winner = accepted[0][1]
    assert sorted(answer["text"] for answer in answers) == sorted(
        ["Accepted", f"Already done: Accepted, {winner}"]
    )
    assert len(await desk.place.said_in(desk.group)) == 1


async def test_a_stale_card_does_nothing_and_is_renewed(desk: Desk) -> None:
    old = await desk.card()
    await desk.taps(desk.petro, "Accept")
    await desk.offers("Ship", "Cancel the order")
    data = old["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    answer = await desk.place.forges(desk.olha, old, data, desk.group)
    assert answer["text"] == "Already done: Accepted, Petro"
    assert [step[0] for step in await desk.steps()] == ["placed", "accepted"]


async def test_strangers_and_other_shops_staff_are_refused(desk: Desk, inshyi: ShopInTown) -> None:
    stranger, neighbour = await desk.place.person("Max"), await desk.place.person("Nina")
    await inshyi.member(Role.OWNER, neighbour, "Nina")
    group = desk.place.stand.telegram.world.chats[desk.group]
    group.member_ids += [stranger, neighbour]
    for person in (stranger, neighbour):
        answer = await desk.taps(person, "Accept")
        assert answer["text"].startswith("Only the staff of this shop")
        assert answer["show_alert"]
    assert [step[0] for step in await desk.steps()] == ["placed"]


async def test_a_role_limits_what_a_tap_may_do(desk: Desk) -> None:
    courier = await desk.place.person("Kyrylo")
    await desk.place.member(Role.COURIER, courier, "Kyrylo")
    desk.place.stand.telegram.world.chats[desk.group].member_ids.append(courier)
    assert (await desk.taps(courier, "Accept"))["text"].startswith("Your role in this shop")
    await desk.taps(desk.petro, "Accept")
    await desk.offers("Ship", "Cancel the order")
    await desk.taps(courier, "Ship")
    await desk.offers("Ship without a number", "Back")
    assert (await desk.taps(courier, "Ship without a number"))["text"] == "Shipped"


async def test_a_revoked_member_is_refused_with_the_next_tap(desk: Desk) -> None:
    async with desk.place.stand.db.platform() as tx:
        await tx.execute(
            text(
                "DELETE FROM platform.membership USING platform.merchant"
                " WHERE merchant.id = merchant_id AND merchant.telegram_id = :id"
            ),
            {"id": desk.petro},
        )
    assert (await desk.taps(desk.petro, "Accept"))["text"].startswith("Only the staff")
    assert [step[0] for step in await desk.steps()] == ["placed"]


async def test_a_button_of_another_shops_order_finds_nothing(
    desk: Desk, inshyi: ShopInTown
) -> None:
    foreign = await inshyi.order()
    data = OrderTap(tap=Tap.ACCEPT, order=foreign.id, seen=OrderStatus.PLACED).pack()
    answer = await desk.place.forges(desk.petro, await desk.card(), data, desk.group)
    assert answer["text"] == "There is no such order in this shop"
    assert (await inshyi.look(foreign.id)).status == OrderStatus.PLACED


@pytest.mark.parametrize("data", ["o:a:x:placed", "o:z:0", "o:a:{id}:nowhere", "o::::::"])
async def test_forged_data_is_answered_and_does_nothing(desk: Desk, data: str) -> None:
    forged = data.format(id=desk.order.id.hex)
    answer = await desk.place.forges(desk.petro, await desk.card(), forged, desk.group)
    assert answer is not None
    assert [step[0] for step in await desk.steps()] == ["placed"]


def test_every_button_fits_into_64_bytes() -> None:
    for tap in Tap:
        for status in OrderStatus:
            assert len(OrderTap(tap=tap, order=new_id(), seen=status).pack()) <= 64


# --- joining ----------------------------------------------------------------------------------


async def test_a_merchant_joins_by_a_link_of_the_dashboard(kvitka: ShopInTown) -> None:
    code = await kvitka.code(LinkPurpose.ACCOUNT)
    olena = await kvitka.person("Olena")
    await kvitka.starts(olena, f"staff_{code}")
    assert "you now work in Kvitka" in (await kvitka.reply(olena))["text"]
    await kvitka.starts(olena, f"staff_{code}")  # and is spoken to in the account's language
    assert "тепер ви працюєте в магазині Kvitka" in (await kvitka.reply(olena, 2))["text"]
    ivan = await kvitka.person("Ivan")
    await kvitka.starts(ivan, f"staff_{code}")
    assert "no longer valid" in (await kvitka.reply(ivan))["text"]


async def test_who_is_linked_already_is_told_to_use_another_account(kvitka: ShopInTown) -> None:
    petro, olena = await kvitka.person("Petro"), await kvitka.person("Olena")
    await kvitka.member(Role.MANAGER, petro)
    code = await kvitka.code(LinkPurpose.ACCOUNT)
    await kvitka.starts(petro, f"staff_{code}")
    assert "from another Telegram account" in (await kvitka.reply(petro))["text"]
    await kvitka.starts(olena, f"staff_{code}")  # the code was not spent
    assert "you now work in Kvitka" in (await kvitka.reply(olena))["text"]


async def test_a_code_is_no_good_in_another_shop(kvitka: ShopInTown, inshyi: ShopInTown) -> None:
    code = await kvitka.code(LinkPurpose.ACCOUNT)
    thief = await inshyi.person()
    await inshyi.starts(thief, f"staff_{code}")
    assert "no longer valid" in (await inshyi.reply(thief))["text"]
    olena = await kvitka.person("Olena")
    await kvitka.starts(olena, f"staff_{code}")
    assert "you now work" in (await kvitka.reply(olena))["text"]


async def test_a_group_becomes_the_staffs_by_its_own_code_only(kvitka: ShopInTown) -> None:
    olena = await kvitka.person("Olena")
    group = await kvitka.stand.control(
        "groups", title="Staff", member_ids=[olena], bots=[kvitka.bot_id]
    )
    chat = str(group["id"])
    account = await kvitka.code(LinkPurpose.ACCOUNT)
    await kvitka.says(olena, f"/staff {account}", chat=chat)
    assert "no longer valid" in (await kvitka.reply(olena, 1, chat=chat))["text"]
    assert (await kvitka.bot_row()).staff_chat_id is None
    code = await kvitka.code(LinkPurpose.STAFF_CHAT)
    await kvitka.says(olena, f"/staff@{kvitka.username} {code}", chat=chat)
    assert "announced here" in (await kvitka.reply(olena, 2, chat=chat))["text"]
    assert (await kvitka.bot_row()).staff_chat_id == group["id"]


async def test_a_group_that_throws_the_bot_out_is_the_staffs_no_more(
    kvitka: ShopInTown,
) -> None:
    petro = await kvitka.person("Petro")
    group = int(await kvitka.staff_group(petro))
    update = {
        "chat": {"id": group, "type": "supergroup", "title": "Staff"},
        "from": {"id": petro, "is_bot": False, "first_name": "Petro"},
        "date": 1_700_000_000,
        "old_chat_member": _member(kvitka, "member"),
        "new_chat_member": _member(kvitka, "left"),
    }
    await kvitka.stand.store(kvitka, my_chat_member=update)
    await kvitka.stand.quiet(kvitka.shop)
    assert (await kvitka.bot_row()).staff_chat_id is None


async def test_a_group_that_becomes_a_supergroup_stays_the_staffs(kvitka: ShopInTown) -> None:
    petro = await kvitka.person("Petro")
    group = int(await kvitka.staff_group(petro))
    message = {
        "message_id": 7,
        "date": 1_700_000_000,
        "chat": {"id": group, "type": "group", "title": "Staff"},
        "from": {"id": petro, "is_bot": False, "first_name": "Petro"},
        "migrate_to_chat_id": -1_009_999_999_999,
    }
    await kvitka.stand.store(kvitka, message=message)
    await kvitka.stand.quiet(kvitka.shop)
    assert (await kvitka.bot_row()).staff_chat_id == -1_009_999_999_999


def _member(place: ShopInTown, status: str) -> dict[str, Any]:
    user = {"id": place.bot_id, "is_bot": True, "first_name": "Kvitka"}
    return {"status": status, "user": user}
