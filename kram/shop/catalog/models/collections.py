from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase

_NOW = text("now()")
_NO_OBJECT = text("'{}'::jsonb")


class CollectionKind(StrEnum):
    """`MANUAL` holds what was put in, in that order; `RULE` whatever its rule finds."""

    MANUAL = "manual"
    RULE = "rule"


class Collection(TenantBase):
    """A shelf across categories. `rule` is a tree of conditions, see `collections/rules.py`."""

    __tablename__ = "collection"
    __table_args__ = (
        CheckConstraint("kind IN ('manual', 'rule')", name="kind_known"),
        CheckConstraint("(kind = 'rule') = (rule IS NOT NULL)", name="rule_present"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    kind: Mapped[str] = mapped_column(server_default=CollectionKind.MANUAL)
    rule: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    is_shown: Mapped[bool] = mapped_column(server_default=text("true"))
    position: Mapped[int] = mapped_column(server_default="0")
    picture_key: Mapped[str | None]
    translations: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=_NO_OBJECT)
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class CollectionProduct(TenantBase):
    __tablename__ = "collection_product"
    __table_args__ = (Index("ix_collection_product_product", "product_id"),)

    collection_id: Mapped[UUID] = mapped_column(
        ForeignKey("collection.id", ondelete="CASCADE"), primary_key=True
    )
    product_id: Mapped[UUID] = mapped_column(
        ForeignKey("product.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int]
