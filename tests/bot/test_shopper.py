"""What a shopper hears from the bot."""

import pytest

from kram.integrations.telegram.settings import (
    AutoReply,
    BotSettings,
    CustomCommand,
    save_settings,
)
from kram.tenants.models import ShopStatus
from tests.factories.bots import ShopInTown, until

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("at_work")]


async def choose(place: ShopInTown, settings: BotSettings) -> None:
    async with place.stand.db.platform() as tx:
        await save_settings(tx, place.shop.id, settings)
    place.stand.bots.directory.forget(place.shop.id)


async def test_start_welcomes_with_the_shops_button_and_remembers_the_customer(
    kvitka: ShopInTown, inshyi: ShopInTown
) -> None:
    ivan = await kvitka.person("Ivan")
    await kvitka.starts(ivan)
    welcome = await kvitka.reply(ivan)
    assert welcome["text"].startswith("Kvitka\n\nWelcome!")
    button = welcome["reply_markup"]["inline_keyboard"][0][0]
    assert button["text"] == "Open the shop"
    assert button["web_app"]["url"].endswith(f"/m/{kvitka.shop.slug}/")
    await kvitka.stand.quiet(kvitka.shop)
    customer = await kvitka.customer(ivan)
    assert customer is not None
    assert (customer.name, customer.language, customer.can_message) == ("Ivan", "en", True)
    assert await inshyi.customer(ivan) is None


@pytest.mark.parametrize(
    ("payload", "label", "address"),
    [
        ("p_kettle-2l", "Open the product", "p/kettle-2l"),
        ("c_dishes", "Open the category", "c/dishes"),
        ("o_7GZ0", "Open the order", "orders/7GZ0"),
    ],
)
async def test_a_deep_link_offers_its_screen_first(
    kvitka: ShopInTown, payload: str, label: str, address: str
) -> None:
    ivan = await kvitka.person()
    await kvitka.starts(ivan, payload)
    first, second, *_ = (await kvitka.reply(ivan))["reply_markup"]["inline_keyboard"]
    assert first[0]["text"] == label
    assert first[0]["web_app"]["url"].endswith(f"/m/{kvitka.shop.slug}/{address}")
    assert second[0]["text"] == "Open the shop"


@pytest.mark.parametrize("payload", ["x_1", "p_", "nonsense", "p"])
async def test_a_payload_that_says_nothing_is_a_plain_start(
    kvitka: ShopInTown, payload: str
) -> None:
    ivan = await kvitka.person()
    await kvitka.starts(ivan, payload)
    keyboard = (await kvitka.reply(ivan))["reply_markup"]["inline_keyboard"]
    assert [row[0]["text"] for row in keyboard] == ["Open the shop", "My orders"]


async def test_orders_are_the_persons_own_and_this_shops(
    kvitka: ShopInTown, inshyi: ShopInTown
) -> None:
    ivan, olha = await kvitka.person("Ivan"), await kvitka.person("Olha")
    for place in (kvitka, inshyi):
        for person in (ivan, olha):
            await place.starts(person)
            await place.reply(person)
    mine = await kvitka.order(ivan)
    await kvitka.order(olha)
    await inshyi.order(ivan)
    await kvitka.says(ivan, "/orders")
    answer = await kvitka.hears(ivan, "Your latest")
    assert answer["text"] == f"Your latest orders\n\n№{mine.number} · New\n₴195"
    (row,) = answer["reply_markup"]["inline_keyboard"]
    assert row[0]["web_app"]["url"].endswith(f"/orders/{mine.code}")


async def test_my_orders_by_button_without_any(kvitka: ShopInTown) -> None:
    ivan = await kvitka.person()
    await kvitka.starts(ivan)
    welcome = await kvitka.reply(ivan)
    assert await kvitka.taps(ivan, welcome, "My orders") is not None
    assert (await kvitka.reply(ivan, 2))["text"] == "You have no orders here yet."


async def test_a_chosen_language_stays_whatever_telegram_says(
    kvitka: ShopInTown, inshyi: ShopInTown
) -> None:
    ivan = await kvitka.person(language="en")
    await inshyi.starts(ivan)
    await kvitka.says(ivan, "/language")
    question = await kvitka.reply(ivan)
    await kvitka.taps(ivan, question, "Українська")
    await kvitka.says(ivan, "hello")
    await kvitka.reply(ivan, 2)
    customer = await kvitka.customer(ivan)
    assert customer is not None
    assert customer.language == "uk"
    elsewhere = await inshyi.customer(ivan)
    assert elsewhere is not None
    assert elsewhere.language == "en"


async def test_a_language_that_we_do_not_speak_cannot_be_forged(kvitka: ShopInTown) -> None:
    ivan = await kvitka.person()
    await kvitka.says(ivan, "/language")
    question = await kvitka.reply(ivan)
    assert await kvitka.forges(ivan, question, "lang:xx", kvitka.chat(ivan)) is not None
    customer = await kvitka.customer(ivan)
    assert customer is not None
    assert customer.language == "en"


@pytest.mark.parametrize("command", ["/help", "/support", "/paysupport", "/terms"])
async def test_what_every_shop_must_answer(kvitka: ShopInTown, command: str) -> None:
    ivan = await kvitka.person()
    await kvitka.says(ivan, command)
    assert "Kvitka" in (await kvitka.reply(ivan))["text"]


async def test_own_contact_is_kept_and_another_persons_refused(kvitka: ShopInTown) -> None:
    ivan = await kvitka.person()
    foreign = {"phone_number": "+380500000000", "first_name": "Olha", "user_id": ivan + 1}
    await kvitka.stand.control("messages", chat=kvitka.chat(ivan), user_id=ivan, contact=foreign)
    assert (await kvitka.reply(ivan))["text"] == "Share your own number, please"
    stranger = await kvitka.customer(ivan)
    assert stranger is not None
    assert stranger.phone is None
    await kvitka.stand.control("messages", chat=kvitka.chat(ivan), user_id=ivan, own_contact=True)
    assert (await kvitka.reply(ivan, 2))["text"] == "Thank you, your number is saved"
    known = await kvitka.customer(ivan)
    assert known is not None
    assert known.phone == f"+380{ivan % 1_000_000_000:09d}"


async def test_blocking_the_bot_is_known_within_one_update(
    kvitka: ShopInTown, inshyi: ShopInTown
) -> None:
    ivan = await kvitka.person()
    for place in (kvitka, inshyi):
        await place.starts(ivan)
        await place.reply(ivan)
    await kvitka.stand.control("block", bot=kvitka.bot_id, user_id=ivan)

    async def unreachable() -> bool:
        customer = await kvitka.customer(ivan)
        return customer is not None and not customer.can_message

    await until(unreachable)
    elsewhere = await inshyi.customer(ivan)
    assert elsewhere is not None
    assert elsewhere.can_message
    await kvitka.stand.control("unblock", bot=kvitka.bot_id, user_id=ivan)
    await until(lambda: _reachable(kvitka, ivan))


async def _reachable(place: ShopInTown, person: int) -> bool:
    customer = await place.customer(person)
    return customer is not None and customer.can_message


async def test_unknown_words_get_a_way_on(kvitka: ShopInTown) -> None:
    ivan = await kvitka.person()
    await kvitka.says(ivan, "<b>do you sell tea?")
    answer = await kvitka.reply(ivan)
    assert "did not understand" in answer["text"]
    assert answer["reply_markup"]["inline_keyboard"][0][0]["text"] == "Open the shop"


async def test_a_button_of_the_past_is_answered(kvitka: ShopInTown) -> None:
    ivan = await kvitka.person()
    await kvitka.starts(ivan)
    answer = await kvitka.forges(ivan, await kvitka.reply(ivan), "old:1", kvitka.chat(ivan))
    assert answer["text"] == "This button no longer works"


async def test_what_the_merchant_chose_is_said_here_and_nowhere_else(
    kvitka: ShopInTown, inshyi: ShopInTown
) -> None:
    await choose(
        kvitka,
        BotSettings(
            welcome="Hi <there> & welcome",
            shows_orders=False,
            commands=(CustomCommand("hours", "When we work", "9–18, <daily>"),),
            auto_replies=(AutoReply(("доставка", "delivery"), "Nova Poshta, 70 ₴"),),
        ),
    )
    ivan = await kvitka.person()
    for place in (kvitka, inshyi):
        await place.starts(ivan)
        await place.says(ivan, "/hours")
        await place.says(ivan, "what about DELIVERY?")
        await place.says(ivan, "/orders")
        await place.reply(ivan, 4)
    here = [message["text"] for message in await kvitka.said_in(kvitka.chat(ivan))]
    assert here[0] == "Kvitka\n\nHi <there> & welcome"
    assert here[1:3] == ["9–18, <daily>", "Nova Poshta, 70 ₴"]
    assert "did not understand" in here[3]
    there = [message["text"] for message in await inshyi.said_in(inshyi.chat(ivan))]
    assert "did not understand" in there[1]
    assert "did not understand" in there[2]
    assert there[3] == "You have no orders here yet."


async def test_a_paused_shop_says_that_it_is_closed(kvitka: ShopInTown) -> None:
    async with kvitka.stand.db.platform() as tx:
        shop = await tx.get(type(kvitka.shop), kvitka.shop.id)
        assert shop is not None
        shop.status = ShopStatus.PAUSED
    kvitka.stand.bots.directory.forget(kvitka.shop.id)
    ivan = await kvitka.person()
    await kvitka.starts(ivan)
    assert "closed for now" in (await kvitka.reply(ivan))["text"]


async def test_telegrams_own_checkout_is_refused_at_once(kvitka: ShopInTown) -> None:
    ivan = await kvitka.person()
    await kvitka.starts(ivan)
    await kvitka.reply(ivan)
    made = await kvitka.stand.http.post(
        f"/bot{kvitka.token}/createInvoiceLink",
        json={
            "title": "Tea",
            "description": "Green",
            "payload": "x",
            "currency": "XTR",
            "prices": [{"label": "Tea", "amount": 5}],
        },
    )
    slug = made.json()["result"].rpartition("$")[2]
    paid = await kvitka.stand.control("pay", slug=slug, user_id=ivan)
    assert paid["status"] == "failed"
    (answer,) = kvitka.calls("answerPreCheckoutQuery")
    assert answer.params["error_message"] == "Pay in the shop itself, please"
