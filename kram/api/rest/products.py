"""Goods."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from litestar import delete, get, patch, post, put
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import UNSET, UnsetType

from kram.api.rest.caller import DeskHere, needs
from kram.api.rest.inputs import (
    SEVERAL_VARIANTS,
    Cursor,
    Input,
    Instant,
    Limit,
    Line,
    Note,
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
from kram.shop.catalog.attributes.filters import read_filter
from kram.shop.catalog.details import ProductDetails
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
    tag: FromQuery[str] = "",
    attribute: FromQuery[str] = "",
) -> ProductPage:
    """The newest first; `q` looks into titles and SKUs. Drafts are listed, archived ones not.

    `attribute` is a code and values: "colour:red,blue", "weight:1..5".
    """
    async with services.db.tenant_read(desk.tenant) as tx:
        page = await queries.products_page(
            tx,
            q=q,
            category_id=category_id,
            tag=tag,
            attribute=read_filter(attribute),
            cursor=cursor,
            limit=page_size(limit),
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


class DetailsInput(Input, frozen=True):
    """What is left out stays as it is. `attributes` are by code and replaced as a whole.

    `is_returnable` false: shoppers cannot give it back, whatever is ordered from now on.
    """

    slug: Line | UnsetType = UNSET
    tags: tuple[Line, ...] | UnsetType = UNSET
    attributes: dict[str, Any] | UnsetType = UNSET
    translations: dict[str, dict[str, str]] | UnsetType = UNSET
    related: tuple[UUID, ...] | UnsetType = UNSET
    video_url: Note | UnsetType = UNSET
    is_returnable: bool | UnsetType = UNSET
    publish_at: Instant | UnsetType | None = UNSET
    unpublish_at: Instant | UnsetType | None = UNSET

    def details(self) -> ProductDetails:
        names = ProductDetails.__struct_fields__
        return ProductDetails(**{name: getattr(self, name) for name in names})


@patch("/products/{product_id:uuid}", opt=_EDIT)
async def describe_product(
    desk: DeskHere,
    services: ServicesHere,
    product_id: FromPath[UUID],
    data: JSONBody[DetailsInput],
) -> ProductView:
    """Tags, attributes, translations, related goods, its address, when it is published."""
    async with services.db.tenant(desk.tenant) as tx:
        product = await service.change_details(tx, product_id, data.details())
        if data.publish_at is not UNSET or data.unpublish_at is not UNSET:
            dates = (
                product.publish_at if data.publish_at is UNSET else data.publish_at,
                product.unpublish_at if data.unpublish_at is UNSET else data.unpublish_at,
            )
            await service.schedule_product(tx, product_id, *dates)
        return await view_of(tx, services, product_id)


async def view_of(tx: TenantRead, services: RestServices, product_id: UUID) -> ProductView:
    """Raises: ProductMissing."""
    product = await queries.product_with_parts(tx, product_id)
    if product is None:
        raise ProductMissing
    return await _view(tx, services, product)


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
    describe_product,
]
