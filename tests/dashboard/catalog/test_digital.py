"""What a variant gives, in the dashboard: kinds, files, a pool of keys; what an order was given."""

from uuid import UUID

import pytest

from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.shop.catalog.models import Variant
from kram.shop.digital import queries
from kram.shop.digital.service import given_to
from kram.shop.digital.service.pool import free_keys
from kram.shop.orders.models import Order
from kram.shop.orders.service import mark_paid
from kram.tenants.models import Merchant, Role, Shop
from tests.factories.catalog import make_product
from tests.factories.dashboard import Browser, Dashboard, shown
from tests.factories.digital import free, make_card, make_pool, soon
from tests.factories.inventory import STAFF, stock_of
from tests.factories.orders import make_order
from tests.factories.tenants import make_member

pytestmark = pytest.mark.anyio

CANARY = "CANARY-1234-KEY"


async def page_of(db: Database, tenant: Tenant, path: str, stock: int = 0) -> tuple[str, UUID]:
    """The address of a new variant's page, and the variant."""
    async with db.tenant(tenant) as tx:
        product = await make_product(tx, title="Game", stock=stock)
    variant_id = product.variants[0].id
    return f"{path}/products/{product.id}/variants/{variant_id}/digital", variant_id


async def bought(db: Database, tenant: Tenant, variant_id: UUID) -> Order:
    async with db.tenant(tenant) as tx:
        order = await make_order(tx, lines={variant_id: 1}, pay_until=soon())
        await mark_paid(tx, order.id, STAFF)
    return order


async def test_a_variant_becomes_a_pool_and_is_filled(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    at, variant_id = await page_of(db, tenant, path)
    assert "Goods that are sent" in shown(await browser.get(at))
    assert "Key pool" in shown(await browser.send_on(at, {"kind": "keys"}))
    page = shown(await browser.send_on(f"{at}/keys", {"keys": f"{CANARY}\nB-2\n{CANARY}\n"}))
    assert "Keys added: 2. Known before: 1" in page
    assert CANARY not in page
    async with db.tenant_read(tenant) as tx:
        assert (await stock_of(tx, variant_id), await free(tx, variant_id)) == ((2, 0), 2)
        key_id = (await queries.free_keys(tx, variant_id, 1))[0].id
    assert "The key is withdrawn" in shown(await browser.send_on(f"{at}/keys/{key_id}/withdraw"))
    again = shown(await browser.send_on(f"{at}/keys/{key_id}/withdraw"))
    assert "There is no such key" in again


async def test_keys_come_in_a_file_too(
    browser: Browser, db: Database, tenant: Tenant, path: str, keys: KeyRing
) -> None:
    at, variant_id = await page_of(db, tenant, path)
    await browser.send_on(at, {"kind": "keys"})
    file = ("keys.txt", "\ufeffA-1\r\nA-2".encode(), "text/html")
    answer = await browser.send(f"{at}/keys", {"keys": "A-2"}, files={"file": file})
    assert answer.status_code == 303
    async with db.tenant_read(tenant) as tx:
        assert [key.ending for key in await free_keys(tx, keys, variant_id, 9)] == ["…2", "…1"]


async def test_a_refused_list_is_shown_again_as_it_was_typed(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    at, _ = await page_of(db, tenant, path)
    await browser.send_on(at, {"kind": "keys"})
    typed = "x" * 501
    answer = await browser.send(f"{at}/keys", {"keys": typed})
    assert (answer.status_code, typed in answer.text) == (422, True)
    empty = await browser.send(f"{at}/keys", {"keys": " "})
    assert (empty.status_code, "Give 1 to 10,000 keys" in shown(empty)) == (422, True)


async def test_terms_that_make_no_sense_stand_beside_their_field(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    at, variant_id = await page_of(db, tenant, path)
    fields = {"kind": "gift_card", "face_minor": "", "valid_days": "soon"}
    answer = await browser.send(at, fields)
    assert answer.status_code == 422
    assert "Enter an amount above zero" in shown(answer)
    assert 'value="soon"' in answer.text
    page = await browser.send_on(at, {**fields, "face_minor": "500,50", "valid_days": "365"})
    assert 'value="500.5' in page
    async with db.tenant_read(tenant) as tx:
        variant = await tx.get(Variant, variant_id)
    assert variant is not None
    assert variant.terms == {"face_minor": 50_050, "valid_days": 365}


async def test_units_on_the_shelf_keep_their_kind(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    at, _ = await page_of(db, tenant, path, stock=2)
    answer = await browser.send(at, {"kind": "keys"})
    assert (answer.status_code, "There are units of it" in shown(answer)) == (409, True)


async def test_files_are_stored_under_names_of_ours(
    browser: Browser, dashboard: Dashboard, db: Database, tenant: Tenant, path: str
) -> None:
    at, variant_id = await page_of(db, tenant, path)
    await browser.send_on(at, {"kind": "digital"})
    hostile = ("../../../etc/<b>x</b>.html", b"<script>alert(1)</script>", "text/html")
    await browser.send(f"{at}/files", files={"files": hostile})
    async with db.tenant_read(tenant) as tx:
        [file] = (await queries.files_of(tx, [variant_id]))[variant_id]
    assert file.name == "b>.html"
    assert file.key.startswith(f"private/digital/{tenant.id}/")
    assert await dashboard.services.storage.get(file.key) == hostile[1]
    assert "<b>x" not in (await browser.get(at)).text
    none = await browser.send(f"{at}/files", files={"files": ("empty.txt", b"", "text/plain")})
    assert none.status_code == 303
    removed = shown(await browser.send_on(f"{at}/files/{file.id}/remove"))
    assert "The file is removed" in removed


async def test_an_order_shows_what_it_gave_and_what_the_staff_does(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    at, variant_id = await page_of(db, tenant, path)
    await browser.send_on(at, {"kind": "keys"})
    await browser.send_on(f"{at}/keys", {"keys": f"{CANARY}\nZ-SECOND"})
    order = await bought(db, tenant, variant_id)
    here = f"{path}/orders/{order.code}"
    page = shown(await browser.get(here))
    assert "Licence key" in page
    assert "not seen yet" in page
    assert CANARY not in page
    async with db.tenant_read(tenant) as tx:
        [given] = await given_to(tx, order.id)
    opened = await browser.send(f"{here}/given/{given.id}/open")
    assert (opened.status_code, CANARY in opened.text) == (200, True)
    assert CANARY not in str(opened.headers)
    assert CANARY not in (await browser.get(here)).text
    assert "It was given anew" in shown(await browser.send_on(f"{here}/given/{given.id}/again"))
    assert "The shopper is told" in shown(await browser.send_on(f"{here}/given/tell"))
    async with db.tenant_read(tenant) as tx:
        [given] = await given_to(tx, order.id)
    ended = shown(await browser.send_on(f"{here}/given/{given.id}/revoke"))
    assert "The access is ended" in ended
    assert "Key read by the staff" in ended
    gone = shown(await browser.send_on(f"{here}/given/{given.id}/open"))
    assert "This is not part of the order any more" in gone


async def test_codes_are_for_those_who_may_issue_cards(
    dashboard: Dashboard, db: Database, shop: Shop, tenant: Tenant, path: str, keys: KeyRing
) -> None:
    async with db.platform() as tx:
        member: Merchant = await make_member(tx, shop, Role.SUPPORT)
    async with db.tenant(tenant) as tx:
        card, pool = await make_card(tx), await make_pool(tx, keys, 1)
        product_id = (await tx.get(Variant, pool)).product_id  # type: ignore[union-attr]
    order = await bought(db, tenant, card)
    async with db.tenant_read(tenant) as tx:
        [given] = await given_to(tx, order.id)
    async with dashboard.browser() as browser:
        await browser.enter(member.id)
        here = f"{path}/orders/{order.code}"
        assert f"{given.id}/open" not in (await browser.get(here)).text
        await browser.send(f"{here}/given/{given.id}/open")
        at = f"{path}/products/{product_id}/variants/{pool}/digital"
        for action in ("", "/keys", "/files"):
            assert (await browser.send(f"{at}{action}", {"kind": "goods"})).status_code == 403
    async with db.tenant_read(tenant) as tx:
        [given] = await given_to(tx, order.id)
    assert given.seen_at is None
