"""Create, change, archive."""

from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.kit.errors import FieldError, InvalidInput
from kram.kit.ids import new_id
from kram.kit.messages import gettext_noop
from kram.shop.catalog import queries
from kram.shop.catalog.changes import mark_changed
from kram.shop.catalog.drafts import ProductDraft, VariantDraft, cleaned
from kram.shop.catalog.errors import (
    CategoryMissing,
    OptionsRefused,
    OtherCurrency,
    ProductMissing,
    VariantMissing,
)
from kram.shop.catalog.models import Category, Product, ProductStatus, Variant
from kram.shop.catalog.naming import conflicts_named, insert_with_free_slug
from kram.shop.catalog.options.shape import live, options_of
from kram.shop.catalog.prices.history import remember
from kram.shop.catalog.service.addresses import readdress_product
from kram.shop.catalog.slugs import slug_of


async def create_product(tx: TenantTx, draft: ProductDraft) -> Product:
    """The new product, with its parts loaded; its variants have no stock yet.

    Raises: InvalidInput (also for a SKU in use), SkuTaken, OtherCurrency, CategoryMissing.
    """
    draft = cleaned(draft)
    await _check_neighbours(tx, draft, None)
    product_id = new_id()

    async def insert(slug: str) -> bool:
        return await queries.insert_product(tx, _columns(tx, product_id, slug, draft))

    await insert_with_free_slug(
        slug_of(draft.slug or draft.title),
        lambda slugs: queries.taken_product_slugs(tx, slugs),
        insert,
    )
    async with conflicts_named():
        variants = _variants(product_id, draft)
        tx.add_all(variants)
        await tx.flush()
    await remember(tx, [variant.id for variant in variants])
    await mark_changed(tx)
    return await _loaded(tx, product_id)


async def update_product(tx: TenantTx, product_id: UUID, draft: ProductDraft) -> Product:
    """Makes the product what the draft says; what the draft leaves out is archived.

    Locks the product's row. A draft that changes nothing leaves the version as it is.
    Raises: ProductMissing, VariantMissing, SlugTaken, and like `create_product`.
    """
    draft = cleaned(draft)
    await _lock(tx, product_id)
    await _check_neighbours(tx, draft, product_id)
    product = await _loaded(tx, product_id)
    if draft.slug:
        await readdress_product(tx, product, draft.slug)
    product.title = draft.title
    product.description = draft.description
    product.category_id = draft.category_id
    product.status = draft.status
    _apply_variants(tx, product, draft)
    await _save(tx, product)
    return await _loaded(tx, product_id)


async def archive_product(tx: TenantTx, product_id: UUID) -> Product:
    """Nobody sees or buys it any more; its orders keep their lines. Raises: ProductMissing."""
    return await _set_status(tx, product_id, ProductStatus.ARCHIVED)


async def restore_product(tx: TenantTx, product_id: UUID) -> Product:
    """Raises: ProductMissing."""
    return await _set_status(tx, product_id, ProductStatus.ACTIVE)


async def _set_status(tx: TenantTx, product_id: UUID, status: ProductStatus) -> Product:
    await _lock(tx, product_id)
    product = await _loaded(tx, product_id)
    product.status = status
    await _save(tx, product)
    return product


async def _lock(tx: TenantTx, product_id: UUID) -> None:
    if await tx.get(Product, product_id, lock=True) is None:
        raise ProductMissing


async def _loaded(tx: TenantTx, product_id: UUID) -> Product:
    product = await queries.product_with_parts(tx, product_id)
    assert product is not None, "locked or written a moment ago"
    return product


async def _save(tx: TenantTx, product: Product) -> None:
    if not tx.session.new and not any(map(tx.session.is_modified, tx.session.dirty)):
        return
    product.updated_at = tx.now
    async with conflicts_named():
        await tx.flush()
    await remember(tx, [variant.id for variant in product.offered])
    await mark_changed(tx)


async def _check_neighbours(tx: TenantTx, draft: ProductDraft, product_id: UUID | None) -> None:
    """What the draft must not collide with in the rest of the shop."""
    currency = await queries.currency_in_use(tx)
    if currency is not None and draft.variants[0].price.currency != currency:
        raise OtherCurrency(currency=currency)
    if draft.category_id is not None and await tx.get(Category, draft.category_id) is None:
        raise CategoryMissing
    owners = await queries.owners_of_skus(tx, [variant.sku for variant in draft.variants])
    refused = [
        FieldError(f"/variants/{place}/sku", "sku_taken", gettext_noop("This SKU is already used"))
        for place, variant in enumerate(draft.variants)
        if owners.get(variant.sku, product_id) != product_id
    ]
    if refused:
        raise InvalidInput(errors=refused)


def _apply_variants(tx: TenantTx, product: Product, draft: ProductDraft) -> None:
    by_id = {variant.id: variant for variant in product.variants}
    by_sku = {variant.sku: variant for variant in product.variants}
    kept: set[UUID] = set()
    made_of_options = bool(live(options_of(product.options)))
    for position, wanted in enumerate(draft.variants):
        variant = _matching(wanted, by_id, by_sku)
        if variant is None:
            if made_of_options:
                raise OptionsRefused(gettext_noop("Add a value to an option to add variants"))
            variant = _new_variant(product.id, position, wanted)
            tx.add(variant)
        variant.sku = wanted.sku
        if not made_of_options:
            variant.title, variant.position = wanted.title, position
        variant.price_minor, variant.currency = wanted.price.minor, wanted.price.currency
        variant.archived_at = None
        kept.add(variant.id)
    for variant in product.offered:
        if variant.id not in kept:
            variant.archived_at = tx.now


def _matching(
    wanted: VariantDraft, by_id: dict[UUID, Variant], by_sku: dict[str, Variant]
) -> Variant | None:
    """The variant meant by the draft: changed in place, so that stock and orders stay with it."""
    if wanted.id is None:
        return by_sku.get(wanted.sku)
    if wanted.id not in by_id:
        raise VariantMissing
    return by_id[wanted.id]


def _variants(product_id: UUID, draft: ProductDraft) -> list[Variant]:
    return [
        _new_variant(product_id, position, wanted) for position, wanted in enumerate(draft.variants)
    ]


def _new_variant(product_id: UUID, position: int, wanted: VariantDraft) -> Variant:
    return Variant(
        id=new_id(),
        product_id=product_id,
        sku=wanted.sku,
        title=wanted.title,
        price_minor=wanted.price.minor,
        currency=wanted.price.currency,
        position=position,
    )


def _columns(tx: TenantTx, product_id: UUID, slug: str, draft: ProductDraft) -> dict[str, object]:
    return {
        "id": product_id,
        "slug": slug,
        "title": draft.title,
        "description": draft.description,
        "status": draft.status,
        "category_id": draft.category_id,
        "created_at": tx.now,
        "updated_at": tx.now,
    }
