"""Publication at a date: a product is put on sale and taken off by timers."""

from datetime import datetime
from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.kit.errors import FieldError, InvalidInput
from kram.kit.messages import gettext_noop
from kram.shop.catalog.changes import mark_changed, mark_changed_at
from kram.shop.catalog.errors import ProductMissing
from kram.shop.catalog.models import Product, ProductStatus


async def schedule_product(
    tx: TenantTx, product_id: UUID, publish_at: datetime | None, unpublish_at: datetime | None
) -> Product:
    """Sets its dates and does at once what is due by them; None takes a date away.

    Locks the product. A date that was changed leaves its old timer behind, which then finds
    nothing to do. Raises: ProductMissing, InvalidInput.
    """
    if publish_at and unpublish_at and unpublish_at <= publish_at:
        raise InvalidInput(
            errors=[
                FieldError(
                    "/unpublish_at", "time_order", gettext_noop("The end comes after the beginning")
                )
            ]
        )
    product = await tx.get(Product, product_id, lock=True)
    if product is None:
        raise ProductMissing
    product.publish_at, product.unpublish_at = publish_at, unpublish_at
    if publish_at is not None and publish_at > tx.now and product.status == ProductStatus.ACTIVE:
        product.status = ProductStatus.DRAFT
    _advance(product, tx.now)
    mark_changed_at(tx, publish_at, unpublish_at, product_id=product_id)
    await tx.flush()
    await mark_changed(tx)
    return product


async def follow_schedule(tx: TenantTx, product_id: UUID) -> None:
    """What the product's dates ask for by now; nothing for one that is archived or gone."""
    product = await tx.get(Product, product_id, lock=True)
    if product is not None:
        _advance(product, tx.now)
        await tx.flush()


def _advance(product: Product, now: datetime) -> None:
    """A date works once: afterwards staff may do otherwise without being overruled."""
    if product.status == ProductStatus.ARCHIVED:
        return
    if product.publish_at is not None and product.publish_at <= now:
        product.status, product.publish_at = ProductStatus.ACTIVE, None
    if product.unpublish_at is not None and product.unpublish_at <= now:
        product.status, product.unpublish_at = ProductStatus.DRAFT, None
