"""From the cart to an order: once, at our prices, for the one who asked."""

import asyncio
from typing import Any

import httpx
import pytest

from kram.kit.ids import new_id
from kram.shop.orders.models import Order, OrderStatus
from kram.shop.orders.queries import orders_page
from kram.tenants.models import ShopStatus
from tests.factories.storefront import Storefront, order_words
from tests.miniapp.test_cart import Headers, cart, put
from tests.miniapp.test_pages import change

pytestmark = pytest.mark.anyio

COURIER_MINOR = 9_000


async def order(
    storefront: Storefront, headers: Headers, total: int, *, key: str = "", **words: Any
) -> httpx.Response:
    return await storefront.browse.post(
        f"{storefront.base}/api/checkout",
        json=order_words(total, **words),
        headers={"accept-language": "en", **headers, "idempotency-key": key or str(new_id())},
    )


async def shopper_with(storefront: Storefront, units: int = 1, *, user: int = 42) -> Headers:
    """With so many units of 125.00 in the cart; three are on the shelf."""
    variant_id = await storefront.stall.stock(3, price_minor=12_500)
    session = await storefront.sign_in(user)
    await put(storefront, session, variant_id, units)
    return session


async def placed(storefront: Storefront) -> list[tuple[int, str]]:
    return [(order.total_minor, order.status) for order in await all_orders(storefront)]


async def all_orders(storefront: Storefront) -> list[Order]:
    async with storefront.stall.db.tenant_read(storefront.stall.tenant) as tx:
        return list((await orders_page(tx)).items)


async def test_an_order_paid_on_delivery_goes_to_the_staff_at_once(
    storefront: Storefront,
) -> None:
    session = await shopper_with(storefront, 2)
    answer = await order(storefront, session, 2 * 12_500 + COURIER_MINOR)

    assert answer.status_code == 200, answer.text
    [made] = await all_orders(storefront)
    assert answer.json() == {"order_code": made.code, "redirect_url": None}
    assert (made.status, made.total_minor, made.number) == (OrderStatus.PLACED, 34_000, 1001)
    assert made.phone == "+380441234567"
    assert (await cart(storefront, session))["units"] == 0


async def test_pressing_twice_makes_one_order(storefront: Storefront) -> None:
    session = await shopper_with(storefront)
    total, key = 12_500 + COURIER_MINOR, "one-attempt-0001"
    answers = [await order(storefront, session, total, key=key) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert len(await placed(storefront)) == 1


async def test_five_presses_at_once_make_one_order(storefront: Storefront) -> None:
    session = await shopper_with(storefront)
    total, key = 12_500 + COURIER_MINOR, "one-attempt-0001"
    answers = await asyncio.gather(*(order(storefront, session, total, key=key) for _ in range(5)))

    assert {answer.status_code for answer in answers} <= {200, 409}
    assert {a.json()["code"] for a in answers if a.status_code == 409} <= {"request_in_progress"}
    assert len({a.json()["order_code"] for a in answers if a.status_code == 200}) == 1
    assert len(await placed(storefront)) == 1


async def test_a_tampered_total_makes_no_order(storefront: Storefront) -> None:
    session = await shopper_with(storefront)
    answer = await order(storefront, session, 1)

    assert (answer.status_code, answer.json()["code"]) == (409, "total_changed")
    assert "cart" not in answer.json().get("extra", {})
    assert await placed(storefront) == []
    assert (await cart(storefront, session))["units"] == 1


@pytest.mark.parametrize("field", ["total_minor", "lines", "customer_id", "delivery_minor"])
async def test_a_field_that_checkout_does_not_know_is_refused(
    storefront: Storefront, field: str
) -> None:
    session = await shopper_with(storefront)
    answer = await order(storefront, session, 12_500 + COURIER_MINOR, **{field: 1})

    assert answer.status_code == 422
    assert await placed(storefront) == []


async def test_empty_fields_are_named_in_the_shoppers_language(storefront: Storefront) -> None:
    session = await shopper_with(storefront)
    answer = await order(
        storefront,
        session | {"accept-language": "uk"},
        12_500 + COURIER_MINOR,
        recipient="",
        phone="12",
        address=" ",
    )

    assert answer.status_code == 422
    errors = {error["pointer"]: error["detail"] for error in answer.json()["errors"]}
    assert set(errors) == {"/recipient", "/phone", "/address"}
    assert "+380501234567" in errors["/phone"]
    assert not any(detail.isascii() for detail in errors.values())
    assert await placed(storefront) == []


async def test_more_than_there_is_makes_no_order(storefront: Storefront) -> None:
    session = await shopper_with(storefront, 4)
    answer = await order(storefront, session, 4 * 12_500 + COURIER_MINOR)

    assert answer.status_code == 409
    assert await placed(storefront) == []


async def test_an_empty_cart_makes_no_order(storefront: Storefront) -> None:
    session = await storefront.sign_in()
    answer = await order(storefront, session, COURIER_MINOR)

    assert (answer.status_code, answer.json()["code"]) == (422, "order_empty")


@pytest.mark.parametrize("key", ["short", "x" * 300, "with space"])
async def test_an_attempt_needs_a_key(storefront: Storefront, key: str) -> None:
    session = await shopper_with(storefront)
    answer = await order(storefront, session, 12_500 + COURIER_MINOR, key=key)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_invalid")
    assert await placed(storefront) == []


async def test_a_guest_orders_and_finds_the_order_again(storefront: Storefront) -> None:
    variant_id = await storefront.stall.stock(3)
    await storefront.browse.post(f"{storefront.base}/api/session", json={})
    await put(storefront, {}, variant_id, 1)
    total = 12_500 + COURIER_MINOR
    answers = [await order(storefront, {}, total, key="guest-attempt-1") for _ in range(2)]
    own = await storefront.browse.get(f"{storefront.base}/api/orders")

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [card["code"] for card in own.json()["items"]] == [answers[0].json()["order_code"]]


async def test_two_orders_of_a_guest_at_once_are_no_failure(storefront: Storefront) -> None:
    variant_id = await storefront.stall.stock(3)
    await storefront.browse.post(f"{storefront.base}/api/session", json={})
    await put(storefront, {}, variant_id, 1)
    answers = await asyncio.gather(
        *(order(storefront, {}, 12_500 + COURIER_MINOR) for _ in range(4))
    )

    assert max(answer.status_code for answer in answers) < 500
    assert 200 in [answer.status_code for answer in answers]


async def test_a_card_is_paid_at_the_provider_and_the_order_says_when_it_is(
    storefront: Storefront,
) -> None:
    session = await shopper_with(storefront)
    answer = await order(storefront, session, 12_500 + COURIER_MINOR, payment="sandbox")
    address = f"{storefront.base}/api/orders/{answer.json()['order_code']}"
    waiting = (await storefront.browse.get(address, headers=session)).json()
    [made] = await all_orders(storefront)
    _, [payment], _ = await storefront.stall.look(made.id)
    storefront.stall.acquirer.succeed(storefront.stall.record_of(payment))
    await storefront.stall.work()
    paid = (await storefront.browse.get(address, headers=session)).json()

    assert answer.json()["redirect_url"] == payment.redirect_url
    assert (waiting["mood"], waiting["waiting"], waiting["can_pay"]) == ("waiting", True, True)
    assert (paid["mood"], paid["waiting"], paid["can_pay"]) == ("good", False, False)
    assert paid["name"].endswith("№ 1001")


async def test_a_paused_shop_takes_no_orders(storefront: Storefront) -> None:
    session = await shopper_with(storefront)
    await change(storefront, status=ShopStatus.PAUSED)
    answer = await order(storefront, session, 12_500 + COURIER_MINOR)

    assert (answer.status_code, answer.json()["code"]) == (409, "shop_paused")
    assert await placed(storefront) == []


async def test_the_last_address_is_there_next_time_for_that_person_alone(
    storefront: Storefront,
) -> None:
    session, stranger = await shopper_with(storefront), await storefront.sign_in(user=7)
    await order(storefront, session, 12_500 + COURIER_MINOR)
    contacts = [
        (await storefront.browse.get(f"{storefront.base}/api/contact", headers=headers)).json()
        for headers in (session, stranger)
    ]

    assert contacts == [
        {
            "recipient": "Ivan Franko",
            "phone": "+380441234567",
            "address": "Lviv, Rynok 1",
            "delivery": "courier",
            "payment": "cod",
        },
        {"recipient": "", "phone": "", "address": "", "delivery": "", "payment": ""},
    ]
