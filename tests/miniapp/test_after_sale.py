"""After an order has come: goods are given back or bought again, by their own shopper alone."""

from typing import Any

import pytest

from kram.shop.orders import service
from kram.shop.orders.queries import lines_of
from kram.shop.returns.queries import returns_of
from tests.factories.inventory import STAFF
from tests.factories.storefront import Storefront
from tests.miniapp.test_cart import Headers
from tests.miniapp.test_checkout import all_orders, shopper_with
from tests.miniapp.test_orders import make, read

pytestmark = pytest.mark.anyio


async def delivered(storefront: Storefront, session: Headers) -> tuple[str, str]:
    """The code of an order that has come, and its line."""
    code = await make(storefront, session)
    [made] = await all_orders(storefront)
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        await service.accept(tx, made.id, STAFF)
        await service.ship(tx, made.id, STAFF, "20450001")
        await service.deliver(tx, made.id, STAFF)
        [line] = await lines_of(tx, made.id)
    return code, str(line.id)


async def post(storefront: Storefront, session: Headers, path: str, body: Any = None) -> Any:
    return await storefront.browse.post(
        f"{storefront.base}/api/orders/{path}", headers=session, json=body
    )


async def test_goods_are_given_back_once(storefront: Storefront) -> None:
    session = await shopper_with(storefront)
    code, line = await delivered(storefront, session)
    told = await read(storefront, session, code)
    assert told["returnable"] == [{"line_id": line, "title": "Kettle", "left": 1}]
    assert [parcel["tracking"] for parcel in told["parcels"]] == ["20450001"]
    wish = {"lines": [{"line_id": line, "quantity": 1}], "reason": "does_not_fit", "comment": "big"}
    asked = await post(storefront, session, f"{code}/returns", wish)
    assert asked.json()["returnable"] == []
    told = await read(storefront, session, code)
    assert told["steps"][-1]["name"] == "Return asked for"
    again = await post(storefront, session, f"{code}/returns", wish)
    assert (again.status_code, again.json()["code"]) == (409, "return_too_large")
    [made] = await all_orders(storefront)
    async with storefront.stall.db.tenant_read(storefront.stall.tenant) as tx:
        [back] = await returns_of(tx, made.id)
    assert (back.state, back.comment, back.by_staff) == ("requested", "big", False)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"lines": [], "reason": "other"},
        {"lines": [{"line_id": "x", "quantity": 1}], "reason": "other"},
        {"lines": [{"line_id": "01a1fef1-c8f4-72f4-87c3-586bef5c2463", "quantity": 0}]},
        {
            "lines": [{"line_id": "01a1fef1-c8f4-72f4-87c3-586bef5c2463", "quantity": 1}],
            "reason": "spite",
        },
    ],
)
async def test_a_wish_that_makes_no_sense_is_refused(storefront: Storefront, body: Any) -> None:
    session = await shopper_with(storefront)
    code, _ = await delivered(storefront, session)
    answer = await post(storefront, session, f"{code}/returns", body)
    assert answer.status_code in (400, 422)


async def test_another_shopper_gives_nothing_back_and_repeats_nothing(
    storefront: Storefront,
) -> None:
    session = await shopper_with(storefront)
    code, line = await delivered(storefront, session)
    stranger = await storefront.sign_in(user=43)
    wish = {"lines": [{"line_id": line, "quantity": 1}], "reason": "other"}
    for path, body in ((f"{code}/returns", wish), (f"{code}/repeat", None)):
        answer = await post(storefront, stranger, path, body)
        assert (answer.status_code, answer.json()["code"]) == (404, "order_not_found")


async def test_an_order_is_put_into_the_cart_again(storefront: Storefront) -> None:
    session = await shopper_with(storefront)
    code, _ = await delivered(storefront, session)
    repeated = await post(storefront, session, f"{code}/repeat")
    assert (repeated.status_code, repeated.json()) == (200, {"missing": []})
    cart = await storefront.browse.get(f"{storefront.base}/api/cart", headers=session)
    assert [line["quantity"] for line in cart.json()["lines"]] == [1]


async def test_whose_money_is_back_is_asked_for_nothing(storefront: Storefront) -> None:
    session = await shopper_with(storefront)
    code, _ = await delivered(storefront, session)
    [made] = await all_orders(storefront)
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        await service.mark_paid(tx, made.id, STAFF)
        await service.mark_refunded(tx, made.id)
    told = await read(storefront, session, code)
    assert (told["mood"], told["headline"]) == ("bad", "Your money has been returned")
    assert (told["returnable"], told["to_pay"]) == ([], "₴0")
