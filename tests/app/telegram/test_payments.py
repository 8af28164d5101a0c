"""Invoices: the bot's last word, the money, refunds, subscriptions."""

import asyncio
from typing import Any

import pytest

from tests.app.telegram.conftest import Clock, Simulator, Town

pytestmark = pytest.mark.anyio

STARS = {
    "title": "Букет",
    "description": "Дванадцять троянд",
    "payload": "order-1",
    "currency": "XTR",
    "prices": [{"label": "Букет", "amount": 250}],
}
ADDRESS = {
    "country_code": "UA",
    "state": "",
    "city": "Київ",
    "street_line1": "Хрещатик, 1",
    "street_line2": "",
    "post_code": "01001",
}


async def slug_of(simulator: Simulator, town: Town, **changes: Any) -> str:
    answer = await simulator.call(town.token, "createInvoiceLink", **{**STARS, **changes})
    assert answer["ok"], answer
    link: str = answer["result"]
    return link.removeprefix("https://t.me/$")


async def next_update(simulator: Simulator, town: Town, kind: str) -> Any:
    """The oldest update, which must be of this kind; takes it from the queue."""
    (update, *_) = (await simulator.call(town.token, "getUpdates", timeout=5))["result"]
    await simulator.call(town.token, "getUpdates", offset=update["update_id"] + 1)
    return update[kind]


async def test_money_moves_when_the_bot_agrees(simulator: Simulator, town: Town) -> None:
    slug = await slug_of(simulator, town)
    paying = asyncio.ensure_future(simulator.control("pay", slug=slug, user_id=town.user_id))
    query = await next_update(simulator, town, "pre_checkout_query")
    assert (query["currency"], query["total_amount"], query["invoice_payload"]) == (
        "XTR",
        250,
        "order-1",
    )
    answer = await simulator.call(
        town.token, "answerPreCheckoutQuery", pre_checkout_query_id=query["id"], ok=True
    )
    assert answer["result"] is True
    result = await paying
    message = await next_update(simulator, town, "message")
    payment = message["successful_payment"]
    assert result["status"] == "paid"
    assert payment["telegram_payment_charge_id"] == result["charge_id"]
    assert (payment["currency"], payment["total_amount"]) == ("XTR", 250)


async def test_no_money_moves_when_the_bot_refuses(simulator: Simulator, town: Town) -> None:
    slug = await slug_of(simulator, town)
    paying = asyncio.ensure_future(simulator.control("pay", slug=slug, user_id=town.user_id))
    query = await next_update(simulator, town, "pre_checkout_query")
    verdict = {"pre_checkout_query_id": query["id"], "ok": False}
    incomplete = await simulator.call(town.token, "answerPreCheckoutQuery", **verdict)
    assert incomplete["description"] == 'Bad Request: parameter "error_message" is required'
    await simulator.call(
        town.token, "answerPreCheckoutQuery", **verdict, error_message="Щойно продано"
    )
    assert await paying == {"status": "failed", "error": "Щойно продано", "charge_id": None}
    assert list(simulator.telegram.world.payments) == []


async def test_a_silent_bot_loses_the_sale_after_ten_seconds(
    simulator: Simulator, town: Town, clock: Clock
) -> None:
    slug = await slug_of(simulator, town)
    paying = asyncio.ensure_future(simulator.control("pay", slug=slug, user_id=town.user_id))
    query = await next_update(simulator, town, "pre_checkout_query")
    clock.ahead = 10.1
    late = await simulator.call(
        town.token, "answerPreCheckoutQuery", pre_checkout_query_id=query["id"], ok=True
    )
    assert late["description"] == (
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )
    assert (await paying)["error"] == "BOT_PRECHECKOUT_TIMEOUT"
    assert list(simulator.telegram.world.payments) == []


async def test_delivery_is_asked_and_added_to_the_price(simulator: Simulator, town: Town) -> None:
    slug = await slug_of(
        simulator,
        town,
        currency="UAH",
        provider_token="TEST:1",
        prices=[{"label": "Букет", "amount": 120_000}],
        is_flexible=True,
        need_name=True,
    )
    asking = asyncio.ensure_future(
        simulator.control("shipping", slug=slug, user_id=town.user_id, address=ADDRESS)
    )
    query = await next_update(simulator, town, "shipping_query")
    assert query["shipping_address"] == ADDRESS
    option = {"id": "np", "title": "Нова пошта", "prices": [{"label": "np", "amount": 7_000}]}
    await simulator.call(
        town.token,
        "answerShippingQuery",
        shipping_query_id=query["id"],
        ok=True,
        shipping_options=[option],
    )
    assert (await asking)["options"] == [option]
    order = {"name": "Олена", "shipping_address": ADDRESS}
    refused = await simulator.http.post(
        "/_control/pay", json={"slug": slug, "user_id": town.user_id, "order_info": order}
    )
    assert refused.json() == {"error": "the invoice needs: way of delivery"}
    paying = asyncio.ensure_future(
        simulator.control(
            "pay", slug=slug, user_id=town.user_id, order_info=order, shipping_option=option
        )
    )
    checkout = await next_update(simulator, town, "pre_checkout_query")
    assert (checkout["total_amount"], checkout["shipping_option_id"]) == (127_000, "np")
    await simulator.call(
        town.token, "answerPreCheckoutQuery", pre_checkout_query_id=checkout["id"], ok=True
    )
    assert (await paying)["status"] == "paid"
    paid = (await next_update(simulator, town, "message"))["successful_payment"]
    assert paid["order_info"]["shipping_address"]["city"] == "Київ"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"title": ""}, 'parameter "title" is required'),
        ({"payload": "є" * 65}, "INVOICE_PAYLOAD_INVALID"),
        ({"currency": "XXX"}, "CURRENCY_INVALID"),
        ({"currency": "UAH"}, "PAYMENT_PROVIDER_INVALID"),
        ({"prices": [{"label": "a", "amount": 1}] * 2}, "STARS_INVOICE_INVALID"),
        ({"prices": [{"label": "a", "amount": 0}]}, "CURRENCY_TOTAL_AMOUNT_INVALID"),
        ({"subscription_period": 60}, "SUBSCRIPTION_PERIOD_INVALID"),
    ],
)
async def test_bad_invoices_are_refused(
    simulator: Simulator, town: Town, changes: dict[str, Any], reason: str
) -> None:
    answer = await simulator.call(town.token, "createInvoiceLink", **{**STARS, **changes})
    assert answer["description"] == f"Bad Request: {reason}"


async def paid_charge(simulator: Simulator, town: Town, **changes: Any) -> str:
    slug = await slug_of(simulator, town, **changes)
    paying = asyncio.ensure_future(simulator.control("pay", slug=slug, user_id=town.user_id))
    query = await next_update(simulator, town, "pre_checkout_query")
    await simulator.call(
        town.token, "answerPreCheckoutQuery", pre_checkout_query_id=query["id"], ok=True
    )
    charge: str = (await paying)["charge_id"]
    await next_update(simulator, town, "message")
    return charge


async def test_stars_go_back_once(simulator: Simulator, town: Town) -> None:
    charge = await paid_charge(simulator, town)
    refund = {"user_id": town.user_id, "telegram_payment_charge_id": charge}
    assert (await simulator.call(town.token, "refundStarPayment", **refund))["result"] is True
    again = await simulator.call(town.token, "refundStarPayment", **refund)
    assert again["description"] == "Bad Request: CHARGE_ALREADY_REFUNDED"
    message = await next_update(simulator, town, "message")
    assert message["refunded_payment"]["telegram_payment_charge_id"] == charge
    ledger = (await simulator.call(town.token, "getStarTransactions"))["result"]
    assert [(row["id"], row["amount"]) for row in ledger["transactions"]] == [(charge, 250)] * 2
    assert {"source", "receiver"} <= set().union(*ledger["transactions"])


async def test_a_subscription_renews_and_ends(simulator: Simulator, town: Town) -> None:
    charge = await paid_charge(simulator, town, subscription_period=2_592_000)
    await simulator.control("subscription", charge_id=charge, change="renew")
    renewed = (await next_update(simulator, town, "message"))["successful_payment"]
    assert (renewed["is_recurring"], "is_first_recurring" in renewed) == (True, False)
    await simulator.control("subscription", charge_id=charge, change="cancel")
    update = await next_update(simulator, town, "subscription")
    assert (update["state"], update["invoice_payload"]) == ("canceled", "order-1")


async def test_an_invoice_message_has_a_pay_button(simulator: Simulator, town: Town) -> None:
    sent = await simulator.call(town.token, "sendInvoice", chat_id=town.user_id, **STARS)
    message = sent["result"]
    assert message["invoice"]["total_amount"] == 250
    assert message["reply_markup"]["inline_keyboard"][0][0]["pay"] is True
    path = f"messages/{message['message_id']}/invoice"
    assert (await simulator.look(path, chat=town.chat))["payload"] == "order-1"
