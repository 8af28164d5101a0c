from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kram.kit.db.base import TenantBase
from kram.kit.money import Money

_NOW = text("now()")


class ProductStatus(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


class Category(TenantBase):
    __tablename__ = "category"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("category.id"), index=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    position: Mapped[int] = mapped_column(server_default="0")


class Product(TenantBase):
    """What a shopper sees; what is bought is always one of its variants."""

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint("status IN ('draft', 'active', 'archived')", name="status_known"),
        Index("ix_product_listed", "created_at", "id", postgresql_where=text("status = 'active'")),
        Index("ix_product_category", "category_id", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    status: Mapped[str] = mapped_column(server_default=ProductStatus.ACTIVE)
    category_id: Mapped[UUID | None] = mapped_column(ForeignKey("category.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=_NOW)

    variants: Mapped[list["Variant"]] = relationship(
        lazy="raise", order_by="Variant.position", back_populates="product"
    )
    media: Mapped[list["Media"]] = relationship(lazy="raise", order_by="Media.position")

    @property
    def offered(self) -> "list[Variant]":
        """The variants that are not archived, in order; `variants` must be loaded."""
        return [variant for variant in self.variants if variant.archived_at is None]


class Variant(TenantBase):
    """One SKU. `title` is empty for a product that comes in one form only."""

    __tablename__ = "variant"
    __table_args__ = (
        CheckConstraint("price_minor >= 0 AND price_minor <= 10000000000000", name="price_sane"),
        Index("ix_variant_product", "product_id", "position"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"))
    sku: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(server_default="")
    price_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    position: Mapped[int] = mapped_column(server_default="0")
    archived_at: Mapped[datetime | None]

    product: Mapped[Product] = relationship(lazy="raise", back_populates="variants")

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)


class Media(TenantBase):
    """A product's picture, stored as WebP in named widths under `{key}/{width}.webp`."""

    __tablename__ = "media"
    __table_args__ = (Index("ix_media_product", "product_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(unique=True)
    alt: Mapped[str] = mapped_column(server_default="")
    position: Mapped[int] = mapped_column(server_default="0")
    width: Mapped[int]
    height: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class CatalogVersion(TenantBase):
    """One row; bumped by every transaction that changes what a shopper sees."""

    __tablename__ = "catalog_version"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, server_default="1")
    version: Mapped[int] = mapped_column(server_default="1")
