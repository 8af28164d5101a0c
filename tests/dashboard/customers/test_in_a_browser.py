"""Customers, segments and reviews under a thumb and at a keyboard."""

import pytest
from playwright.async_api import expect

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.shop.customers.models import Channel, Purpose
from kram.shop.customers.service import AddressDraft, add_address, add_note, set_consent
from kram.shop.reviews.rules import ReviewDraft
from kram.shop.reviews.service import write_review
from kram.tenants.models import Shop
from tests.dashboard.test_in_a_browser import (  # noqa: F401  (fixtures)
    Visit,
    address,
    bundle,
    chromium,
    email,
    visit,
)
from tests.factories.catalog import make_product
from tests.factories.inventory import STAFF
from tests.factories.orders import make_order
from tests.factories.people import make_person

pytestmark = pytest.mark.anyio


async def furnish(db: Database, tenant: Tenant) -> str:
    async with db.tenant(tenant) as tx:
        order = await make_order(tx)
        ivan = order.customer_id
        await make_person(tx, name="Леся Українка", tags=["vip", "опт"], spent_minor=1_234_500)
        draft = AddressDraft(recipient="Іван", phone="+380441234567", city="Львів", line="Ринок 1")
        await add_address(tx, ivan, draft)
        await add_note(tx, ivan, "Телефонувати після шостої", STAFF)
        await set_consent(
            tx,
            ivan,
            Channel.TELEGRAM,
            Purpose.MARKETING,
            granted=True,
            source="bot",
            actor=STAFF,
        )
        for title, body in (("Чашка", "Дивіться www.x"), ("Глек", "Чудовий глек"), ("Миска", "Ок")):
            product = await make_product(tx, title=title)
            person = await make_person(tx, name="Іван Франко")
            await write_review(tx, person.id, product.id, ReviewDraft(stars=4, body=body))
    return str(ivan)


async def test_people_are_looked_after(
    visit: Visit,  # noqa: F811
    db: Database,
    tenant: Tenant,
    shop: Shop,
    request: pytest.FixtureRequest,
) -> None:
    kind = request.node.callspec.params["visit"]
    ivan = await furnish(db, tenant)
    page, path = visit.page, f"/dashboard/{shop.slug}"
    await visit.go(f"{path}/customers")
    await visit.photograph(f"customers-{kind}")
    await page.get_by_role("searchbox").fill("Леся")
    await expect(page.locator("#rows tr")).to_have_count(1)
    await visit.go(f"{path}/customers/{ivan}")
    await visit.photograph(f"customer-{kind}")

    await visit.go(f"{path}/segments/build")
    await page.locator("#add").select_option("tag")
    await page.locator("button[name=more]").click()
    await page.locator("[name='tag.1']").fill("vip")
    await expect(page.locator("#count")).to_contain_text("Леся")
    await visit.photograph(f"segment-{kind}")
    await page.locator("#name").fill("VIP")
    await page.locator("button[name=save]").last.click()
    await page.wait_for_url("**/segments")
    await expect(page.locator("main")).to_contain_text("VIP")
    await visit.photograph(f"segments-{kind}")

    await visit.go(f"{path}/reviews")
    await expect(page.locator("[data-entry]")).to_have_count(3)
    await visit.photograph(f"reviews-{kind}")
    await page.keyboard.press("a")
    await expect(page.locator("[data-entry]")).to_have_count(2)
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.keyboard.press("r")
    await expect(page.locator("[data-entry]")).to_have_count(1)
    assert visit.complaints == []
