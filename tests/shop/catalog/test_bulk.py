"""Products by the hundred."""

import msgspec
import pytest
from sqlalchemy import func, select

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.catalog import queries, service
from kram.shop.catalog.bulk import ProductRow, UpsertReport
from kram.shop.catalog.models import Product, ProductStatus, Variant
from tests.factories.catalog import (
    make_category,
    make_product,
    product_draft,
    product_row,
    variant_draft,
    variant_row,
)
from tests.factories.inventory import put_on_shelf, stock_of
from tests.statements import statements

pytestmark = pytest.mark.anyio


def rows(count: int, *, price_minor: int = 100) -> list[ProductRow]:
    return [
        product_row(variant_row(sku=f"S-{n}", price_minor=price_minor), title=f"Cup {n % 7}")
        for n in range(count)
    ]


def counts(report: UpsertReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, len(report.refused)


async def size(tx: TenantTx) -> tuple[int, int]:
    products = await tx.scalar(select(func.count()).select_from(Product))
    return int(products), int(await tx.scalar(select(func.count()).select_from(Variant)))


async def test_five_hundred_come_in_a_second_run_changes_nothing(
    db: Database, tenant: Tenant
) -> None:
    batch = rows(500)
    async with db.tenant(tenant) as tx:
        with statements(db) as first_run:
            report = await service.upsert_products(tx, batch)
        assert counts(report) == (500, 0, 0, 0)
    async with db.tenant(tenant) as tx:
        version = await queries.catalog_version(tx)
        with statements(db) as second_run:
            again = await service.upsert_products(tx, batch)
        assert counts(again) == (0, 0, 500, 0)
        assert again.variants == report.variants
        assert await queries.catalog_version(tx) == version
        assert tx.pending_events == []
        assert await size(tx) == (500, 500)
        slugs = set(await tx.scalars(select(Product.slug)))
    assert len(slugs) == 500
    assert {"cup-0", "cup-0-2", "cup-6-9"} <= slugs
    assert (len(first_run), len(second_run)) == (8, 2)


async def test_only_what_differs_is_written(tx: TenantTx) -> None:
    await service.upsert_products(tx, rows(10))
    changed = rows(10)
    changed[3] = msgspec.structs.replace(changed[3], title="Pot")
    changed[4] = product_row(variant_row(sku="S-4", price_minor=7), title="Cup 4")
    report = await service.upsert_products(tx, changed)
    assert counts(report) == (0, 2, 8, 0)
    offers = await queries.offers(tx, report.variants.values())
    assert offers[report.variants["S-3"]].title == "Pot"
    assert offers[report.variants["S-3"]].slug == "cup-3"
    assert offers[report.variants["S-4"]].price.minor == 7


async def test_statements_do_not_grow_with_the_rows(db: Database, tenant: Tenant) -> None:
    sent = []
    for count in (2, 500):
        async with db.tenant(tenant) as tx:
            await service.upsert_products(tx, rows(count, price_minor=1))
        async with db.tenant(tenant) as tx:
            changed = [
                msgspec.structs.replace(row, title="Pot", description="New")
                for row in rows(count, price_minor=2)
            ]
            new = product_row(variant_row(sku=f"NEW-{count}"), title=f"New {count}")
            with statements(db) as seen:
                report = await service.upsert_products(tx, [*changed[:-1], new])
            assert counts(report) == (1, count - 1, 0, 0)
        sent.append(len(seen))
    assert sent == [9, 9]


async def test_a_new_variant_joins_its_product(tx: TenantTx) -> None:
    red = variant_row(sku="R", title="Red")
    first = await service.upsert_products(tx, [product_row(red, title="Cup")])
    more = [variant_row(sku=sku, title=sku) for sku in ("B", "G")]
    report = await service.upsert_products(tx, [product_row(red, *more, title="Cup")])
    assert counts(report) == (0, 1, 0, 0)
    assert report.variants["R"] == first.variants["R"]
    [product] = (await queries.products_page(tx)).items
    assert [(v.sku, v.position) for v in product.offered] == [("R", 0), ("B", 1), ("G", 2)]


async def test_variants_not_named_stay(tx: TenantTx) -> None:
    red, blue = variant_row(sku="R", title="Red"), variant_row(sku="B", title="Blue")
    report = await service.upsert_products(tx, [product_row(red, blue, title="Cup")])
    await put_on_shelf(tx, report.variants["B"], 3)
    await service.upsert_products(tx, [product_row(red, title="Cup")])
    [product] = (await queries.products_page(tx)).items
    assert [v.sku for v in product.offered] == ["R", "B"]
    assert await stock_of(tx, report.variants["B"]) == (3, 0)


async def test_an_archived_sku_comes_back(tx: TenantTx) -> None:
    draft = product_row(variant_row(sku="R"), title="Cup")
    report = await service.upsert_products(tx, [draft])
    [product] = (await queries.products_page(tx)).items
    await service.update_product(tx, product.id, product_draft(variant_draft(sku="B")))
    assert await queries.offers(tx, report.variants.values()) == {}
    again = await service.upsert_products(tx, [draft])
    assert counts(again) == (0, 1, 0, 0)
    assert set(await queries.offers(tx, report.variants.values())) == set(report.variants.values())


async def test_fields_the_file_does_not_know_are_kept(tx: TenantTx) -> None:
    category = await make_category(tx)
    draft = product_row(
        variant_row(sku="R"),
        title="Cup",
        description="Blue",
        category_id=category.id,
        status=ProductStatus.DRAFT,
    )
    await service.upsert_products(tx, [draft])
    bare = product_row(variant_row(sku="R"), title="Mug")
    report = await service.upsert_products(
        tx, [bare], keep=("description", "category_id", "status")
    )
    assert counts(report) == (0, 1, 0, 0)
    [product] = (await queries.products_page(tx)).items
    await tx.session.refresh(product)
    assert (product.title, product.description) == ("Mug", "Blue")
    assert (product.category_id, product.status) == (category.id, "draft")


async def test_a_refused_row_names_its_faults_and_stops_nobody(tx: TenantTx) -> None:
    await make_product(tx, sku="A-1")
    await make_product(tx, sku="A-2")
    batch = [
        product_row(variant_row(sku="OK-1")),
        product_row(variant_row(sku="X"), title=""),
        product_row(variant_row(sku="OK-1")),
        product_row(variant_row(sku="Y", currency="EUR")),
        product_row(variant_row(sku="Z"), category_id=new_id()),
        product_row(variant_row(sku="A-1", title="a"), variant_row(sku="A-2", title="b")),
        product_row(variant_row(sku="OK-2")),
    ]
    report = await service.upsert_products(tx, batch)
    assert [(r.row, [(e.pointer, e.code) for e in r.errors]) for r in report.refused] == [
        (1, [("/title", "required")]),
        (2, [("/variants/0/sku", "sku_repeated")]),
        (3, [("/variants/0/price", "currency_differs")]),
        (4, [("/category_id", "category_not_found")]),
        (5, [("/variants/1/sku", "sku_taken")]),
    ]
    assert counts(report)[:3] == (2, 0, 0)
    assert await size(tx) == (4, 4)


async def test_a_batch_has_a_limit(tx: TenantTx) -> None:
    with pytest.raises(ValueError, match="at most 500"):
        await service.upsert_products(tx, rows(501))


async def test_another_shops_skus_are_not_matched(
    db: Database, tenant: Tenant, other_tenant: Tenant
) -> None:
    async with db.tenant(other_tenant) as tx:
        theirs = await service.upsert_products(tx, rows(3))
    async with db.tenant(tenant) as tx:
        ours = await service.upsert_products(tx, rows(3, price_minor=5))
        assert counts(ours) == (3, 0, 0, 0)
    assert not set(ours.variants.values()) & set(theirs.variants.values())
    async with db.tenant_read(other_tenant) as reading:
        offers = await queries.offers(reading, theirs.variants.values())
        assert {offer.price.minor for offer in offers.values()} == {100}
