"""A list takes the same statements for one entry and for many."""

import pytest

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.kit.money import Money
from kram.shop.catalog.models import AttributeKind
from kram.shop.catalog.service import (
    AttributeDraft,
    CollectionDraft,
    create_attribute,
    create_collection,
    set_components,
)
from kram.shop.giftcards.service import issue
from kram.shop.inventory.service import stocktakes, transfers
from kram.shop.orders.desk.content import DraftContent
from kram.shop.orders.desk.service import open_draft
from kram.shop.reviews.rules import ReviewDraft
from kram.shop.reviews.service import write_review
from tests.factories.catalog import make_category, make_picture, make_product
from tests.factories.dashboard import Browser, shown
from tests.factories.inventory import STAFF, make_warehouse, put_into
from tests.factories.people import make_person
from tests.factories.returns import ask_back, delivered_order
from tests.statements import statements

pytestmark = pytest.mark.anyio

LISTS = (
    "products",
    "categories",
    "collections",
    "attributes",
    "stock",
    "transfers",
    "stocktakes",
    "warehouses",
    "drafts",
    "returns",
    "orders",
    "gift-cards",
    "customers",
    "reviews?status=pending",
)


async def one_more_of_all(tx: TenantTx) -> None:
    mark = str(new_id())
    category = await make_category(tx, f"Category {mark}")
    product = await make_product(tx, category_id=category.id, stock=5)
    cup, box = product.variants[0].id, (await make_product(tx)).variants[0].id
    await make_picture(tx, product.id)
    await set_components(tx, box, {cup: 2})
    await create_collection(tx, CollectionDraft(title=mark))
    code = f"a{mark.replace('-', '')[-20:]}"
    await create_attribute(tx, AttributeDraft(code=code, label=mark, kind=AttributeKind.TEXT))
    first, second = await make_warehouse(tx), await make_warehouse(tx)
    await put_into(tx, first, cup, 3)
    await transfers.send(tx, first, second, {cup: 1}, STAFF)
    await stocktakes.start(tx, second, STAFF)
    await open_draft(tx, DraftContent(language="uk"), STAFF)
    order, lines, _ = await delivered_order(tx)
    await ask_back(tx, order.id, {lines[0]: 1})
    await issue(tx, Money(50_000, "UAH"), STAFF, count=1)
    person = await make_person(tx)
    await write_review(tx, person.id, product.id, ReviewDraft(stars=1, body="http://spam.example"))


async def test_lists_take_the_same_statements_for_many(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    await browser.get(path)
    counts: list[dict[str, int]] = []
    for more in (1, 4):
        async with db.tenant(tenant) as tx:
            for _ in range(more):
                await one_more_of_all(tx)
        counts.append({})
        for page in LISTS:
            with statements(db) as sent:
                answer = await browser.get(f"{path}/{page}")
            assert answer.status_code == 200, (page, shown(answer))
            counts[-1][page] = len(sent)
    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 12, counts[0]
