"""The list of products: found by words, by status and by category."""

from collections.abc import Sequence
from dataclasses import dataclass

from litestar import get
from litestar.params import FromQuery

from kram.dashboard.catalog.queries import sample_products
from kram.dashboard.catalog.supply import is_endless, supply
from kram.dashboard.catalog.tree import Branch, branches
from kram.dashboard.pages.choices import chosen, read_uuid
from kram.dashboard.pages.view import Answer, ViewHere
from kram.dashboard.people import DeskHere, needs
from kram.kit.db.tx import TenantRead
from kram.shop.catalog import queries
from kram.shop.catalog.models import Product, ProductStatus
from kram.tenants.permissions import Permission

_SHOWN = (ProductStatus.ACTIVE, ProductStatus.DRAFT)


@dataclass(frozen=True, slots=True)
class Row:
    """A product with what its list shows; prices are minor units."""

    product: Product
    picture: str | None
    lowest: int
    highest: int
    on_hand: int
    available: int
    is_endless: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to, as it stands in the address."""

    q: str
    status: str
    category: str


@get("/{shop_slug:str}/products", opt=needs(Permission.CATALOG_VIEW))
async def list_products(
    view: ViewHere,
    desk: DeskHere,
    q: FromQuery[str] = "",
    status: FromQuery[str] = "",
    category: FromQuery[str] = "",
    cursor: FromQuery[str | None] = None,
) -> Answer:
    only = chosen(ProductStatus, status)
    category_id = read_uuid(category)
    statuses = (only,) if only else _SHOWN
    async with view.services.db.tenant_read(desk.tenant) as tx:
        page = await queries.products_page(
            tx,
            statuses=statuses,
            category_id=category_id,
            q=q,
            cursor=cursor or None,
        )
        rows = await _rows(tx, page.items)
        counts = await queries.count_products(tx)
        samples = await sample_products(tx)
        tree: list[Branch] = branches(await queries.categories(tx))
    return view.page(
        "catalog/products.html",
        desk=desk,
        rows=rows,
        next_cursor=page.next_cursor,
        counts=counts,
        tree=tree,
        samples=len(samples),
        wanted=Wanted(q, only or "", str(category_id or "")),
    )


async def _rows(tx: TenantRead, products: Sequence[Product]) -> list[Row]:
    stock, sellable = await supply(tx, [each for product in products for each in product.offered])
    rows = []
    for product in products:
        prices = [variant.price_minor for variant in product.offered] or [0]
        rows.append(
            Row(
                product,
                product.media[0].key if product.media else None,
                min(prices),
                max(prices),
                sum(stock[variant.id].on_hand for variant in product.offered),
                sum(sellable[variant.id] for variant in product.offered),
                any(is_endless(variant) for variant in product.offered),
            )
        )
    return rows
