"""The order's desk: parcels, notes, edits, returns, drafts and papers, by forms alone."""

import re

import pytest

from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.shop.orders.models import Order
from kram.shop.orders.queries import order_by_code, orders_page
from kram.shop.orders.service import accept
from kram.shop.orders.settings import order_settings
from kram.shop.orders.track import TrackLinks
from kram.shop.returns.photos import new_photo_key
from kram.shop.returns.queries import returns_of
from tests.factories.catalog import make_product
from tests.factories.dashboard import Browser, shown
from tests.factories.inventory import STAFF, stock_of
from tests.factories.orders import make_order
from tests.factories.people import make_person
from tests.factories.returns import ask_back, delivered_order
from tests.statements import statements

pytestmark = pytest.mark.anyio


async def accepted(db: Database, tenant: Tenant, units: int = 3) -> tuple[Order, str]:
    async with db.tenant(tenant) as tx:
        product = await make_product(tx, sku="KETTLE", price_minor=10_000, stock=10)
        order = await make_order(tx, lines={product.variants[0].id: units})
        line = str(order.lines[0].id)
        await accept(tx, order.id, STAFF)
    return order, line


async def reread(db: Database, tenant: Tenant, code: str) -> Order:
    async with db.tenant_read(tenant) as tx:
        order = await order_by_code(tx, code)
    assert order is not None
    return order


async def test_an_order_is_packed_and_sent_in_parts(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    order, line = await accepted(db, tenant)
    at = f"{path}/orders/{order.code}"
    page = shown(await browser.send_on(f"{at}/parcels", {f"units.{line}": "2", "carrier": "Nova"}))
    assert "Parcel packed" in page
    [parcel] = (await reread(db, tenant, order.code)).parcels
    page = shown(await browser.send_on(f"{at}/parcels/{parcel.id}/ship", {"number": "42"}))
    assert "Partly shipped" in page
    assert "Cancel the rest" in page
    await browser.send_on(f"{at}/cancel-rest", {"reason": "sold out", "write_off": "1"})
    await browser.send_on(f"{at}/parcels/{parcel.id}/deliver")
    done = await reread(db, tenant, order.code)
    assert (done.status, done.cancelled_minor) == ("delivered", 10_000)
    slip = await browser.get(f"{at}/parcels/{parcel.id}/slip.pdf")
    assert slip.content[:5] == b"%PDF-"


async def test_too_much_for_a_parcel_is_said_and_nothing_happens(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    order, line = await accepted(db, tenant)
    for typed in ("4", "", "x", "-1", "９"):
        page = shown(
            await browser.send_on(f"{path}/orders/{order.code}/parcels", {f"units.{line}": typed})
        )
        assert "Parcel packed" not in page
    assert (await reread(db, tenant, order.code)).parcels == []


async def test_the_page_has_the_link_that_its_customer_opens(
    browser: Browser, db: Database, tenant: Tenant, keys: KeyRing, path: str
) -> None:
    order, _ = await accepted(db, tenant)
    token = TrackLinks(keys).token(tenant.id, order.code)
    assert f"/track/{token}" in (await browser.get(f"{path}/orders/{order.code}")).text


async def test_notes_and_tags_and_finding_by_them(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    order, _ = await accepted(db, tenant)
    at = f"{path}/orders/{order.code}"
    assert "call first" in shown(await browser.send_on(f"{at}/notes", {"note": "call first"}))
    await browser.send_on(f"{at}/tags", {"tags": "VIP, gift"})
    assert (await reread(db, tenant, order.code)).tags == ["gift", "vip"]
    for query, found in (
        ("tag=vip", True),
        ("tag=other", False),
        ("q=franko&payment=unpaid", True),
        ("payment=paid", False),
        ("since=2000-01-01&until=9999-12-31", True),
        ("until=2000-01-01", False),
        ("since=nonsense&until=0000", True),
    ):
        page = shown(await browser.get(f"{path}/orders?{query}"))
        assert ("Ivan Franko" in page) is found, query


async def test_an_order_is_edited_and_a_stale_page_is_refused(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    order, line = await accepted(db, tenant)
    at = f"{path}/orders/{order.code}/edit"
    assert "Save the changes" in shown(await browser.get(at))
    sent = {
        "version": "1",
        f"units.{line}": "1",
        "sku.0": "KETTLE",
        "new_units.0": "1",
        "recipient": "Lesia",
        "phone": "+380501112233",
        "address": "Kyiv",
        "comment": "",
    }
    assert "Order changed" in shown(await browser.send_on(at, sent))
    edited = await reread(db, tenant, order.code)
    assert (edited.recipient, edited.subtotal_minor, edited.version) == ("Lesia", 20_000, 2)
    page = shown(await browser.send(at, sent))
    assert "Somebody has just changed this order" in page
    page = shown(await browser.send(at, {**sent, "version": "2", "sku.0": "NONE"}))
    assert "There are no goods with the SKU NONE" in page


async def test_a_return_goes_its_way(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        order, (line,), (variant,) = await delivered_order(tx)
        back = await ask_back(tx, order.id, {line: 2})
        back.photos = [new_photo_key(tenant.id)]
    assert back.code in shown(await browser.get(f"{path}/returns"))
    at = f"{path}/returns/{back.code}"
    page = shown(await browser.get(at))
    assert "too small" in page
    assert "photos/0" in (await browser.get(at)).text
    for number in (0, 1):  # its file is gone, and there is no second
        assert (await browser.get(f"{at}/photos/{number}")).status_code == 404
    await browser.send_on(f"{at}/approve", {"answer": "Send it to Lviv"})
    came = {f"came.{line}": "1", f"condition.{line}": "used", f"restock.{line}": "1"}
    assert "goes back to the customer" in shown(await browser.send_on(f"{at}/receive", came))
    page = shown(await browser.send_on(f"{at}/close", {"delivery": "1"}))
    assert "₴170" in page
    async with db.tenant_read(tenant) as tx:
        assert await stock_of(tx, variant) == (8, 0)
    await browser.send_on(
        f"{path}/orders/{order.code}/returns", {f"units.{line}": "1", "reason": "defective"}
    )
    async with db.tenant_read(tenant) as tx:
        states = [each.state for each in await returns_of(tx, order.id)]
    assert states == ["closed", "approved"]


async def test_an_order_is_written_up_and_paid_in_cash(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        await make_product(tx, sku="KETTLE", price_minor=10_000, stock=10)
    assert "No drafts" in shown(await browser.get(f"{path}/drafts"))
    opened = shown(await browser.send_on(f"{path}/drafts"))
    found = re.search(r"Draft ([0-9A-Z]{10})", opened)
    assert found is not None
    at = f"{path}/drafts/{found[1]}"
    sent = {
        "version": "1",
        "sku.0": "KETTLE",
        "new_units.0": "2",
        "recipient": "Lesia",
        "phone": "+380501112233",
        "delivery_method": "pickup",
        "discount": "5",
        "discount_reason": "old friend",
    }
    assert "₴195" in shown(await browser.send_on(at, sent))
    assert "Somebody has just changed this draft" in shown(await browser.send(at, sent))
    page = shown(await browser.send_on(f"{at}/place", {"payment": "cash"}))
    assert "Order 1001" in page
    assert "Paid" in page


async def test_an_invoice_waits_for_the_seller(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    order, _ = await accepted(db, tenant)
    at = f"{path}/orders/{order.code}"
    assert "First write in the settings" in shown(await browser.send_on(f"{at}/invoice"))
    terms = {"return_days": "30", "invoice_series": "kv", "seller.legal_name": "ФОП Квітка"}
    await browser.send_on(f"{path}/order-terms", terms)
    async with db.tenant_read(tenant) as tx:
        assert (await order_settings(tx)).return_days == 30
    assert "KV-000001" in shown(await browser.send_on(f"{at}/invoice"))
    assert (await browser.get(f"{at}/invoice.pdf")).content[:5] == b"%PDF-"
    page = shown(await browser.send(f"{path}/order-terms", {**terms, "return_days": "999"}))
    assert "Enter 0 to 365 days" in page


async def test_the_orders_page_takes_the_same_statements_for_many_parcels(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    order, line = await accepted(db, tenant, 6)
    counts = set()
    for units in ("1", "2", "3"):
        await browser.send_on(f"{path}/orders/{order.code}/parcels", {f"units.{line}": units})
        with statements(db) as sent:
            await browser.get(f"{path}/orders/{order.code}")
        counts.add(len(sent))
    assert len(counts) == 1


async def test_what_came_back_is_exchanged_for_other_goods(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        order, (line,), _ = await delivered_order(tx)
        await make_product(tx, sku="KETTLE", price_minor=12_000, stock=10)
        back = await ask_back(tx, order.id, {line: 2}, STAFF)
    at = f"{path}/returns/{back.code}"
    early = await browser.send(f"{at}/exchange", {"sku.0": "KETTLE"})
    assert early.status_code == 409, "nothing has come back yet"
    await browser.send_on(f"{at}/receive", {f"came.{line}": "2", f"restock.{line}": "1"})
    assert "What came back, ₴200, pays for a new order" in shown(await browser.get(at))
    for typed, said in (
        ({"sku.0": "NOBODY"}, "There are no goods with the SKU NOBODY"),
        ({"sku.0": ""}, "Name what is sent instead"),
    ):
        refused = await browser.send(f"{at}/exchange", typed)
        assert refused.status_code == 422
        assert said in shown(refused)
        assert 'id="sku-error"' in refused.text
    sent = {"sku.0": "KETTLE", "new_units.0": "2"}
    draft = shown(await browser.send_on(f"{at}/exchange", sent))
    assert "Look the new order over and place it" in draft
    assert "₴40" in draft, "240.00 less the 200.00 that came back"
    assert f"The goods of return {back.code} pay up to ₴200 of the new ones." in draft
    assert "₴200 for the returned goods goes back to the customer." in draft
    assert "so nothing is lost" not in draft
    again = await browser.send(f"{at}/exchange", sent)
    assert again.status_code == 409
    page = shown(await browser.get(at))
    assert "Exchanged: the new order" in page
    assert "Counted for what came back: ₴200" in page


async def test_a_return_of_everything_is_shown_after_it_is_closed(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        order, (line,), _ = await delivered_order(tx)
        back = await ask_back(tx, order.id, {line: 3}, STAFF)
    at = f"{path}/returns/{back.code}"
    await browser.send_on(f"{at}/receive", {f"came.{line}": "3"})
    assert "Given back: ₴300" in shown(await browser.send_on(f"{at}/close"))


async def test_the_staff_says_whose_order_it_is(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        await make_product(tx, sku="KETTLE", price_minor=10_000, stock=10)
        olena = await make_person(tx, name="Olena", phone="+380501112233")
        await make_person(tx, name="Another", phone="+380671112233")
    opened = await browser.send(f"{path}/drafts")
    at = opened.headers["location"]
    sent = {"version": "1", "sku.0": "KETTLE", "recipient": "O.", "phone": "+38 050 111-22-33"}
    page = (await browser.send_on(at, sent)).split('id="customer_id"')[1].split("</select>")[0]
    assert "Olena · +380501112233 · 0 orders" in page
    assert "Another" not in page
    assert "selected" not in page, "nobody is taken for another by a number that anybody can type"
    told = {**sent, "version": "2", "customer_id": str(olena.id)}
    await browser.send_on(at, told)
    await browser.send_on(f"{at}/place", {"payment": "on_delivery"})
    async with db.tenant_read(tenant) as tx:
        [order] = (await orders_page(tx)).items
    assert order.customer_id == olena.id


async def test_the_page_of_a_return_tells_what_an_earlier_one_paid(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        order, (line,), _ = await delivered_order(tx)
        back = await ask_back(tx, order.id, {line: 1}, STAFF)
        stored = await tx.get(Order, order.id)
        assert stored is not None
        credit = {"return_id": str(back.id), "code": "EARLIER", "amount_minor": 5, "of_minor": 5}
        stored.pricing = {**stored.pricing, "credit": credit}
    at = f"{path}/returns/{back.code}"
    page = shown(await browser.send_on(f"{at}/receive", {f"came.{line}": "1"}))
    assert "Return EARLIER paid for these goods too: that part goes back besides." in page
