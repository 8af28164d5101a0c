"""Every ordinary statement on the catalogue; the storefront's fast ones are in `storefront/`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Text,
    any_,
    bindparam,
    cast,
    delete,
    exists,
    false,
    func,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import JSONPATH, insert
from sqlalchemy.orm import selectinload

from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.pagination import USUAL_PAGE, Page, page_of, read_cursor
from kram.shop.catalog.attributes.filters import AttributeFilter, Known, json_path
from kram.shop.catalog.models import (
    Attribute,
    AttributeScope,
    CatalogVersion,
    Category,
    Media,
    Product,
    ProductStatus,
    SlugRedirect,
    Variant,
)
from kram.shop.catalog.models import Collection as Shelf
from kram.shop.catalog.offer_queries import Component as Component
from kram.shop.catalog.offer_queries import Offer as Offer
from kram.shop.catalog.offer_queries import offers as offers
from kram.shop.catalog.words import patterns

_PARTS = (selectinload(Product.variants), selectinload(Product.media))


async def catalog_version(tx: TenantRead) -> int:
    version: int = await tx.scalar(select(CatalogVersion.version))
    return version


async def bump_version(tx: TenantTx) -> int:
    statement = update(CatalogVersion).values(version=CatalogVersion.version + 1)
    version: int = await tx.scalar(
        statement.returning(CatalogVersion.version).execution_options(synchronize_session=False)
    )
    return version


async def product_with_parts(tx: TenantRead, product_id: UUID) -> Product | None:
    """With its variants (archived ones too: see `Product.offered`) and pictures."""
    return await _one_product(tx, Product.id == product_id)


async def product_by_slug(tx: TenantRead, slug: str) -> Product | None:
    return await _one_product(tx, Product.slug == slug)


async def _one_product(tx: TenantRead, condition: Any) -> Product | None:
    query = select(Product).where(condition).options(*_PARTS)
    found = await tx.scalars(query.execution_options(populate_existing=True))
    return found.first()


async def products_page(
    tx: TenantRead,
    *,
    statuses: Collection[ProductStatus] = (ProductStatus.ACTIVE, ProductStatus.DRAFT),
    category_id: UUID | None = None,
    q: str = "",
    tag: str = "",
    attribute: AttributeFilter | None = None,
    cursor: str | None = None,
    limit: int = USUAL_PAGE,
) -> Page[Product]:
    """For the staff: the newest first, with variants and pictures. Raises: BadCursor."""
    query = select(Product).where(Product.status.in_(statuses)).options(*_PARTS)
    if category_id is not None:
        query = query.where(Product.category_id == category_id)
    if tag:
        query = query.where(
            Product.tags.bool_op("@>")(cast([tag.replace("\0", "")], ARRAY(Text())))
        )
    if attribute is not None:
        query = query.where(await _has_value(tx, attribute))
    for pattern in patterns(q):
        has_sku = exists().where(Variant.product_id == Product.id, Variant.sku.ilike(pattern))
        query = query.where(or_(Product.title.ilike(pattern), has_sku))
    if cursor is not None:
        last = read_cursor(cursor, tuple[datetime, UUID])
        query = query.where(tuple_(Product.created_at, Product.id) < last)
    query = query.order_by(Product.created_at.desc(), Product.id.desc()).limit(limit + 1)
    rows = (await tx.scalars(query)).all()
    return page_of(rows, limit, lambda product: (product.created_at, product.id))


async def _has_value(tx: TenantRead, wanted: AttributeFilter) -> ColumnElement[bool]:
    """Of the product or one of its variants; an unknown attribute is nobody's."""
    row = await tx.scalar(select(Attribute).where(Attribute.code == wanted.code))
    if row is None:
        return false()
    known = {row.code: Known(row.code, row.kind, row.scope)}
    path = cast(json_path([wanted], known, AttributeScope(row.scope)), JSONPATH())
    found: ColumnElement[bool]
    if row.scope == AttributeScope.PRODUCT:
        found = Product.attributes.path_match(path)
        return found
    found = exists().where(Variant.product_id == Product.id, Variant.attributes.path_match(path))
    return found


async def count_products(tx: TenantRead) -> dict[ProductStatus, int]:
    found = await tx.execute(select(Product.status, func.count()).group_by(Product.status))
    counts = dict.fromkeys(ProductStatus, 0)
    counts.update({ProductStatus(row[0]): row[1] for row in found})
    return counts


async def categories(tx: TenantRead) -> Sequence[Category]:
    """The whole tree, neighbours in order."""
    found = await tx.scalars(select(Category).order_by(Category.position, Category.name))
    return found.all()


async def lock_categories(tx: TenantTx) -> Sequence[Category]:
    """The whole tree, ours until the commit: no two moves can close a circle together."""
    query = select(Category).order_by(Category.id).with_for_update(key_share=True)
    return (await tx.scalars(query.execution_options(populate_existing=True))).all()


_TAKEN_SLUGS = select(Product.slug).where(
    Product.slug == any_(bindparam("slugs", type_=ARRAY(Text())))
)


async def taken_product_slugs(tx: TenantRead, slugs: Collection[str]) -> set[str]:
    return set(await tx.scalars(_TAKEN_SLUGS, {"slugs": list(slugs)}))


async def taken_category_slugs(tx: TenantRead, slugs: Collection[str]) -> set[str]:
    return set(await tx.scalars(select(Category.slug).where(Category.slug.in_(slugs))))


async def taken_collection_slugs(tx: TenantRead, slugs: Collection[str]) -> set[str]:
    return set(await tx.scalars(select(Shelf.slug).where(Shelf.slug.in_(slugs))))


async def redirect(tx: TenantTx, kind: str, old: str, new: str, target_id: UUID) -> None:
    """From the old address to whatever the target's is; the new one leads nowhere else."""
    await tx.execute(
        delete(SlugRedirect)
        .where(SlugRedirect.kind == kind, SlugRedirect.slug == new)
        .execution_options(synchronize_session=False)
    )
    statement = insert(SlugRedirect).values(
        kind=kind, slug=old, target_id=target_id, created_at=tx.now
    )
    statement = statement.on_conflict_do_update(
        index_elements=["kind", "slug"], set_={"target_id": target_id}
    )
    await tx.execute(statement)


async def known_products(tx: TenantRead, ids: Collection[UUID]) -> set[UUID]:
    if not ids:
        return set()
    return set(await tx.scalars(select(Product.id).where(Product.id.in_(ids))))


async def owners_of_skus(tx: TenantRead, skus: Collection[str]) -> dict[str, UUID]:
    """The product that has each SKU, archived variants included."""
    found = await tx.execute(select(Variant.sku, Variant.product_id).where(Variant.sku.in_(skus)))
    return {row.sku: row.product_id for row in found}


async def currency_in_use(tx: TenantRead) -> str | None:
    """The currency of the shop's prices; None while it has none."""
    currency: str | None = await tx.scalar(select(Variant.currency).limit(1))
    return currency


async def insert_product(tx: TenantTx, values: Mapping[str, Any]) -> bool:
    """False: somebody has just taken the slug, and nothing was written."""
    statement = insert(Product).values(**values).on_conflict_do_nothing(index_elements=["slug"])
    return await tx.scalar(statement.returning(Product.id)) is not None


async def insert_category(tx: TenantTx, values: Mapping[str, Any]) -> bool:
    """False: somebody has just taken the slug, and nothing was written."""
    statement = insert(Category).values(**values).on_conflict_do_nothing(index_elements=["slug"])
    return await tx.scalar(statement.returning(Category.id)) is not None


# Set where it differs only, so that a change of one branch writes one branch.
_SETTLE_PATHS = text(
    """
    WITH RECURSIVE tree AS (
        SELECT id, replace(id::text, '-', '') || '.' AS path FROM category WHERE parent_id IS NULL
        UNION ALL
        SELECT child.id, tree.path || replace(child.id::text, '-', '') || '.'
        FROM category AS child JOIN tree ON child.parent_id = tree.id
    )
    UPDATE category SET path = tree.path FROM tree
    WHERE category.id = tree.id AND category.path <> tree.path
    """
)


async def settle_paths(tx: TenantTx) -> None:
    """Makes all paths what the parents say: moves a branch in one statement, however large."""
    await tx.execute(_SETTLE_PATHS)


async def hand_over(tx: TenantTx, category: UUID, heir: UUID | None) -> None:
    """Gives a category's products and children to its parent."""
    for column in (Product.category_id, Category.parent_id):
        statement = update(column.class_).where(column == category).values({column.key: heir})
        await tx.execute(statement.execution_options(synchronize_session=False))


async def count_media(tx: TenantRead, product_id: UUID) -> tuple[int, int]:
    """How many pictures there are, and the last one's position (-1 without any)."""
    found = await tx.execute(
        select(func.count(), func.coalesce(func.max(Media.position), -1)).where(
            Media.product_id == product_id
        )
    )
    count, last = found.one()
    return count, last


async def media_of(tx: TenantRead, product_id: UUID) -> Sequence[Media]:
    found = await tx.scalars(
        select(Media).where(Media.product_id == product_id).order_by(Media.position, Media.id)
    )
    return found.all()


async def mark_avif(tx: TenantTx, media_id: UUID) -> bool:
    """False for a picture that is gone."""
    found = await tx.scalar(
        update(Media).where(Media.id == media_id).values(has_avif=True).returning(Media.id)
    )
    return found is not None


async def first_skus(tx: TenantRead, products: Sequence[UUID]) -> list[str]:
    """One SKU of each, in the products' order."""
    if not products:
        return []
    found = await tx.execute(
        select(Variant.product_id, func.min(Variant.sku).label("sku"))
        .where(Variant.product_id.in_(products))
        .group_by(Variant.product_id)
    )
    by_product = {row.product_id: row.sku for row in found}
    return [by_product[each] for each in products if each in by_product]
