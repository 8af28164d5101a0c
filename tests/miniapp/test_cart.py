"""The cart's addresses: what they keep, and what they never believe."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from redis.exceptions import ConnectionError as ValkeyAway

from kram.kit.ids import new_id
from kram.shop.catalog.service import archive_product
from kram.tenants.models import ShopStatus
from tests.factories.catalog import make_product
from tests.factories.storefront import Storefront
from tests.miniapp.test_pages import change, set_price

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
NOTHING = {
    "parts": [],
    "total_minor": 0,
    "to_pay_minor": 0,
    "codes": [],
    "gift_card": "",
    "gift_card_note": "",
    "points": None,
    "hint": "",
}
EMPTY = {
    "lines": [],
    "units": 0,
    "subtotal_minor": 0,
    "problem": "",
    "totals": NOTHING,
    "aside": [],
    "known": False,
    "is_sent": True,
}


async def put(
    storefront: Storefront, headers: Headers, variant_id: UUID, quantity: Any, **more: Any
) -> httpx.Response:
    return await storefront.browse.put(
        f"{storefront.base}/api/cart/lines/{variant_id}",
        json={"quantity": quantity, **more},
        headers=headers,
    )


async def cart(storefront: Storefront, headers: Headers) -> Any:
    answer = await storefront.browse.get(f"{storefront.base}/api/cart", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_empty_cart(storefront: Storefront) -> None:
    session = await storefront.sign_in()

    assert await cart(storefront, session) == EMPTY


async def test_a_line_is_set_counted_and_taken_out(storefront: Storefront) -> None:
    variant_id = await storefront.stall.stock(5, price_minor=12_500)
    session = await storefront.sign_in()
    two = (await put(storefront, session, variant_id, 2)).json()
    none = (await put(storefront, session, variant_id, 0)).json()

    [line] = two["lines"]
    picture = line.pop("picture")
    assert picture["src"].startswith("data:image/svg+xml,")
    assert line == {
        "key": str(variant_id),
        "variant_id": str(variant_id),
        "design": "",
        "slug": "kettle",
        "title": "Kettle",
        "variant_title": "",
        "price_minor": 12_500,
        "quantity": 2,
        "left": 5,
        "total_minor": 25_000,
        "notes": [],
    }
    assert (two["units"], two["subtotal_minor"]) == (2, 25_000)
    assert none == EMPTY | {"known": True}


async def test_a_sum_that_no_order_can_hold_is_told_in_the_cart(storefront: Storefront) -> None:
    variant_id = await storefront.stall.stock(200, price_minor=10**13)
    session = await storefront.sign_in() | {"accept-language": "en"}
    most = (await put(storefront, session, variant_id, 99)).json()
    more = (await put(storefront, session, variant_id, 100)).json()

    assert most["problem"] == ""
    assert (more["subtotal_minor"], more["problem"]) == (
        10**15,
        "Too large a sum for one order: lower a quantity, or order in parts",
    )


async def test_a_price_from_the_browser_is_not_believed(storefront: Storefront) -> None:
    variant_id = await storefront.stall.stock(5, price_minor=12_500)
    session = await storefront.sign_in()
    answer = await put(storefront, session, variant_id, 1, price_minor=1, total_minor=1, price=1)

    assert answer.json()["subtotal_minor"] == 12_500


async def test_the_cart_is_the_same_on_two_devices_and_no_other_persons(
    storefront: Storefront,
) -> None:
    variant_id = await storefront.stall.stock(5)
    phone, desk = await storefront.sign_in(user=42), await storefront.sign_in(user=42)
    stranger = await storefront.sign_in(user=7)
    await put(storefront, phone, variant_id, 3)

    assert (await cart(storefront, desk))["units"] == 3
    assert (await cart(storefront, stranger))["units"] == 0


async def test_guests_have_carts_of_their_own(storefront: Storefront) -> None:
    variant_id = await storefront.stall.stock(5)
    async with storefront.another_browser() as guest, storefront.another_browser() as other:
        for browser in (guest, other):
            await browser.post(f"{storefront.base}/api/session", json={})
        line = f"{storefront.base}/api/cart/lines/{variant_id}"
        await guest.put(line, json={"quantity": 2})
        units = [
            (await browser.get(f"{storefront.base}/api/cart")).json()["units"]
            for browser in (guest, other)
        ]

    assert units == [2, 0]


async def test_goods_of_another_shop_cannot_be_put_in(
    storefront: Storefront, other_storefront: Storefront
) -> None:
    foreign = await other_storefront.stall.stock(5)
    session = await storefront.sign_in()
    answer = await put(storefront, session, foreign, 1)

    assert (answer.status_code, answer.json()["code"]) == (409, "goods_gone")
    assert (await cart(storefront, session))["units"] == 0


@pytest.mark.parametrize("quantity", [-1, 1000, 1.5, "two", None, 10**30])
async def test_quantities_that_make_no_sense_are_refused(
    storefront: Storefront, quantity: Any
) -> None:
    variant_id = await storefront.stall.stock(5)
    session = await storefront.sign_in()
    answer = await put(storefront, session, variant_id, quantity)

    assert answer.status_code == 422
    assert (await cart(storefront, session))["units"] == 0


async def test_what_changed_is_told_until_it_was_seen(storefront: Storefront) -> None:
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        dearer = await make_product(tx, title="Kettle", price_minor=10_000, stock=5)
        fewer = await make_product(tx, title="Spoon", price_minor=1_000, stock=2)
        gone = await make_product(tx, title="Samovar", price_minor=9_000, stock=1)
    session = await storefront.sign_in() | {"accept-language": "en"}
    for product, quantity in ((dearer, 1), (fewer, 5), (gone, 1)):
        await put(storefront, session, product.variants[0].id, quantity)
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        await set_price(tx, dearer, 12_000)
        await archive_product(tx, gone.id)
    told, again = await cart(storefront, session), await cart(storefront, session)
    settled = await storefront.browse.post(f"{storefront.base}/api/cart/settle", headers=session)

    assert told == again
    assert {line["title"]: (line["quantity"], line["notes"]) for line in told["lines"]} == {
        "Kettle": (1, ["The price went up from ₴100 to ₴120"]),
        "Spoon": (2, ["Only 2 left"]),
        "Samovar": (0, ["No longer sold"]),
    }
    assert told["subtotal_minor"] == 14_000
    assert {line["title"]: line["notes"] for line in settled.json()["lines"]} == {
        "Kettle": [],
        "Spoon": [],
    }
    assert await cart(storefront, session) == settled.json()


async def test_a_paused_shop_takes_nothing_into_carts(storefront: Storefront) -> None:
    variant_id = await storefront.stall.stock(5)
    session = await storefront.sign_in()
    await change(storefront, status=ShopStatus.PAUSED)
    answer = await put(storefront, session, variant_id, 1)

    assert (answer.status_code, answer.json()["code"]) == (409, "shop_paused")
    assert (await cart(storefront, session))["units"] == 0


async def test_a_cart_is_cleared(storefront: Storefront) -> None:
    variant_id = await storefront.stall.stock(5)
    session = await storefront.sign_in()
    await put(storefront, session, variant_id, 2)
    answer = await storefront.browse.delete(f"{storefront.base}/api/cart", headers=session)

    assert (answer.status_code, answer.json()["units"]) == (200, 0)


async def test_without_valkey_the_cart_says_try_again(
    storefront: Storefront, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await storefront.sign_in() | {"accept-language": "en"}

    async def away(*_: object) -> None:
        raise ValkeyAway

    monkeypatch.setattr(type(storefront.stall.carts), "get", away)
    answer = await storefront.browse.get(f"{storefront.base}/api/cart", headers=session)

    assert (answer.status_code, answer.json()["code"]) == (503, "cart_unreachable")
    assert answer.headers["retry-after"] == "1"
    assert answer.json()["title"] == "The cart does not answer: try again in a moment"


async def test_an_unknown_variant_is_refused(storefront: Storefront) -> None:
    session = await storefront.sign_in()

    assert (await put(storefront, session, new_id(), 1)).status_code == 409
    nonsense = await storefront.browse.put(
        f"{storefront.base}/api/cart/lines/nonsense", json={"quantity": 1}, headers=session
    )
    assert nonsense.status_code == 422


async def test_a_line_is_put_aside_and_taken_back_with_what_changed(
    storefront: Storefront,
) -> None:
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        kettle = await make_product(tx, stock=5)
    variant_id = kettle.variants[0].id
    session = await storefront.sign_in() | {"accept-language": "en"}
    await put(storefront, session, variant_id, 2)
    gone_aside = (await put(storefront, session, variant_id, 2, aside=True)).json()
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        await set_price(tx, kettle, 10_000)
    later = await cart(storefront, session)
    back = (await put(storefront, session, variant_id, 2)).json()

    assert (gone_aside["units"], gone_aside["subtotal_minor"], gone_aside["lines"]) == (0, 0, [])
    [line] = later["aside"]
    assert (line["quantity"], line["price_minor"]) == (2, 10_000)
    assert line["notes"] == ["The price went down from ₴125 to ₴100"]
    assert (back["units"], back["subtotal_minor"], back["aside"]) == (2, 20_000, [])


async def test_an_old_wish_from_an_offline_phone_does_not_undo_a_later_one(
    storefront: Storefront,
) -> None:
    variant_id = await storefront.stall.stock(9)
    session = await storefront.sign_in()
    await put(storefront, session, variant_id, 2)
    late = (await put(storefront, session, variant_id, 7, age_ms=3_600_000)).json()
    hasty = (await put(storefront, session, variant_id, 3, age_ms=900)).json()

    assert (late["units"], hasty["units"]) == (2, 3)


@pytest.mark.parametrize(
    "more", [{"age_ms": -1}, {"age_ms": 10**12}, {"age_ms": "x"}, {"aside": "perhaps"}]
)
async def test_a_wish_that_makes_no_sense_changes_nothing(
    storefront: Storefront, more: dict[str, Any]
) -> None:
    variant_id = await storefront.stall.stock(5)
    session = await storefront.sign_in()
    answer = await put(storefront, session, variant_id, 1, **more)

    assert answer.status_code in (400, 422)
    assert (await cart(storefront, session))["units"] == 0


async def test_a_lost_cart_is_told_from_an_emptied_one(storefront: Storefront) -> None:
    variant_id = await storefront.stall.stock(5)
    session = await storefront.sign_in()
    await put(storefront, session, variant_id, 1)
    address = f"{storefront.base}/api/cart"
    emptied = (await storefront.browse.delete(address, headers=session)).json()
    await storefront.services.redis.flushdb()

    assert emptied["known"] is True
    assert (await cart(storefront, session))["known"] is False
