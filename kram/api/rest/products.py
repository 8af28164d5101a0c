"""Goods."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from kram.api.rest.caller import Desk, needs
from kram.api.rest.services import RestServices
from kram.api.rest.views import ProductView
from kram.kit.db.tx import TenantRead
from kram.kit.money import Money
from kram.kit.pagination import Page, page_size
from kram.shop.catalog import queries, service
from kram.shop.catalog.drafts import ProductDraft, VariantDraft
from kram.shop.catalog.errors import ProductMissing
from kram.shop.catalog.models import Product, ProductStatus
from kram.shop.inventory.service import levels
from kram.tenants.permissions import Permission

_WIDEST = 1280


class VariantInput(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`id` names a variant that exists; without it the SKU does, within the product."""

    sku: str
    price: Money
    title: str = ""
    id: UUID | None = None


class ProductInput(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the product shall be; variants that are left out are archived."""

    title: str
    variants: tuple[VariantInput, ...]
    description: str = ""
    category_id: UUID | None = None
    status: ProductStatus = ProductStatus.ACTIVE
    slug: str = ""

    def draft(self) -> ProductDraft:
        return ProductDraft(
            title=self.title,
            description=self.description,
            category_id=self.category_id,
            status=self.status,
            slug=self.slug,
            variants=tuple(
                VariantDraft(sku=line.sku, price=line.price, title=line.title, id=line.id)
                for line in self.variants
            ),
        )


@get("/products", opt=needs(Permission.CATALOG_VIEW))
async def list_products(
    desk: NamedDependency[Desk],
    services: NamedDependency[RestServices],
    q: FromQuery[str] = "",
    category_id: FromQuery[UUID | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Page[ProductView]:
    """The newest first; `q` looks into titles and SKUs. Drafts are listed, archived ones not."""
    async with services.db.tenant_read(desk.tenant) as tx:
        page = await queries.products_page(
            tx, q=q, category_id=category_id, cursor=cursor, limit=page_size(limit)
        )
        return Page(await _views(tx, services, page.items), page.next_cursor)


@get("/products/{product_id:uuid}", opt=needs(Permission.CATALOG_VIEW))
async def show_product(
    desk: NamedDependency[Desk],
    services: NamedDependency[RestServices],
    product_id: FromPath[UUID],
) -> ProductView:
    async with services.db.tenant_read(desk.tenant) as tx:
        product = await queries.product_with_parts(tx, product_id)
        if product is None:
            raise ProductMissing
        return (await _views(tx, services, [product]))[0]


@post("/products", opt=needs(Permission.CATALOG_EDIT))
async def create_product(
    desk: NamedDependency[Desk],
    services: NamedDependency[RestServices],
    data: JSONBody[ProductInput],
) -> ProductView:
    async with services.db.tenant(desk.tenant) as tx:
        product = await service.create_product(tx, data.draft())
        [view] = await _views(tx, services, [product])
    return view


@put("/products/{product_id:uuid}", opt=needs(Permission.CATALOG_EDIT))
async def update_product(
    desk: NamedDependency[Desk],
    services: NamedDependency[RestServices],
    product_id: FromPath[UUID],
    data: JSONBody[ProductInput],
) -> ProductView:
    async with services.db.tenant(desk.tenant) as tx:
        product = await service.update_product(tx, product_id, data.draft())
        [view] = await _views(tx, services, [product])
    return view


@delete("/products/{product_id:uuid}", opt=needs(Permission.CATALOG_EDIT))
async def archive_product(
    desk: NamedDependency[Desk],
    services: NamedDependency[RestServices],
    product_id: FromPath[UUID],
) -> None:
    """Nobody sees or buys it any more; `restore` brings it back."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.archive_product(tx, product_id)


@post("/products/{product_id:uuid}/restore", opt=needs(Permission.CATALOG_EDIT), status_code=200)
async def restore_product(
    desk: NamedDependency[Desk],
    services: NamedDependency[RestServices],
    product_id: FromPath[UUID],
) -> ProductView:
    async with services.db.tenant(desk.tenant) as tx:
        product = await service.restore_product(tx, product_id)
        [view] = await _views(tx, services, [product])
    return view


async def _views(
    tx: TenantRead, services: RestServices, products: Sequence[Product]
) -> list[ProductView]:
    """One statement for the stock of all of them."""
    variants = [variant.id for product in products for variant in product.offered]
    stock = await levels(tx, variants)
    return [
        ProductView.of(
            product,
            stock,
            (services.storage.url(f"{media.key}/{_WIDEST}.webp") for media in product.media),
        )
        for product in products
    ]


ROUTES = [
    list_products,
    show_product,
    create_product,
    update_product,
    archive_product,
    restore_product,
]
