"""Tags, attributes, translations, related goods, the address."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec import UNSET

from kram.kit.db.tx import TenantTx
from kram.kit.errors import FieldError, InvalidInput
from kram.kit.messages import gettext_noop
from kram.shop.catalog import details, queries
from kram.shop.catalog.attributes.service import checked_values
from kram.shop.catalog.changes import mark_changed
from kram.shop.catalog.details import ProductDetails
from kram.shop.catalog.drafts import LONGEST_DESCRIPTION, LONGEST_TITLE
from kram.shop.catalog.errors import ProductMissing
from kram.shop.catalog.models import AttributeScope, Product
from kram.shop.catalog.naming import conflicts_named
from kram.shop.catalog.service.addresses import readdress_product

TRANSLATED = {"title": LONGEST_TITLE, "description": LONGEST_DESCRIPTION}


async def change_details(tx: TenantTx, product_id: UUID, wanted: ProductDetails) -> Product:
    """Locks the product. Raises: ProductMissing, SlugTaken, InvalidInput."""
    product = await tx.get(Product, product_id, lock=True)
    if product is None:
        raise ProductMissing
    values, refused = _typed(wanted)
    if wanted.related is not UNSET:
        values["related"] = _others(product.id, wanted.related)
        refused += await _refused_related(tx, values["related"])
    if refused:
        raise InvalidInput(errors=refused)
    if wanted.attributes is not UNSET:
        kept = await checked_values(tx, AttributeScope.PRODUCT, wanted.attributes)
        values["attributes"] = kept
    if wanted.slug is not UNSET and wanted.slug:
        await readdress_product(tx, product, wanted.slug)
    for name, value in values.items():
        setattr(product, name, value)
    product.updated_at = tx.now
    async with conflicts_named():
        await tx.flush()
    await mark_changed(tx)
    return product


def _typed(wanted: ProductDetails) -> tuple[dict[str, Any], list[FieldError]]:
    """What was given, cleaned, and what is wrong with it."""
    values: dict[str, Any] = {}
    refused: list[FieldError] = []
    if wanted.tags is not UNSET:
        values["tags"] = details.clean_tags(wanted.tags)
        refused += details.refused_tags(values["tags"])
    if wanted.translations is not UNSET:
        values["translations"] = details.clean_translations(wanted.translations, TRANSLATED)
        refused += details.refused_translations(values["translations"], TRANSLATED)
    if wanted.video_url is not UNSET:
        values["video_url"] = wanted.video_url.strip()
        refused += details.refused_video(values["video_url"])
    if wanted.is_returnable is not UNSET:
        values["is_returnable"] = wanted.is_returnable
    return values, refused


def _others(product_id: UUID, related: Sequence[UUID]) -> list[UUID]:
    return list(dict.fromkeys(each for each in related if each != product_id))


async def _refused_related(tx: TenantTx, related: Sequence[UUID]) -> list[FieldError]:
    if len(related) > details.MOST_RELATED:
        return [FieldError("/related", "too_many", gettext_noop("Choose at most 20 products"))]
    if len(await queries.known_products(tx, related)) != len(related):
        return [
            FieldError("/related", "product_not_found", gettext_noop("There is no such product"))
        ]
    return []
