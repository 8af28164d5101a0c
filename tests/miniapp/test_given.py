"""Goods that are not sent, as the shopper meets them: cart, checkout, order's page, downloads."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest

from kram.shop.digital.tasks import FileStore
from kram.shop.digital.terms import Terms
from kram.shop.orders.queries import order_by_code
from kram.shop.orders.service import give as giving
from kram.shop.orders.service import mark_paid
from tests.factories.catalog import make_variant
from tests.factories.digital import make_card, make_digital, make_pool
from tests.factories.inventory import STAFF
from tests.factories.storefront import Storefront, order_words
from tests.miniapp.test_cart import Headers, put

pytestmark = pytest.mark.anyio

PRICE = 12_500


async def pool_of(storefront: Storefront, keys: int = 2) -> UUID:
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        return await make_pool(tx, storefront.services.keys, keys)


async def book(storefront: Storefront, content: bytes, **terms: int) -> UUID:
    tenant = storefront.stall.tenant
    async with storefront.stall.db.tenant(tenant) as tx:
        variant_id = await make_digital(tx, Terms(**terms))
    store = FileStore(storefront.stall.db, storefront.services.storage)
    await store.keep(tenant, variant_id, "Книга.html", len(content), BytesIO(content))
    return variant_id


async def place(storefront: Storefront, session: Headers, total: int, **words: Any) -> Any:
    headers = session | {"idempotency-key": "key-00000001", "accept-language": "en"}
    body = order_words(total, **{"payment": "sandbox", "address": "", **words})
    return await storefront.browse.post(
        f"{storefront.base}/api/checkout", json=body, headers=headers
    )


async def bought(storefront: Storefront, session: Headers, *variants: UUID) -> str:
    """The code of a paid order of one unit of each."""
    for variant_id in variants:
        await put(storefront, session, variant_id, 1)
    answer = await place(storefront, session, PRICE * len(variants), delivery="digital")
    assert answer.status_code == 200, answer.text
    code = str(answer.json()["order_code"])
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        order = await order_by_code(tx, code)
        assert order is not None
        await mark_paid(tx, order.id, STAFF)
    return code


async def read(storefront: Storefront, session: Headers, code: str) -> Any:
    answer = await storefront.browse.get(
        f"{storefront.base}/api/orders/{code}", headers=session | {"accept-language": "en"}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def ask(storefront: Storefront, session: Headers, path: str) -> Any:
    return await storefront.browse.post(f"{storefront.base}/api/orders/{path}", headers=session)


async def test_a_cart_of_keys_needs_no_address(storefront: Storefront) -> None:
    session = await storefront.sign_in()
    await put(storefront, session, await pool_of(storefront), 1)
    cart = await storefront.browse.get(
        f"{storefront.base}/api/cart?delivery=courier", headers=session
    )
    assert cart.json()["is_sent"] is False
    assert cart.json()["totals"]["total_minor"] == PRICE
    assert "delivery" not in [part["kind"] for part in cart.json()["totals"]["parts"]]
    answer = await place(storefront, session, PRICE, delivery="digital")
    assert answer.status_code == 200, answer.text


async def test_nothing_to_bring_is_nothing_to_collect_cash_for(storefront: Storefront) -> None:
    session = await storefront.sign_in()
    await put(storefront, session, await pool_of(storefront), 1)
    answer = await place(storefront, session, PRICE, delivery="digital", payment="cod")
    assert (answer.status_code, answer.json()["code"]) == (409, "pay_online_first")


async def test_what_has_to_be_sent_has_to_go_somewhere(storefront: Storefront) -> None:
    session = await storefront.sign_in()
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        mug = await make_variant(tx, stock=1)
    await put(storefront, session, mug, 1)
    answer = await place(storefront, session, PRICE, delivery="digital")
    assert (answer.status_code, answer.json()["code"]) == (422, "delivery_needed")


async def test_the_page_of_a_paid_order_shows_what_it_gave(storefront: Storefront) -> None:
    session = await storefront.sign_in()
    pool, file = await pool_of(storefront), await book(storefront, b"x" * 3000, downloads=2)
    code = await bought(storefront, session, pool, file)
    told = await read(storefront, session, code)
    assert told["headline"] == "Your purchase is ready"
    assert (told["final"], told["can_cancel"], told["address"]) == (True, False, "")
    key, files = told["given"]
    assert (key["kind"], key["seen"], key["ready"]) == ("key", False, True)
    assert [(each["name"], each["note"], each["can_load"]) for each in files["files"]] == [
        ("Книга.html", "3 KB · downloads left: 2", True)
    ]
    assert "KEY-" not in str(told)
    opened = await ask(storefront, session, f"{code}/given/{key['id']}/open")
    assert opened.json()["text"].startswith("KEY-")
    assert (await read(storefront, session, code))["given"][0]["seen"] is True


async def test_a_card_that_is_being_made_is_waited_for(storefront: Storefront) -> None:
    session = await storefront.sign_in()
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        card = await make_card(tx, 50_000)
    code = await bought(storefront, session, card)
    told = await read(storefront, session, code)
    assert (told["final"], told["given"][0]["ready"]) == (False, False)
    assert told["given"][0]["note"] == "₴500"
    answer = await ask(storefront, session, f"{code}/given/{told['given'][0]['id']}/open")
    assert (answer.status_code, answer.json()["code"]) == (409, "gift_card_pending")


async def test_a_file_comes_as_an_attachment_and_is_counted(storefront: Storefront) -> None:
    content = b"<script>alert(1)</script>" * 20_000
    session = await storefront.sign_in()
    code = await bought(storefront, session, await book(storefront, content, downloads=1))
    [files] = (await read(storefront, session, code))["given"]
    path = f"{code}/given/{files['id']}/files/{files['files'][0]['id']}"
    link = (await ask(storefront, session, path)).json()
    async with storefront.another_browser() as stranger:
        for _ in range(2):  # the second look does not count: it is the same download
            answer = await stranger.get(link["url"])
            assert (answer.status_code, answer.content) == (200, content)
    headers = answer.headers
    assert headers["content-type"] == "application/octet-stream"
    assert headers["content-disposition"].startswith("attachment; filename*=UTF-8''%D0")
    assert headers["content-length"] == str(len(content))
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]
    assert headers["cache-control"] == "private, no-store"
    assert headers["access-control-allow-origin"] == "https://web.telegram.org"
    again = (await ask(storefront, session, path)).json()
    assert (await storefront.browse.get(again["url"])).status_code == 409


async def test_links_end_and_are_not_forged(storefront: Storefront) -> None:
    session = await storefront.sign_in()
    code = await bought(storefront, session, await book(storefront, b"x"))
    [files] = (await read(storefront, session, code))["given"]
    path = f"{code}/given/{files['id']}/files/{files['files'][0]['id']}"
    url = str((await ask(storefront, session, path)).json()["url"])
    forged = [f"{url[:-4]}AAAA", f"{storefront.base}/files/x", f"{storefront.base}/files/%2e%2e"]
    for each in forged:
        assert (await storefront.browse.get(each)).status_code in (404, 410)
    storefront.clock.ahead = timedelta(minutes=16)
    late = await storefront.browse.get(url)
    assert late.status_code == 410
    assert late.headers["content-type"].startswith("text/html")


async def test_another_persons_goods_do_not_exist(
    storefront: Storefront, other_storefront: Storefront
) -> None:
    session, stranger = await storefront.sign_in(), await storefront.sign_in(user=43)
    code = await bought(
        storefront, session, await pool_of(storefront), await book(storefront, b"x")
    )
    key, files = (await read(storefront, session, code))["given"]
    file_path = f"{code}/given/{files['id']}/files/{files['files'][0]['id']}"
    for path in (f"{code}/given/{key['id']}/open", file_path):
        assert (await ask(storefront, stranger, path)).status_code == 404
    url = str((await ask(storefront, session, file_path)).json()["url"])
    elsewhere = url.replace(storefront.base, other_storefront.base)
    assert (await other_storefront.browse.get(elsewhere)).status_code == 410
    # Nobody but the owner has read it.
    assert (await read(storefront, session, code))["given"][0]["seen"] is False


async def test_what_was_taken_back_is_gone_at_once(storefront: Storefront) -> None:
    session = await storefront.sign_in()
    code = await bought(storefront, session, await book(storefront, b"x"))
    [files] = (await read(storefront, session, code))["given"]
    path = f"{code}/given/{files['id']}/files/{files['files'][0]['id']}"
    url = (await ask(storefront, session, path)).json()["url"]
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        order = await order_by_code(tx, code)
        assert order is not None
        await giving.revoke(tx, order.id, STAFF)
    assert (await storefront.browse.get(url)).status_code == 404
    assert (await read(storefront, session, code))["given"] == []
    assert (await ask(storefront, session, path)).status_code == 404
