"""The storefront's fast reads: row for row what the ordinary path says."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Table, select
from sqlalchemy.orm import selectinload

from kram.kit.db.database import Database
from kram.kit.db.lanes import HotQuery
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantRead
from kram.kit.ids import new_id
from kram.kit.money import Money
from kram.kit.pagination import BadCursor
from kram.shop.catalog import queries, service
from kram.shop.catalog.models import Category, Product, ProductStatus
from kram.shop.catalog.stock_queries import STOCK, STOCK_POLICY, WAREHOUSE
from kram.shop.catalog.storefront import (
    CategoryLink,
    Picture,
    ProductCard,
    ProductPage,
    StorefrontReader,
    VariantCard,
)
from kram.shop.inventory import service as inventory
from kram.shop.inventory.models import Stock, StockPolicy, Warehouse
from tests.factories.catalog import (
    make_category,
    make_picture,
    make_product,
    product_draft,
    variant_draft,
)
from tests.factories.inventory import make_warehouse, put_into, put_on_shelf, to_order
from tests.shop.catalog.reading import CountingLanes

pytestmark = pytest.mark.anyio


async def fill(db: Database, tenant: Tenant) -> dict[str, UUID]:
    """A shop with all that can differ: variants, stock, pictures, categories, statuses."""
    async with db.tenant(tenant) as tx:
        dishes = await make_category(tx, "Dishes")
        cups = await make_category(tx, "Cups", parent_id=dishes.id)
        await make_category(tx, "Empty")
        await make_product(tx, title="Чайник", sku="K-1", stock=5, category_id=dishes.id)
        cup = await service.create_product(
            tx,
            product_draft(
                variant_draft(sku="C-R", price_minor=300, title="Red"),
                variant_draft(sku="C-B", price_minor=100, title="Blue"),
                variant_draft(sku="C-OLD", price_minor=1, title="Old"),
                title="Чашка 50%",
                description="Fine",
                category_id=cups.id,
            ),
        )
        red, blue, _ = cup.offered
        kept = product_draft(
            variant_draft(sku="C-R", price_minor=300, title="Red", variant_id=red.id),
            variant_draft(sku="C-B", price_minor=100, title="Blue", variant_id=blue.id),
            title="Чашка 50%",
            description="Fine",
            category_id=cups.id,
        )
        await service.update_product(tx, cup.id, kept)
        await put_on_shelf(tx, blue.id, 1)
        sold_out = await make_product(tx, title="Pot", sku="P-1", stock=2)
        await inventory.reserve(tx, new_id(), {sold_out.variants[0].id: 2}, None)
        await make_product(tx, title="Draft", status=ProductStatus.DRAFT)
        archived = await make_product(tx, title="Archived", stock=3)
        await service.archive_product(tx, archived.id)
        second, first = [await make_picture(tx, cup.id, alt=alt) for alt in ("two", "one")]
        await service.arrange_media(tx, cup.id, [first.id, second.id])
        return {"dishes": dishes.id, "cups": cups.id, "cup": cup.id}


async def page_by_ordinary_path(tx: TenantRead, product: Product) -> ProductPage:
    free = await inventory.available(tx, [variant.id for variant in product.offered])
    category = await tx.get(Category, product.category_id) if product.category_id else None
    return ProductPage(
        id=product.id,
        slug=product.slug,
        title=product.title,
        description=product.description,
        category=CategoryLink(category.slug, category.name) if category else None,
        variants=tuple(
            VariantCard(v.id, v.sku, v.title, v.price, free[v.id] > 0) for v in product.offered
        ),
        pictures=tuple(Picture(m.key, m.alt, m.width, m.height) for m in product.media),
    )


def card_of(product: Product, page: ProductPage) -> ProductCard:
    return ProductCard(
        id=page.id,
        slug=page.slug,
        title=page.title,
        created_at=product.created_at,
        price_from=page.price_from,
        price_to=page.price_to,
        in_stock=page.in_stock,
        only_variant_id=page.variants[0].id if len(page.variants) == 1 else None,
        picture=page.pictures[0] if page.pictures else None,
    )


async def active_products(tx: TenantRead) -> list[Product]:
    query = select(Product).where(Product.status == "active")
    query = query.options(selectinload(Product.variants), selectinload(Product.media))
    return list(await tx.scalars(query.order_by(Product.created_at.desc(), Product.id.desc())))


async def test_fast_rows_are_the_ordinary_rows(
    db: Database, tenant: Tenant, other_tenant: Tenant, reader: StorefrontReader
) -> None:
    await fill(db, other_tenant)
    await fill(db, tenant)
    listed = await reader.list_products(tenant)
    async with db.tenant_read(tenant) as tx:
        products = await active_products(tx)
        pages = [await page_by_ordinary_path(tx, product) for product in products]
        assert await reader.version(tenant) == await queries.catalog_version(tx)
    assert [page.title for page in pages] == ["Pot", "Чашка 50%", "Чайник"]
    assert listed.items == [card_of(*pair) for pair in zip(products, pages, strict=True)]
    assert listed.next_cursor is None
    assert [await reader.product(tenant, page.slug) for page in pages] == pages


async def test_a_card_tells_prices_stock_and_what_one_tap_buys(
    db: Database, tenant: Tenant, reader: StorefrontReader
) -> None:
    await fill(db, tenant)
    pot, cup, kettle = (await reader.list_products(tenant)).items
    assert (cup.price_from, cup.price_to) == (Money(100, "UAH"), Money(300, "UAH"))
    assert [card.in_stock for card in (pot, cup, kettle)] == [False, True, True]
    assert cup.only_variant_id is None
    assert kettle.only_variant_id is not None
    assert cup.picture is not None
    assert (cup.picture.alt, pot.picture) == ("one", None)


async def test_a_category_shows_what_is_below_it(
    db: Database, tenant: Tenant, reader: StorefrontReader
) -> None:
    await fill(db, tenant)

    async def titles(slug: str) -> list[str]:
        page = await reader.list_products(tenant, category_slug=slug)
        return [card.title for card in page.items]

    assert await titles("dishes") == ["Чашка 50%", "Чайник"]
    assert await titles("cups") == ["Чашка 50%"]
    assert await titles("empty") == []
    assert await titles("unknown") == []


async def test_categories_come_as_a_tree_with_counts(
    db: Database, tenant: Tenant, reader: StorefrontReader
) -> None:
    ids = await fill(db, tenant)
    cards = await reader.categories(tenant)
    assert [(card.name, card.depth, card.products) for card in cards] == [
        ("Dishes", 0, 2),
        ("Cups", 1, 1),
        ("Empty", 0, 0),
    ]
    assert cards[1].parent_id == ids["dishes"]


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("чаш", ["Чашка 50%"]),
        ("50% ЧАШКА", ["Чашка 50%"]),
        ("чашка c-b", ["Чашка 50%"]),
        ("c-old", []),
        ("%", ["Чашка 50%"]),
        ("_", []),
        ("\\", []),
        ("ча", ["Чашка 50%", "Чайник"]),
        ("чай чаш", []),
        ("   ", ["Pot", "Чашка 50%", "Чайник"]),
        ("p" * 500, []),
        ("a\0b", []),
    ],
)
async def test_every_typed_word_must_occur(
    db: Database, tenant: Tenant, reader: StorefrontReader, typed: str, titles: list[str]
) -> None:
    await fill(db, tenant)
    found = await reader.list_products(tenant, q=typed)
    assert [card.title for card in found.items] == titles


async def test_words_and_category_narrow_together(
    db: Database, tenant: Tenant, reader: StorefrontReader
) -> None:
    await fill(db, tenant)
    both = await reader.list_products(tenant, q="ча", category_slug="cups")
    assert [card.title for card in both.items] == ["Чашка 50%"]


@pytest.mark.parametrize(("category", "q"), [(None, None), ("dishes", None), ("dishes", "cup")])
async def test_pages_go_through_everything_once(
    db: Database, tenant: Tenant, reader: StorefrontReader, category: str | None, q: str | None
) -> None:
    async with db.tenant(tenant) as tx:
        dishes = await make_category(tx, "Dishes")
        made = []
        for number in range(7):
            tx.now += timedelta(seconds=number % 2)  # pairs share their moment
            made.append((await make_product(tx, title=f"Cup {number}", category_id=dishes.id)).id)
    seen: list[UUID] = []
    cursor = None
    for _ in range(4):
        page = await reader.list_products(
            tenant, category_slug=category, q=q, cursor=cursor, limit=2
        )
        seen += [card.id for card in page.items]
        cursor = page.next_cursor
    assert cursor is None
    assert seen == made[::-1]


async def test_a_forged_cursor_is_refused(tenant: Tenant, reader: StorefrontReader) -> None:
    with pytest.raises(BadCursor):
        await reader.list_products(tenant, cursor="AAAA")


async def test_what_is_not_on_sale_has_no_page(
    db: Database, tenant: Tenant, reader: StorefrontReader
) -> None:
    await fill(db, tenant)
    for slug in ("draft", "archived", "unknown", ""):
        assert await reader.product(tenant, slug) is None


async def test_an_empty_shop(tenant: Tenant, reader: StorefrontReader) -> None:
    assert (await reader.list_products(tenant)).items == []
    assert await reader.categories(tenant) == []
    assert await reader.version(tenant) == 1


async def test_the_number_of_statements_is_fixed(
    db: Database, tenant: Tenant, other_tenant: Tenant, lanes: CountingLanes
) -> None:
    reader, counts = StorefrontReader(lanes), []
    for shop, total in ((tenant, 1), (other_tenant, 100)):
        variants = [variant_draft(title=f"{n}") for n in range(total)]
        async with db.tenant(shop) as tx:
            product = await service.create_product(tx, product_draft(*variants, title="Cup"))
            for _ in range(min(total, 20)):
                await make_picture(tx, product.id)
            for _ in range(total - 1):
                await make_product(tx)
        lanes.sent = 0
        listed = await reader.list_products(shop, limit=100)
        in_list = lanes.sent
        page = await reader.product(shop, "cup")
        assert page is not None
        assert (len(listed.items), len(page.variants)) == (total, total)
        counts.append((in_list, lanes.sent - in_list))
    assert counts == [(1, 3), (1, 3)]


async def test_the_fast_path_cannot_write(tenant: Tenant, lanes: CountingLanes) -> None:
    statement = select(Product.id).with_for_update()
    with pytest.raises(Exception, match=r"read-only transaction|permission denied"):
        await lanes.fetch(HotQuery(statement, Picture), tenant)


@pytest.mark.parametrize(
    ("named", "model"), [(STOCK, Stock), (WAREHOUSE, Warehouse), (STOCK_POLICY, StockPolicy)]
)
async def test_the_stock_tables_are_as_the_fast_path_names_them(
    named: Table, model: type[Stock | Warehouse | StockPolicy]
) -> None:
    assert named.name == model.__tablename__
    for column in named.columns:
        assert type(column.type) is type(model.__table__.columns[column.name].type)


async def test_places_and_promises_decide_what_can_be_bought(
    db: Database, tenant: Tenant, reader: StorefrontReader
) -> None:
    async with db.tenant(tenant) as tx:
        closed, depot = await make_warehouse(tx, is_active=False), await make_warehouse(tx)
        goods = {name: await make_product(tx, title=name) for name in ("a", "b", "c", "d")}
        variants = {name: product.variants[0].id for name, product in goods.items()}
        await put_into(tx, closed, variants["a"], 4)
        await put_into(tx, depot, variants["b"], 4)
        await to_order(tx, variants["c"], limit=2)
        await to_order(tx, variants["d"], limit=2)
        await inventory.reserve(tx, new_id(), {variants["d"]: 2}, None)
        free = await inventory.available(tx, list(variants.values()))
    assert {name: free[variants[name]] for name in goods} == {"a": 0, "b": 4, "c": 2, "d": 0}
    cards = (await reader.list_products(tenant)).items
    assert {card.title: card.in_stock for card in cards} == {
        name: free[variants[name]] > 0 for name in goods
    }
