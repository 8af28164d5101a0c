"""Every statement on favourites."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert

from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.pagination import USUAL_PAGE, Page, page_of, read_cursor
from kram.shop.catalog.models import Media, Product, ProductStatus, Variant
from kram.shop.reviews.models import Favourite

_MOVE = text(
    """
    INSERT INTO favourite (customer_id, product_id, created_at)
    SELECT :to, product_id, created_at FROM favourite WHERE customer_id = :from
    ON CONFLICT DO NOTHING
    """
)


@dataclass(frozen=True, slots=True)
class Liked:
    """`lowest` and `highest` are minor units; None when nothing of it is sold any more."""

    product_id: UUID
    slug: str
    title: str
    is_sold: bool
    liked_at: datetime
    lowest: int | None
    highest: int | None
    currency: str | None
    picture_key: str | None


async def insert_favourite(tx: TenantTx, customer_id: UUID, product_id: UUID) -> None:
    """Once, however often it is asked for."""
    arrived = insert(Favourite).values(
        customer_id=customer_id, product_id=product_id, created_at=tx.now
    )
    await tx.execute(arrived.on_conflict_do_nothing())


async def delete_favourite(tx: TenantTx, customer_id: UUID, product_id: UUID) -> None:
    await tx.execute(
        delete(Favourite).where(
            Favourite.customer_id == customer_id, Favourite.product_id == product_id
        )
    )


async def count_of(tx: TenantRead, customer_id: UUID) -> int:
    query = select(func.count()).select_from(Favourite).where(Favourite.customer_id == customer_id)
    return int(await tx.scalar(query))


async def liked_ids(tx: TenantRead, customer_id: UUID) -> list[UUID]:
    """The latest first."""
    query = select(Favourite.product_id).where(Favourite.customer_id == customer_id)
    ordered = query.order_by(Favourite.created_at.desc(), Favourite.product_id)
    return list(await tx.scalars(ordered))


async def liked_page(
    tx: TenantRead,
    customer_ids: Sequence[UUID],
    *,
    cursor: str | None = None,
    limit: int = USUAL_PAGE,
) -> Page[Liked]:
    """The latest first, with what a card shows, in one statement. Raises: BadCursor."""
    offered = Variant.product_id == Product.id, Variant.archived_at.is_(None)
    lowest = select(func.min(Variant.price_minor)).where(*offered).scalar_subquery()
    highest = select(func.max(Variant.price_minor)).where(*offered).scalar_subquery()
    currency = select(func.min(Variant.currency)).where(*offered).scalar_subquery()
    picture = (
        select(Media.key)
        .where(Media.product_id == Product.id)
        .order_by(Media.position, Media.id)
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(
            Product.id,
            Product.slug,
            Product.title,
            Product.status == ProductStatus.ACTIVE,
            Favourite.created_at,
            lowest,
            highest,
            currency,
            picture,
        )
        .join(Favourite, Favourite.product_id == Product.id)
        .where(Favourite.customer_id.in_(customer_ids))
    )
    place = tuple_(Favourite.created_at, Favourite.product_id)
    if cursor is not None:
        query = query.where(place < read_cursor(cursor, tuple[datetime, UUID]))
    ordered = query.order_by(Favourite.created_at.desc(), Favourite.product_id.desc())
    rows = (await tx.execute(ordered.limit(limit + 1))).all()
    found = [Liked(*row) for row in rows]
    return page_of(found, limit, lambda liked: (liked.liked_at, liked.product_id))


async def how_often(tx: TenantRead, product_ids: Collection[UUID]) -> dict[UUID, int]:
    """By how many customers each is liked; nothing for those that nobody likes."""
    query = (
        select(Favourite.product_id, func.count())
        .where(Favourite.product_id.in_(product_ids))
        .group_by(Favourite.product_id)
    )
    return {row[0]: row[1] for row in await tx.execute(query)}


async def most_liked(tx: TenantRead, limit: int = 10) -> list[tuple[UUID, str, int]]:
    """(product, title, by how many)."""
    count = func.count().label("count")
    query = (
        select(Product.id, Product.title, count)
        .join(Favourite, Favourite.product_id == Product.id)
        .group_by(Product.id, Product.title)
        .order_by(count.desc(), Product.title)
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in await tx.execute(query)]


async def is_there(tx: TenantRead, product_id: UUID) -> bool:
    query = select(Product.id).where(
        Product.id == product_id, Product.status != ProductStatus.DRAFT
    )
    return await tx.scalar(query) is not None


async def move(tx: TenantTx, from_id: UUID, to_id: UUID) -> None:
    await tx.execute(_MOVE, {"from": from_id, "to": to_id})
    await drop_all(tx, [from_id])


async def drop_all(tx: TenantTx, customer_ids: Sequence[UUID]) -> None:
    await tx.execute(delete(Favourite).where(Favourite.customer_id.in_(customer_ids)))
