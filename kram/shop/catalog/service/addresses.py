"""Addresses that change leave a way from the old one to the new."""

from kram.kit.db.tx import TenantTx
from kram.shop.catalog import queries
from kram.shop.catalog.errors import SlugTaken
from kram.shop.catalog.models import Category, Collection, Product
from kram.shop.catalog.slugs import slug_of


async def readdress_product(tx: TenantTx, product: Product, wanted: str) -> None:
    """Raises: SlugTaken."""
    slug = slug_of(wanted)
    if slug == product.slug:
        return
    if await queries.taken_product_slugs(tx, [slug]):
        raise SlugTaken
    await queries.redirect(tx, "product", product.slug, slug, product.id)
    product.slug = slug


async def readdress_category(tx: TenantTx, category: Category, wanted: str) -> None:
    """Raises: SlugTaken."""
    slug = slug_of(wanted, fallback="category")
    if slug == category.slug:
        return
    if await queries.taken_category_slugs(tx, [slug]):
        raise SlugTaken
    await queries.redirect(tx, "category", category.slug, slug, category.id)
    category.slug = slug


async def readdress_collection(tx: TenantTx, collection: Collection, wanted: str) -> None:
    """Raises: SlugTaken."""
    slug = slug_of(wanted, fallback="collection")
    if slug == collection.slug:
        return
    if await queries.taken_collection_slugs(tx, [slug]):
        raise SlugTaken
    await queries.redirect(tx, "collection", collection.slug, slug, collection.id)
    collection.slug = slug
