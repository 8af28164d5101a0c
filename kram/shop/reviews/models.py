from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase

_NOW = text("now()")
_EMPTY_LIST = text("'[]'")


class ReviewState(StrEnum):
    PENDING = "pending"
    """A person has to look at it."""
    PUBLISHED = "published"
    REJECTED = "rejected"


class Review(TenantBase):
    """What a customer says of a product; once each. `author` is how it is signed.

    `photos` are [{"key", "width", "height"}]; `held_for` says why a person has to look;
    `fingerprint` tells the same text in another spelling.
    """

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("product_id", "customer_id"),
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars_known"),
        CheckConstraint("state IN ('pending', 'published', 'rejected')", name="state_known"),
        Index("ix_review_customer", "customer_id", "created_at"),
        Index("ix_review_queue", "state", "created_at", "id"),
        Index(
            "ix_review_shown",
            "product_id",
            "published_at",
            "id",
            postgresql_where=text("state = 'published'"),
        ),
        Index("ix_review_fingerprint", "fingerprint", postgresql_where=text("fingerprint <> ''")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    author: Mapped[str]
    stars: Mapped[int] = mapped_column(SmallInteger)
    body: Mapped[str] = mapped_column(server_default="")
    language: Mapped[str] = mapped_column(server_default="")
    photos: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=_EMPTY_LIST)
    is_bought: Mapped[bool] = mapped_column(server_default=text("false"))
    state: Mapped[str] = mapped_column(server_default=ReviewState.PENDING)
    held_for: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    fingerprint: Mapped[str] = mapped_column(server_default="")
    reply: Mapped[str] = mapped_column(server_default="")
    replied_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    published_at: Mapped[datetime | None]


class ProductRating(TenantBase):
    """How many published reviews gave how many stars; the mean is `stars` by `reviews`."""

    __tablename__ = "product_rating"
    __table_args__ = (
        CheckConstraint(
            "ones >= 0 AND twos >= 0 AND threes >= 0 AND fours >= 0 AND fives >= 0",
            name="never_below_nothing",
        ),
        CheckConstraint("reviews = ones + twos + threes + fours + fives", name="counts_add_up"),
        CheckConstraint(
            "stars = ones + 2 * twos + 3 * threes + 4 * fours + 5 * fives", name="stars_add_up"
        ),
    )

    product_id: Mapped[UUID] = mapped_column(
        ForeignKey("product.id", ondelete="CASCADE"), primary_key=True
    )
    reviews: Mapped[int]
    stars: Mapped[int]
    ones: Mapped[int] = mapped_column(server_default="0")
    twos: Mapped[int] = mapped_column(server_default="0")
    threes: Mapped[int] = mapped_column(server_default="0")
    fours: Mapped[int] = mapped_column(server_default="0")
    fives: Mapped[int] = mapped_column(server_default="0")


class Favourite(TenantBase):
    __tablename__ = "favourite"
    __table_args__ = (Index("ix_favourite_product", "product_id"),)

    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    product_id: Mapped[UUID] = mapped_column(
        ForeignKey("product.id", ondelete="CASCADE"), primary_key=True
    )
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
