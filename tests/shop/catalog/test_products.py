"""Creating, changing and archiving a product."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import func, select

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.errors import InvalidInput
from kram.kit.ids import new_id
from kram.kit.money import Money
from kram.shop.catalog import queries, service
from kram.shop.catalog.errors import (
    CategoryMissing,
    OtherCurrency,
    ProductMissing,
    SkuTaken,
    SlugTaken,
    VariantMissing,
)
from kram.shop.catalog.events import CatalogChanged
from kram.shop.catalog.models import Product, ProductStatus
from tests.factories.catalog import (
    make_category,
    make_picture,
    make_product,
    product_draft,
    variant_draft,
)
from tests.factories.inventory import put_on_shelf, stock_of
from tests.statements import statements

pytestmark = pytest.mark.anyio


async def products(tx: TenantTx) -> int:
    return int(await tx.scalar(select(func.count()).select_from(Product)))


def changes(tx: TenantTx) -> list[CatalogChanged]:
    events = [pending.event for pending in tx.pending_events]
    return [event for event in events if isinstance(event, CatalogChanged)]


async def test_a_product_is_created_whole(tx: TenantTx) -> None:
    category = await make_category(tx)
    draft = product_draft(
        variant_draft(sku="K-R", price_minor=100, title="Red"),
        variant_draft(sku="K-B", price_minor=200, title="Blue"),
        title="Чайник",
        description="Big",
        category_id=category.id,
    )
    product = await service.create_product(tx, draft)
    assert (product.slug, product.title, product.status) == ("chaynik", "Чайник", "active")
    assert (product.description, product.category_id) == ("Big", category.id)
    assert product.created_at == product.updated_at == tx.now
    assert [(v.sku, v.title, v.price, v.position) for v in product.offered] == [
        ("K-R", "Red", Money(100, "UAH"), 0),
        ("K-B", "Blue", Money(200, "UAH"), 1),
    ]
    assert product.media == []


async def test_the_version_is_bumped_once_a_transaction(db: Database, tenant: Tenant) -> None:
    async with db.tenant(tenant) as tx:
        before = await service.catalog_version(tx)
        first = await make_product(tx)
        await make_product(tx)
        await service.archive_product(tx, first.id)
        assert changes(tx) == [CatalogChanged(version=before + 1)]
    async with db.tenant(tenant) as tx:
        assert await service.catalog_version(tx) == before + 1
        await make_category(tx)
        assert changes(tx) == [CatalogChanged(version=before + 2)]


async def test_same_titles_get_different_addresses(tx: TenantTx) -> None:
    slugs = [(await make_product(tx, title="Cup")).slug for _ in range(3)]
    assert slugs == ["cup", "cup-2", "cup-3"]


async def test_five_people_name_a_product_alike_at_once(db: Database, tenant: Tenant) -> None:
    async def create() -> str:
        async with db.tenant(tenant) as tx:
            return (await make_product(tx, title="Cup")).slug

    slugs = await asyncio.gather(*(create() for _ in range(5)))
    assert len(set(slugs)) == 5
    assert all(slug.startswith("cup") for slug in slugs)


async def test_two_people_take_one_sku_at_once(db: Database, tenant: Tenant) -> None:
    async def create(title: str) -> str:
        try:
            async with db.tenant(tenant) as tx:
                await make_product(tx, title=title, sku="ONE")
        except (SkuTaken, InvalidInput) as error:
            return error.code
        return "done"

    ended = await asyncio.gather(create("Cup"), create("Pot"))
    assert list(ended).count("done") == 1
    async with db.tenant(tenant) as tx:
        assert await products(tx) == 1


async def test_a_sku_in_use_is_refused_at_its_place(tx: TenantTx) -> None:
    await make_product(tx, sku="TAKEN")
    draft = product_draft(
        variant_draft(sku="FREE", title="a"), variant_draft(sku="TAKEN", title="b")
    )
    with pytest.raises(InvalidInput) as refused:
        await service.create_product(tx, draft)
    assert [(e.pointer, e.code) for e in refused.value.errors] == [("/variants/1/sku", "sku_taken")]
    assert await products(tx) == 1


async def test_a_shop_has_one_currency(tx: TenantTx) -> None:
    await make_product(tx, currency="UAH")
    with pytest.raises(OtherCurrency) as refused:
        await make_product(tx, currency="EUR")
    assert refused.value.extra == {"currency": "UAH"}
    assert await products(tx) == 1


async def test_an_unknown_category_is_refused(tx: TenantTx) -> None:
    with pytest.raises(CategoryMissing):
        await make_product(tx, category_id=new_id())
    assert await products(tx) == 0


async def test_editing_keeps_variants_and_so_their_stock(tx: TenantTx) -> None:
    product = await make_product(tx, title="Cup", sku="OLD", stock=5)
    kept = product.variants[0].id
    await put_on_shelf(tx, kept, 2)
    draft = product_draft(
        variant_draft(sku="NEW", price_minor=999, title="Red", variant_id=kept),
        variant_draft(sku="MORE", title="Blue"),
        title="Mug",
    )
    changed = await service.update_product(tx, product.id, draft)
    assert (changed.title, changed.slug) == ("Mug", "cup")
    assert [(v.sku, v.price_minor) for v in changed.offered] == [("NEW", 999), ("MORE", 12_500)]
    assert changed.offered[0].id == kept
    assert await stock_of(tx, kept) == (7, 0)


async def test_a_variant_left_out_is_archived_and_its_sku_brings_it_back(tx: TenantTx) -> None:
    red, blue = variant_draft(sku="R", title="Red"), variant_draft(sku="B", title="Blue")
    product = await service.create_product(tx, product_draft(red, blue))
    blue_id = product.offered[1].id
    await put_on_shelf(tx, blue_id, 3)
    without = await service.update_product(tx, product.id, product_draft(red))
    assert [v.sku for v in without.offered] == ["R"]
    assert (await queries.offers(tx, [blue_id])) == {}
    again = await service.update_product(tx, product.id, product_draft(red, blue))
    assert [v.id for v in again.offered][1] == blue_id
    assert await stock_of(tx, blue_id) == (3, 0)


async def test_a_variant_of_another_product_is_not_taken_over(tx: TenantTx) -> None:
    product, other = await make_product(tx), await make_product(tx, sku="OTHER")
    draft = product_draft(variant_draft(sku="X", variant_id=other.variants[0].id))
    with pytest.raises(VariantMissing):
        await service.update_product(tx, product.id, draft)


async def test_a_change_of_nothing_changes_no_version(db: Database, tenant: Tenant) -> None:
    async with db.tenant(tenant) as tx:
        product = await make_product(tx, sku="K", price_minor=100)
        version = await service.catalog_version(tx)
    same = product_draft(variant_draft(sku="K", price_minor=100))
    async with db.tenant(tenant) as tx:
        again = await service.update_product(tx, product.id, same)
        assert again.updated_at == product.updated_at
        assert changes(tx) == []
        assert await service.catalog_version(tx) == version


async def test_an_address_is_changed_when_asked_for(tx: TenantTx) -> None:
    product, other = await make_product(tx, title="Cup"), await make_product(tx, title="Pot")
    draft = product_draft(variant_draft(sku=product.variants[0].sku), title="Cup", slug="Моя чашка")
    assert (await service.update_product(tx, product.id, draft)).slug == "moya-chashka"
    taken = product_draft(variant_draft(sku=product.variants[0].sku), slug=other.slug)
    with pytest.raises(SlugTaken):
        await service.update_product(tx, product.id, taken)


async def test_an_archived_product_is_not_on_sale_until_restored(tx: TenantTx) -> None:
    product = await make_product(tx)
    variant = product.variants[0].id
    for _ in range(2):
        assert (await service.archive_product(tx, product.id)).status == ProductStatus.ARCHIVED
    assert await queries.offers(tx, [variant]) == {}
    await service.restore_product(tx, product.id)
    assert set(await queries.offers(tx, [variant])) == {variant}


@pytest.mark.parametrize("use", [service.archive_product, service.restore_product])
async def test_no_such_product(tx: TenantTx, use: object) -> None:
    with pytest.raises(ProductMissing):
        await use(tx, new_id())  # type: ignore[operator]
    with pytest.raises(ProductMissing):
        await service.update_product(tx, new_id(), product_draft())


async def test_an_offer_says_what_is_bought(tx: TenantTx) -> None:
    product = await make_product(tx, title="Cup", price_minor=5_000, sku="C-1")
    draft = await make_product(tx, status=ProductStatus.DRAFT)
    variant, hidden = product.variants[0].id, draft.variants[0].id
    await make_picture(tx, product.id)
    second = await make_picture(tx, product.id)
    await service.arrange_media(tx, product.id, [second.id])
    assert await queries.offers(tx, [variant, hidden, new_id()]) == {
        variant: queries.Offer(
            variant,
            product.id,
            "cup",
            "Cup",
            "",
            "C-1",
            Money(5_000, "UAH"),
            second.key,
            regular=Money(5_000, "UAH"),
        )
    }


async def test_the_staffs_list_is_searched_by_words(tx: TenantTx) -> None:
    kettle = await make_product(tx, title="Чайник червоний", sku="K_1%")
    await make_product(tx, title="Чашка червона", sku="C-1")

    async def found(q: str) -> list[UUID]:
        return [product.id for product in (await queries.products_page(tx, q=q)).items]

    assert await found("ЧЕРВОНИЙ чай") == [kettle.id]
    assert await found("k_1%") == [kettle.id]
    assert await found("чай C-1") == []
    assert await found("%") == [kettle.id]
    assert len(await found("   ")) == 2


async def test_the_staffs_list_takes_three_statements_for_any_number(
    db: Database, tenant: Tenant
) -> None:
    counts = []
    for total in (1, 100):
        async with db.tenant(tenant) as tx:
            category = await make_category(tx, f"Dishes {total}")
            for _ in range(total):
                product = await make_product(tx, category_id=category.id)
            await make_picture(tx, product.id)
        async with db.tenant_read(tenant) as reading:
            with statements(db) as sent:
                page = await queries.products_page(reading, category_id=category.id, limit=100)
            assert len(page.items) == total
            assert all(len(product.offered) == 1 for product in page.items)
            counts.append(len(sent))
    assert counts == [3, 3]


async def test_another_shops_products_are_not_listed(
    db: Database, tenant: Tenant, other_tenant: Tenant
) -> None:
    async with db.tenant(other_tenant) as tx:
        theirs = await make_product(tx, title="Cup", sku="SAME")
    async with db.tenant(tenant) as tx:
        ours = await make_product(tx, title="Cup", sku="SAME")
        assert ours.slug == theirs.slug == "cup"
        assert [p.id for p in (await queries.products_page(tx)).items] == [ours.id]
        assert await queries.product_with_parts(tx, theirs.id) is None
        assert await queries.offers(tx, [theirs.variants[0].id]) == {}
        assert (await queries.count_products(tx))[ProductStatus.ACTIVE] == 1
