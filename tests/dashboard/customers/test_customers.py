"""Customers, segments and reviews as the staff sees them."""

from typing import Any
from uuid import UUID

import pytest

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.shop.customers.models import Customer
from kram.shop.reviews.models import Review, ReviewState
from kram.shop.reviews.rules import ReviewDraft
from kram.shop.reviews.service import write_review
from kram.shop.segments import queries
from kram.tenants.models import Role, Shop
from tests.factories.catalog import make_product
from tests.factories.dashboard import Browser, Dashboard, shown
from tests.factories.orders import make_order
from tests.factories.people import make_person
from tests.factories.tenants import make_member
from tests.statements import statements

pytestmark = pytest.mark.anyio


async def person(db: Database, tenant: Tenant, **values: Any) -> Customer:
    async with db.tenant(tenant) as tx:
        return await make_person(tx, **values)


async def reread(db: Database, tenant: Tenant, customer_id: UUID) -> Customer:
    async with db.tenant_read(tenant) as tx:
        found = await tx.get(Customer, customer_id)
    assert found is not None
    return found


async def test_the_list_is_found_by_words_tags_and_segments(
    browser: Browser, db: Database, tenant: Tenant, other_tenant: Tenant, path: str
) -> None:
    assert "No customers yet" in shown(await browser.get(f"{path}/customers"))
    await person(db, other_tenant, name="Stranger")
    await person(db, tenant, name="Ivan", tags=["vip"], phone="+380441234567")
    await person(db, tenant, name="<b>Lesia</b>", spent_minor=12_300)
    page = shown(await browser.get(f"{path}/customers"))
    assert "Ivan" in page
    assert "<b>Lesia</b>" in page
    assert "Stranger" not in page
    assert "2 customers" in page
    for query in ("q=ivan", "tag=vip", "q=4412345"):
        found = shown(await browser.get(f"{path}/customers?{query}"))
        assert ("1 customer" in found, "Lesia" in found) == (True, False)
    assert "Nobody found" in shown(await browser.get(f"{path}/customers?q=nobody"))
    assert (await browser.get(f"{path}/customers?segment=nothing")).status_code == 200


async def test_list_and_page_cost_the_same_for_one_and_for_many(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    counts = []
    for more in (1, 60):
        for _ in range(more):
            one = await person(db, tenant)
        async with db.tenant(tenant) as tx:
            for _ in range(min(more, 5)):
                await make_order(tx, customer_id=one.id)
        with statements(db) as listed:
            await browser.get(f"{path}/customers")
        with statements(db) as profile:
            await browser.get(f"{path}/customers/{one.id}")
        counts.append((len(listed), len(profile)))
    assert counts[0] == counts[1]


async def test_a_customer_is_changed_noted_tagged_and_grouped(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    ivan = await person(db, tenant)
    page = f"{path}/customers/{ivan.id}"
    assert "Likes blue" in await browser.send_on(f"{page}/notes", {"body": "Likes blue"})
    assert "vip" in await browser.send_on(f"{page}/tags", {"add": "VIP, Опт"})
    assert "Wholesale" in await browser.send_on(f"{page}/groups", {"new": "Wholesale"})
    await browser.send_on(f"{page}/profile", {"name": "Lesia", "phone": "+380441234567"})
    changed = await reread(db, tenant, ivan.id)
    assert (changed.name, changed.tags, len(changed.group_ids)) == ("Lesia", ["vip", "опт"], 1)
    refused = await browser.send_on(f"{page}/profile", {"name": "L", "phone": "12"})
    assert "+380501234567" in refused
    assert (await reread(db, tenant, ivan.id)).name == "Lesia"


async def test_a_person_is_held_and_erased(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        order = await make_order(tx)
    ivan = await person(db, tenant)
    page = f"{path}/customers/{ivan.id}"
    await browser.send_on(f"{page}/hold", {"reason": "A dispute"})
    assert "forbade to erase" in shown(await browser.send_on(f"{page}/erase"))
    await browser.send_on(f"{page}/hold", {"reason": ""})
    assert "being prepared" in shown(await browser.send_on(f"{page}/export"))
    assert "was erased" in shown(await browser.send_on(f"{page}/erase", {"keeps_reviews": "1"}))
    assert (await reread(db, tenant, ivan.id)).erased_at is not None
    buyer = f"{path}/customers/{order.customer_id}"
    assert str(order.number) in shown(await browser.send_on(f"{buyer}/erase"))
    other = await person(db, tenant)
    joined = await browser.send_on(f"{buyer}/join", {"other": f"http://x/{other.id}"})
    assert "being joined" in shown(joined)
    assert "no such customer" in shown(await browser.send_on(f"{buyer}/join", {"other": "x"}))


async def test_a_courier_sees_no_customers(
    dashboard: Dashboard, db: Database, shop: Shop, path: str
) -> None:
    async with db.platform() as tx:
        courier = await make_member(tx, shop, Role.COURIER)
    async with dashboard.browser() as browser:
        await browser.enter(courier.id)
        for page in ("customers", "segments", "reviews"):
            assert (await browser.get(f"{path}/{page}")).status_code == 403


# --- segments ---------------------------------------------------------------------------------


async def test_a_segment_is_built_counted_kept_and_changed(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    await person(db, tenant, name="Ivan", tags=["vip"])
    await person(db, tenant, name="Lesia")
    assert "No segments yet" in shown(await browser.get(f"{path}/segments"))
    page = await browser.get(f"{path}/segments/build")
    assert "2 customers" in shown(page)
    lines = {"mode": "and", "kind.0": "tag", "tag.0": "vip"}
    count = await browser.send(f"{path}/segments/count", lines)
    assert shown(count) == "1 customer · Ivan"
    more = await browser.send(f"{path}/segments/build", {**lines, "add": "spent", "more": "1"})
    assert "Money spent" in shown(more)
    assert 'name="tag.0" value="vip"' in more.text
    fewer = await browser.send(f"{path}/segments/build", {**lines, "drop": "0"})
    assert 'name="tag.0"' not in fewer.text
    both = {**lines, "kind.1": "spent", "at_least.1": "12.50", "not.1": "1", "save": "1"}
    kept = await browser.send_on(f"{path}/segments/build", {**both, "name": "Loyal"})
    assert "Loyal" in kept
    async with db.tenant_read(tenant) as tx:
        [segment] = await queries.segments(tx)
    spent = {"is": "spent", "at_least": 1250, "at_most": None, "days": None}
    assert segment.rule == {
        "is": "and",
        "rules": [{"is": "tag", "tag": "vip"}, {"is": "not", "rule": spent}],
    }
    again = await browser.get(f"{path}/segments/build?segment={segment.id}")
    assert 'name="at_least.1" value="12.50"' in again.text
    taken = await browser.send(f"{path}/segments/build", {**both, "name": "Loyal"})
    assert taken.status_code == 409
    assert "of this name already" in shown(taken)
    found = shown(await browser.get(f"{path}/customers?segment={segment.id}"))
    assert "1 customer" in found
    await browser.send_on(f"{path}/segments/{segment.id}/remove")
    assert "No segments yet" in shown(await browser.get(f"{path}/segments"))


@pytest.mark.parametrize(
    "line",
    [
        {"kind.0": "last_order", "days.0": "soon"},
        {"kind.0": "last_order"},
        {"kind.0": "orders", "at_least.0": "-1"},
        {"kind.0": "spent", "at_least.0": "a lot"},
        {"kind.0": "bought", "category_id.0": "x"},
        {"kind.0": "tag"},
        {"kind.0": "rfm", "money.0": "9"},
    ],
)
async def test_a_condition_that_makes_no_sense_is_told_of(
    browser: Browser, db: Database, tenant: Tenant, path: str, line: dict[str, str]
) -> None:
    answer = await browser.send(f"{path}/segments/count", line)
    assert answer.status_code == 200
    assert "customer" not in shown(answer)
    saved = await browser.send(f"{path}/segments/build", {**line, "name": "X", "save": "1"})
    assert saved.status_code == 422
    async with db.tenant_read(tenant) as tx:
        assert await queries.segments(tx) == []


# --- reviews ----------------------------------------------------------------------------------


async def test_the_queue_is_worked_through(
    browser: Browser, db: Database, tenant: Tenant, other_tenant: Tenant, path: str
) -> None:
    assert "Nothing waits" in shown(await browser.get(f"{path}/reviews"))
    made: list[Review] = []
    for where, title in ((other_tenant, "Theirs"), (tenant, "Cup"), (tenant, "Mug")):
        async with db.tenant(where) as tx:
            product = await make_product(tx, title=title)
            ivan = await make_person(tx)
            draft = ReviewDraft(stars=4, body="See www.x <b>")
            made.append(await write_review(tx, ivan.id, product.id, draft))
    page = shown(await browser.get(f"{path}/reviews"))
    assert "Cup" in page
    assert "Theirs" not in page
    assert "has a link" in page
    after = shown(
        await browser.send_on(f"{path}/reviews/{made[1].id}/publish", {"status": "pending"})
    )
    assert "The review is shown" in after
    assert "Cup" not in after
    await browser.send_on(f"{path}/reviews/{made[2].id}/reject", {"status": "pending"})
    replied = await browser.send_on(
        f"{path}/reviews/{made[1].id}/reply", {"reply": "Thanks", "status": "published"}
    )
    assert "Thanks" in replied
    async with db.tenant_read(tenant) as tx:
        states = {(await tx.get(Review, review.id)).state for review in made[1:]}  # type: ignore[union-attr]
    assert states == {ReviewState.PUBLISHED, ReviewState.REJECTED}
    foreign = await browser.send(f"{path}/reviews/{made[0].id}/publish")
    assert foreign.status_code == 404
