"""Statements on collections."""

from collections.abc import Collection as Group
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.catalog.collections.conditions_queries import holds
from kram.shop.catalog.collections.rules import Condition
from kram.shop.catalog.models import Collection, CollectionProduct, Product, ProductStatus


async def collections(tx: TenantRead) -> Sequence[Collection]:
    found = await tx.scalars(
        select(Collection).order_by(Collection.position, Collection.title, Collection.id)
    )
    return found.all()


async def insert_collection(tx: TenantTx, values: Mapping[str, Any]) -> bool:
    """False: somebody has just taken the slug, and nothing was written."""
    statement = insert(Collection).values(**values)
    statement = statement.on_conflict_do_nothing(index_elements=["slug"])
    return await tx.scalar(statement.returning(Collection.id)) is not None


async def products_of(tx: TenantRead, collection_id: UUID) -> list[UUID]:
    """What was put in by hand, in order."""
    found = await tx.scalars(
        select(CollectionProduct.product_id)
        .where(CollectionProduct.collection_id == collection_id)
        .order_by(CollectionProduct.position, CollectionProduct.product_id)
    )
    return list(found)


async def replace_products(tx: TenantTx, collection_id: UUID, products: Group[UUID]) -> None:
    await tx.execute(
        delete(CollectionProduct)
        .where(CollectionProduct.collection_id == collection_id)
        .execution_options(synchronize_session=False)
    )
    rows = [
        {"collection_id": collection_id, "product_id": product_id, "position": position}
        for position, product_id in enumerate(products)
    ]
    if rows:
        await tx.execute(insert(CollectionProduct), rows)


async def found_by(tx: TenantRead, rule: Condition) -> int:
    """How many products on sale the rule finds now."""
    count: int = await tx.scalar(
        select(func.count()).where(Product.status == ProductStatus.ACTIVE, holds(rule))
    )
    return count


async def ids_found_by(tx: TenantRead, rule: Condition) -> set[UUID]:
    return set(
        await tx.scalars(
            select(Product.id).where(Product.status == ProductStatus.ACTIVE, holds(rule))
        )
    )


async def titles_of(tx: TenantRead, products: Group[UUID]) -> dict[UUID, str]:
    if not products:
        return {}
    found = await tx.execute(select(Product.id, Product.title).where(Product.id.in_(products)))
    return {row.id: row.title for row in found}
