"""Every statement on reviews and ratings."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.pagination import USUAL_PAGE, Page, page_of, read_cursor
from kram.shop.catalog.models import Product, ProductStatus
from kram.shop.customers.models import Customer
from kram.shop.orders.models import Order, OrderLine, OrderStatus
from kram.shop.reviews.models import ProductRating, Review, ReviewState

_ADD_TO_RATING = text(
    """
    INSERT INTO product_rating (product_id, reviews, stars, ones, twos, threes, fours, fives)
    VALUES (:product, :reviews, :stars, :ones, :twos, :threes, :fours, :fives)
    ON CONFLICT (product_id) DO UPDATE SET
        reviews = product_rating.reviews + :reviews,
        stars = product_rating.stars + :stars,
        ones = product_rating.ones + :ones,
        twos = product_rating.twos + :twos,
        threes = product_rating.threes + :threes,
        fours = product_rating.fours + :fours,
        fives = product_rating.fives + :fives
    """
)
_CHANGE_RATING = text(
    """
    UPDATE product_rating SET
        reviews = reviews + :reviews,
        stars = stars + :stars,
        ones = ones + :ones,
        twos = twos + :twos,
        threes = threes + :threes,
        fours = fours + :fours,
        fives = fives + :fives
    WHERE product_id = :product
    """
)
_COLUMNS = ("ones", "twos", "threes", "fours", "fives")


@dataclass(frozen=True, slots=True)
class Listed:
    """A review with what its product is called."""

    review: Review
    product_title: str
    product_slug: str


async def add_to_rating(
    tx: TenantTx, product_id: UUID, *, gone: int | None, come: int | None
) -> None:
    """One published review fewer, one more, or one that changed its stars; in one statement."""
    change = dict.fromkeys(_COLUMNS, 0)
    for stars, by in ((gone, -1), (come, 1)):
        if stars is not None:
            change[_COLUMNS[stars - 1]] += by
    if any(change.values()):
        values = {
            "product": product_id,
            "reviews": sum(change.values()),
            "stars": (come or 0) - (gone or 0),
        }
        # What goes has come before, so its row is there.
        statement = _ADD_TO_RATING if gone is None else _CHANGE_RATING
        await tx.execute(statement, {**values, **change})


async def insert_review(tx: TenantTx, values: dict[str, Any]) -> bool:
    """False when this customer has reviewed the product before."""
    arrived = insert(Review).values(**values).on_conflict_do_nothing()
    return await tx.scalar(arrived.returning(Review.id)) is not None


async def review_by(
    tx: TenantRead, product_id: UUID, customer_id: UUID, *, lock: bool = False
) -> Review | None:
    query = select(Review).where(Review.product_id == product_id, Review.customer_id == customer_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found: Review | None = (await tx.scalars(query)).first()
    return found


async def may_be_reviewed(tx: TenantRead, product_id: UUID) -> bool:
    query = select(Product.id).where(
        Product.id == product_id, Product.status != ProductStatus.DRAFT
    )
    return await tx.scalar(query) is not None


async def author_name(tx: TenantRead, customer_id: UUID) -> str:
    return await tx.scalar(select(Customer.name).where(Customer.id == customer_id)) or ""


async def has_bought(tx: TenantRead, customer_id: UUID, product_id: UUID) -> bool:
    query = (
        select(Order.id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(
            Order.customer_id == customer_id,
            Order.status == OrderStatus.DELIVERED,
            OrderLine.product_id == product_id,
        )
    )
    return await tx.scalar(query.limit(1)) is not None


async def mark_bought(tx: TenantTx, order_id: UUID) -> None:
    goods = select(OrderLine.product_id).where(OrderLine.order_id == order_id)
    buyer = select(Order.customer_id).where(Order.id == order_id).scalar_subquery()
    await tx.execute(
        update(Review)
        .where(Review.customer_id == buyer, Review.product_id.in_(goods), ~Review.is_bought)
        .values(is_bought=True)
    )


async def count_recent(tx: TenantRead, customer_id: UUID, since: datetime, but_for: UUID) -> int:
    """Reviews that the customer wrote since then, of other goods."""
    query = (
        select(func.count())
        .select_from(Review)
        .where(
            Review.customer_id == customer_id,
            Review.created_at >= since,
            Review.product_id != but_for,
        )
    )
    return int(await tx.scalar(query))


async def is_copy(tx: TenantRead, mark: str, customer_id: UUID, product_id: UUID) -> bool:
    """Whether somebody else said the same, or the same customer of other goods."""
    if not mark:
        return False
    query = select(Review.id).where(
        Review.fingerprint == mark,
        tuple_(Review.customer_id, Review.product_id) != (customer_id, product_id),
    )
    return await tx.scalar(query.limit(1)) is not None


async def ratings(tx: TenantRead, product_ids: Collection[UUID]) -> dict[UUID, ProductRating]:
    """Of those that were reviewed."""
    query = select(ProductRating).where(
        ProductRating.product_id.in_(product_ids), ProductRating.reviews > 0
    )
    return {rating.product_id: rating for rating in await tx.scalars(query)}


async def published_page(
    tx: TenantRead,
    product_id: UUID,
    *,
    stars: int | None = None,
    cursor: str | None = None,
    limit: int = USUAL_PAGE,
) -> Page[Review]:
    """The newest first. Raises: BadCursor."""
    query = select(Review).where(
        Review.product_id == product_id, Review.state == ReviewState.PUBLISHED
    )
    if stars is not None:
        query = query.where(Review.stars == stars)
    if cursor is not None:
        last = read_cursor(cursor, tuple[datetime, UUID])
        query = query.where(tuple_(Review.published_at, Review.id) < last)
    query = query.order_by(Review.published_at.desc(), Review.id.desc()).limit(limit + 1)
    rows: Sequence[Review] = (await tx.scalars(query)).all()
    return page_of(rows, limit, lambda review: (review.published_at, review.id))


async def queue_page(
    tx: TenantRead,
    *,
    state: ReviewState | None = None,
    product_id: UUID | None = None,
    cursor: str | None = None,
    limit: int = USUAL_PAGE,
) -> Page[Listed]:
    """With their goods; what waits comes the oldest first, else the newest. Raises: BadCursor."""
    query = select(Review, Product.title, Product.slug).join(
        Product, Product.id == Review.product_id
    )
    if state is not None:
        query = query.where(Review.state == state)
    if product_id is not None:
        query = query.where(Review.product_id == product_id)
    place = tuple_(Review.created_at, Review.id)
    oldest_first = state is ReviewState.PENDING
    if cursor is not None:
        last = read_cursor(cursor, tuple[datetime, UUID])
        query = query.where(place > last if oldest_first else place < last)
    order = (Review.created_at, Review.id)
    ordered = order if oldest_first else tuple(column.desc() for column in order)
    rows = (await tx.execute(query.order_by(*ordered).limit(limit + 1))).all()
    listed = [Listed(row[0], row[1], row[2]) for row in rows]
    return page_of(listed, limit, lambda item: (item.review.created_at, item.review.id))


async def listed(tx: TenantRead, review_id: UUID) -> Listed | None:
    query = select(Review, Product.title, Product.slug).join(
        Product, Product.id == Review.product_id
    )
    row = (await tx.execute(query.where(Review.id == review_id))).one_or_none()
    return None if row is None else Listed(row[0], row[1], row[2])


async def count_by_state(tx: TenantRead) -> dict[ReviewState, int]:
    found = await tx.execute(select(Review.state, func.count()).group_by(Review.state))
    counts = dict.fromkeys(ReviewState, 0)
    counts.update({ReviewState(row[0]): row[1] for row in found})
    return counts


async def reviews_of(
    tx: TenantRead, customer_ids: Sequence[UUID], limit: int = 1000
) -> Sequence[Listed]:
    """The newest first."""
    query = (
        select(Review, Product.title, Product.slug)
        .join(Product, Product.id == Review.product_id)
        .where(Review.customer_id.in_(customer_ids))
        .order_by(Review.created_at.desc(), Review.id.desc())
    )
    found = await tx.execute(query.limit(limit))
    return [Listed(row[0], row[1], row[2]) for row in found]


async def lock_reviews_of(tx: TenantTx, customer_ids: Sequence[UUID]) -> Sequence[Review]:
    query = select(Review).where(Review.customer_id.in_(customer_ids)).order_by(Review.id)
    return (
        await tx.scalars(query.with_for_update().execution_options(populate_existing=True))
    ).all()


async def drop_review(tx: TenantTx, review_id: UUID) -> None:
    await tx.execute(delete(Review).where(Review.id == review_id))


async def product_named(tx: TenantRead, slug: str) -> UUID | None:
    """Of goods that are on sale."""
    query = select(Product.id).where(Product.slug == slug, Product.status == ProductStatus.ACTIVE)
    found: UUID | None = await tx.scalar(query)
    return found


async def is_shown(tx: TenantRead, photo_key: str) -> bool:
    """Whether some review has the picture, of any state."""
    found = select(Review.id).where(Review.photos.contains([{"key": photo_key}])).limit(1)
    return await tx.scalar(found) is not None
