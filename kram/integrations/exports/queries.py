from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import msgspec
from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import aliased

from kram.integrations.exports.models import ExportJob, ExportWhat
from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.catalog.models import Media, Product, ProductStatus, Variant
from kram.shop.inventory.models import Stock
from kram.shop.inventory.queries.places import FIRST_WAREHOUSE


async def recent(tx: TenantRead, limit: int, *, before: UUID | None = None) -> Sequence[ExportJob]:
    """The newest first; `before` is the last id of the page before."""
    statement = select(ExportJob).order_by(ExportJob.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(ExportJob.id < before)
    return (await tx.scalars(statement)).all()


_OFFERED = (Variant.archived_at.is_(None), Product.status != ProductStatus.ARCHIVED)


async def count_variants(tx: TenantRead) -> int:
    query = select(func.count()).select_from(Variant).join(Product).where(*_OFFERED)
    return int(await tx.scalar(query))


class OfferRow(msgspec.Struct, frozen=True):
    """A variant on sale. `on_hand` counts the first shelf, `free` what can be promised on all."""

    variant_id: UUID
    product_id: UUID
    sku: str
    title: str
    price_minor: int
    currency: str
    category_id: UUID | None
    description: str
    variant_title: str
    slug: str
    kind: str
    barcode: str
    on_hand: int | None
    free: int | None
    picture: str | None
    siblings: int
    compare_at_minor: int | None
    weight_grams: int | None
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None


_SHELF = aliased(Stock)
_FREE = (
    select(func.sum(_SHELF.on_hand - _SHELF.reserved))
    .where(_SHELF.variant_id == Variant.id)
    .correlate(Variant)
    .scalar_subquery()
)
_PICTURE = (
    select(Media.key)
    .where(Media.product_id == Product.id)
    .order_by(Media.position, Media.id)
    .limit(1)
    .correlate(Product)
    .scalar_subquery()
)
_OFFERS = (
    select(
        Variant.id.label("variant_id"),
        Product.id.label("product_id"),
        Variant.sku,
        Product.title,
        Variant.price_minor,
        Variant.currency,
        Product.category_id,
        Product.description,
        Variant.title.label("variant_title"),
        Product.slug,
        Variant.kind,
        Variant.barcode,
        Stock.on_hand,
        _FREE.label("free"),
        _PICTURE.label("picture"),
        func.count().over(partition_by=Product.id).label("siblings"),
        Variant.compare_at_minor,
        Variant.weight_grams,
        Variant.length_mm,
        Variant.width_mm,
        Variant.height_mm,
    )
    .join(Product, Product.id == Variant.product_id)
    .outerjoin(Stock, (Stock.variant_id == Variant.id) & (Stock.warehouse_id == FIRST_WAREHOUSE))
    .where(Variant.archived_at.is_(None), Product.status == ProductStatus.ACTIVE)
    .order_by(Product.created_at, Product.id, Variant.position, Variant.id)
)


async def offers(tx: TenantRead) -> AsyncIterator[OfferRow]:
    """All that is on sale, the variants of a product together; a thousand rows in memory."""
    found = await tx.session.stream(_OFFERS, execution_options={"yield_per": 1000})
    async for row in found:
        yield OfferRow(*tuple(row))


async def expire_orders(tx: TenantTx) -> Sequence[UUID]:
    """Ends the time of all lists of orders that can be fetched or will be; their ids."""
    found = await tx.scalars(
        update(ExportJob)
        .where(
            ExportJob.what == ExportWhat.ORDERS,
            or_(ExportJob.finished_at.is_(None), ExportJob.storage_key != ""),
        )
        .values(expires_at=tx.now, filters={})
        .returning(ExportJob.id)
        .execution_options(synchronize_session=False)
    )
    return found.all()
