"""Which goods are the samples that a shop was opened with."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, select

from kram.integrations.imports.samples import SKU_PREFIX
from kram.kit.db.tx import TenantRead
from kram.shop.catalog.models import Product, ProductStatus, Variant

_IS_SAMPLE = exists().where(
    Variant.product_id == Product.id, Variant.sku.startswith(SKU_PREFIX, autoescape=True)
)


async def sample_products(tx: TenantRead) -> Sequence[UUID]:
    """Those that are on sale."""
    found = await tx.scalars(
        select(Product.id).where(Product.status == ProductStatus.ACTIVE, _IS_SAMPLE)
    )
    return found.all()


async def has_own_products(tx: TenantRead) -> bool:
    """Whether something is on sale that is no sample."""
    found: bool = await tx.scalar(
        select(
            select(Product.id).where(Product.status == ProductStatus.ACTIVE, ~_IS_SAMPLE).exists()
        )
    )
    return found
