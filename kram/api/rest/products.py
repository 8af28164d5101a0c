"""Goods."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from litestar import delete, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from kram.api.rest.caller import DeskHere, needs
from kram.api.rest.inputs import (
    SEVERAL_VARIANTS,
    Cursor,
    Input,
    Limit,
    Line,
    Price,
    Sku,
    Text,
    Title,
)
from kram.api.rest.once import OnceHere
from kram.api.rest.services import RestServices, ServicesHere
from kram.api.rest.views.goods import ProductPage, ProductView
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.pagination import page_size
from kram.shop.catalog import queries, service
from kram.shop.catalog.drafts import ProductDraft, VariantDraft
from kram.shop.catalog.errors import OtherCurrency, ProductMissing
from kram.shop.catalog.models import Product, ProductStatus
from kram.shop.inventory.service import levels
from kram.tenants.permissions import Permission

_WIDEST = 1280
_VIEW = needs(Permission.CATALOG_VIEW)
_EDIT = needs(Permission.CATALOG_EDIT)


class VariantInput(Input, frozen=True):
    """`id` names a variant that exists; without it the SKU does, within the product."""

    sku: Sku
    price: Price
    title: Line = ""
    id: UUID | None = None


class ProductInput(Input, frozen=True):
    """What the product shall be; variants that are left out are archived."""

    title: Title
    variants: Annotated[tuple[VariantInput, ...], SEVERAL_VARIANTS]
    description: Text = ""
    category_id: UUID | None = None
    status: ProductStatus = ProductStatus.ACTIVE
    slug: Line = ""

    def draft(self, currency: str) -> ProductDraft:
        """Raises: OtherCurrency."""
        if any(line.price.currency != currency for line in self.variants):
            raise OtherCurrency(currency=currency)
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


@get("/products", opt=_VIEW)
async def list_products(
    desk: DeskHere,
    services: ServicesHere,
    cursor: Cursor = None,
    limit: Limit = None,
    q: FromQuery[str] = "",
    category_id: FromQuery[UUID | None] = None,
) -> ProductPage:
    """The newest first; `q` looks into titles and SKUs. Drafts are listed, archived ones not."""
    async with services.db.tenant_read(desk.tenant) as tx:
        page = await queries.products_page(
            tx, q=q, category_id=category_id, cursor=cursor, limit=page_size(limit)
        )
        return ProductPage(await _views(tx, services, page.items), page.next_cursor)


@get("/products/{product_id:uuid}", opt=_VIEW)
async def show_product(
    desk: DeskHere,
    services: ServicesHere,
    product_id: FromPath[UUID],
) -> ProductView:
    """An archived one too."""
    async with services.db.tenant_read(desk.tenant) as tx:
        product = await queries.product_with_parts(tx, product_id)
        if product is None:
            raise ProductMissing
        return await _view(tx, services, product)


@post("/products", opt=_EDIT)
async def create_product(
    desk: DeskHere,
    services: ServicesHere,
    once: OnceHere,
    data: JSONBody[ProductInput],
) -> ProductView:
    """Its variants have no stock yet."""
    draft = data.draft(desk.shop.currency)

    async def create(tx: TenantTx) -> ProductView:
        return await _view(tx, services, await service.create_product(tx, draft))

    return await once.run(create, ProductView)


@put("/products/{product_id:uuid}", opt=_EDIT)
async def update_product(
    desk: DeskHere,
    services: ServicesHere,
    product_id: FromPath[UUID],
    data: JSONBody[ProductInput],
) -> ProductView:
    """Makes the product what the body says."""
    draft = data.draft(desk.shop.currency)
    async with services.db.tenant(desk.tenant) as tx:
        return await _view(tx, services, await service.update_product(tx, product_id, draft))


@delete("/products/{product_id:uuid}", opt=_EDIT)
async def archive_product(
    desk: DeskHere,
    services: ServicesHere,
    product_id: FromPath[UUID],
) -> None:
    """Nobody sees or buys it any more; `restore` brings it back."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.archive_product(tx, product_id)


@post("/products/{product_id:uuid}/restore", opt=_EDIT, status_code=200)
async def restore_product(
    desk: DeskHere,
    services: ServicesHere,
    product_id: FromPath[UUID],
) -> ProductView:
    async with services.db.tenant(desk.tenant) as tx:
        return await _view(tx, services, await service.restore_product(tx, product_id))


async def _view(tx: TenantRead, services: RestServices, product: Product) -> ProductView:
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
