"""The shopper's orders: own ones, told in their language; everybody else's do not exist."""

from datetime import timedelta
from typing import Any

import pytest

from kram.shop.catalog.service import ProductDetails, change_details
from kram.shop.orders import service
from kram.shop.orders.queries import order_by_code
from tests.factories.catalog import make_product
from tests.factories.inventory import STAFF, stock_of
from tests.factories.storefront import Storefront
from tests.miniapp.test_cart import Headers, put
from tests.miniapp.test_checkout import COURIER_MINOR, all_orders, order, shopper_with

pytestmark = pytest.mark.anyio

TOTAL = 12_500 + COURIER_MINOR


async def make(storefront: Storefront, session: Headers, **words: Any) -> str:
    answer = await order(storefront, session, TOTAL, **words)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["order_code"])


async def read(storefront: Storefront, session: Headers, code: str, language: str = "en") -> Any:
    answer = await storefront.browse.get(
        f"{storefront.base}/api/orders/{code}", headers=session | {"accept-language": language}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_order_tells_what_was_bought_and_what_comes_next(storefront: Storefront) -> None:
    session = await shopper_with(storefront)
    told = await read(storefront, session, await make(storefront, session, comment="Ring twice"))

    assert told["headline"] == "Thank you for your order!"
    assert told["lines"] == [{"title": "Kettle", "variant": "", "quantity": 1, "total": "₴125"}]
    assert told["parts"] == [
        {"name": "Goods", "amount": "₴125"},
        {"name": "Delivery", "amount": "₴90"},
    ]
    assert told["total"] == "₴215"
    assert told["comment"] == "Ring twice"
    assert [(step["name"], step["ahead"]) for step in told["steps"]] == [
        ("Order placed", False),
        ("Accepted by the shop", True),
        ("Sent", True),
        ("Received", True),
    ]


async def test_the_staffs_steps_are_seen(storefront: Storefront) -> None:
    session = await shopper_with(storefront)
    code = await make(storefront, session)
    [made] = await all_orders(storefront)
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        await service.accept(tx, made.id, STAFF)
        await service.ship(tx, made.id, STAFF, tracking="20450001")
    told = await read(storefront, session, code, "uk")

    assert told["tracking"] == "20450001"
    assert [step["ahead"] for step in told["steps"]] == [False, False, False, True]
    assert not told["headline"].isascii()
    assert (told["can_cancel"], told["final"]) == (False, False)


async def test_another_persons_order_does_not_exist(
    storefront: Storefront, other_storefront: Storefront
) -> None:
    session = await shopper_with(storefront, user=42)
    code = await make(storefront, session)
    strangers = [
        (storefront, await storefront.sign_in(user=7)),
        (other_storefront, await other_storefront.sign_in(user=42)),
    ]
    for shop, stranger in strangers:
        for method, path in (("GET", ""), ("POST", "/cancel"), ("POST", "/pay")):
            answer = await shop.browse.request(
                method, f"{shop.base}/api/orders/{code}{path}", headers=stranger
            )
            assert (answer.status_code, answer.json()["code"]) == (404, "order_not_found")
    listed = await storefront.browse.get(f"{storefront.base}/api/orders", headers=strangers[0][1])

    assert listed.json()["items"] == []
    assert (await read(storefront, session, code))["can_cancel"] is True


async def test_orders_are_listed_the_newest_first(storefront: Storefront) -> None:
    session = await shopper_with(storefront)
    variant = (await storefront.browse.get(f"{storefront.base}/api/cart", headers=session)).json()
    codes = [await make(storefront, session)]
    await put(storefront, session, variant["lines"][0]["variant_id"], 1)
    codes.append(await make(storefront, session))
    listed = await storefront.browse.get(
        f"{storefront.base}/api/orders", headers=session | {"accept-language": "en"}
    )

    assert [card["code"] for card in listed.json()["items"]] == codes[::-1]
    card = listed.json()["items"][0]
    assert (card["name"], card["status"], card["total"], card["goods"]) == (
        "Order № 1002",
        "Placed",
        "₴215",
        "Kettle",
    )


async def test_an_order_is_cancelled_until_the_shop_accepts_it(storefront: Storefront) -> None:
    session = await shopper_with(storefront)
    code = await make(storefront, session)
    [made] = await all_orders(storefront)
    address = f"{storefront.base}/api/orders/{code}/cancel"
    answers = [await storefront.browse.post(address, headers=session) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert (answers[0].json()["mood"], answers[0].json()["final"]) == ("bad", True)
    assert answers[0].json() == answers[1].json()
    async with storefront.stall.db.tenant_read(storefront.stall.tenant) as tx:
        assert await stock_of(tx, made.lines[0].variant_id) == (3, 0)


@pytest.mark.parametrize(
    ("body", "note"), [({"reason": "cheaper"}, "Found it cheaper"), (None, "Another reason")]
)
async def test_why_an_order_was_cancelled_is_kept_as_a_code_and_read_in_words(
    storefront: Storefront, body: Any, note: str
) -> None:
    session = await shopper_with(storefront)
    code = await make(storefront, session)
    address = f"{storefront.base}/api/orders/{code}/cancel"
    answer = await storefront.browse.post(address, headers=session, json=body)
    assert answer.status_code == 200, answer.text
    english = await read(storefront, session, code)
    ukrainian = await read(storefront, session, code, "uk")

    assert english["steps"][-1]["note"] == note
    assert ukrainian["steps"][-1]["note"] not in ("", note)
    async with storefront.stall.db.tenant_read(storefront.stall.tenant) as tx:
        found = await order_by_code(tx, code)
    assert found is not None
    assert found.steps[-1].note == (body or {"reason": "other"})["reason"]


async def test_a_reason_that_is_none_cancels_nothing(storefront: Storefront) -> None:
    session = await shopper_with(storefront)
    code = await make(storefront, session)
    address = f"{storefront.base}/api/orders/{code}/cancel"
    answer = await storefront.browse.post(address, headers=session, json={"reason": "spite"})

    assert answer.status_code in (400, 422)
    assert [order.status for order in await all_orders(storefront)] == ["placed"]


async def test_the_time_that_is_left_to_pay_goes_by_our_clock(storefront: Storefront) -> None:
    session = await shopper_with(storefront)
    code = await make(storefront, session, payment="sandbox")
    fresh = await read(storefront, session, code)
    storefront.clock.ahead = timedelta(minutes=10)
    session = await storefront.sign_in()
    later = await read(storefront, session, code)
    storefront.clock.ahead = timedelta(hours=2)
    session = await storefront.sign_in()
    over = await read(storefront, session, code)

    assert 595 <= fresh["left_seconds"] - later["left_seconds"] <= 605
    assert (fresh["can_pay"], later["can_pay"]) == (True, True)
    assert (over["left_seconds"], over["can_pay"], over["can_cancel"]) == (0, False, True)


async def test_an_order_that_is_paid_on_delivery_has_no_time_to_pay(
    storefront: Storefront,
) -> None:
    session = await shopper_with(storefront)
    told = await read(storefront, session, await make(storefront, session))

    assert (told["left_seconds"], told["kept_until"]) == (None, "")


async def test_an_accepted_order_is_not_cancelled_by_the_shopper(storefront: Storefront) -> None:
    session = await shopper_with(storefront)
    code = await make(storefront, session)
    [made] = await all_orders(storefront)
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        await service.accept(tx, made.id, STAFF)
    address = f"{storefront.base}/api/orders/{code}/cancel"
    answer = await storefront.browse.post(address, headers=session)

    assert (answer.status_code, answer.json()["code"]) == (409, "order_step_impossible")
    assert [order.status for order in await all_orders(storefront)] == ["accepted"]


async def test_money_given_back_is_the_news_although_the_order_is_not_cancelled(
    storefront: Storefront,
) -> None:
    session = await shopper_with(storefront)
    code = await make(storefront, session)
    [made] = await all_orders(storefront)
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        await service.mark_paid(tx, made.id, STAFF)
        await service.note_refund(tx, made.id, 5_000, STAFF, "a scratch")
        await service.note_refund(tx, made.id, 16_550, STAFF, "order_cancelled")
        await service.mark_refunded(tx, made.id)
    told = await read(storefront, session, code)

    assert (told["mood"], told["headline"]) == ("bad", "Your money has been returned")
    shown = [(step["name"], step["amount"], step["note"]) for step in told["steps"]]
    assert shown == [
        ("Order placed", "", ""),
        ("Paid", "", ""),
        ("Money returned", "₴50", "a scratch"),
        ("Money returned", "₴165.50", "The order was cancelled"),
    ]
    assert not any(step["ahead"] for step in told["steps"])


async def test_a_failed_payment_can_be_tried_again(storefront: Storefront) -> None:
    session = await shopper_with(storefront)
    code = await make(storefront, session, payment="sandbox")
    [made] = await all_orders(storefront)
    _, [payment], _ = await storefront.stall.look(made.id)
    storefront.stall.acquirer.decline(storefront.stall.record_of(payment))
    await storefront.stall.work()
    failed = await read(storefront, session, code)
    address = f"{storefront.base}/api/orders/{code}/pay"
    again = await storefront.browse.post(address, headers=session)
    _, payments, _ = await storefront.stall.look(made.id)

    assert (failed["mood"], failed["can_pay"]) == ("bad", True)
    assert failed["headline"] == "The payment did not go through"
    assert again.status_code == 200
    assert again.json()["redirect_url"] == payments[1].redirect_url
    assert payments[1].redirect_url != payment.redirect_url


async def test_an_order_that_waits_for_no_payment_is_not_paid_again(
    storefront: Storefront,
) -> None:
    session = await shopper_with(storefront)
    code = await make(storefront, session)
    address = f"{storefront.base}/api/orders/{code}/pay"
    answer = await storefront.browse.post(address, headers=session)

    assert (answer.status_code, answer.json()["code"]) == (409, "order_not_awaiting_payment")


async def test_orders_ask_for_a_session(storefront: Storefront) -> None:
    for path in ("/api/orders", "/api/orders/ABCD", "/api/contact"):
        assert (await storefront.browse.get(storefront.base + path)).status_code == 401


@pytest.mark.parametrize("cursor", ["broken", "💥", "a" * 3000])
async def test_a_cursor_that_nobody_can_read_is_refused(
    storefront: Storefront, cursor: str
) -> None:
    session = await storefront.sign_in()
    answer = await storefront.browse.get(
        f"{storefront.base}/api/orders", params={"cursor": cursor}, headers=session
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_cursor")


async def test_an_order_keeps_what_its_buyer_saw_beside_what_the_shop_calls_it(
    storefront: Storefront,
) -> None:
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        honey = await make_product(tx, title="Мед", stock=3)
        variant = honey.variants[0].id
        words = ProductDetails(translations={"en": {"title": "Honey"}})
        await change_details(tx, honey.id, words)
    session = await storefront.sign_in() | {"accept-language": "en"}
    cart = (await put(storefront, session, variant, 1)).json()
    code = await make(storefront, session)
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        words = ProductDetails(translations={"en": {"title": "Nectar"}})
        await change_details(tx, honey.id, words)
    told = await read(storefront, session, code)
    [made] = await all_orders(storefront)

    assert [line["title"] for line in cart["lines"]] == ["Honey"]
    assert [line["title"] for line in told["lines"]] == ["Honey"]
    assert made.lines[0].title == "Мед"
