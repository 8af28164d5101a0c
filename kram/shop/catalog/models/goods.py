from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, String, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kram.kit.db.base import TenantBase
from kram.kit.money import Money

_NOW = text("now()")
_NO_OBJECT, _NO_LIST, _EMPTY = text("'{}'::jsonb"), text("'[]'::jsonb"), text("'{}'")


class ProductStatus(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


class VariantKind(StrEnum):
    """`BUNDLE` has no units of its own; those of `KEYS` are licence keys; `DIGITAL` (files) and
    `GIFT_CARD` have none that could run out."""

    GOODS = "goods"
    BUNDLE = "bundle"
    DIGITAL = "digital"
    KEYS = "keys"
    GIFT_CARD = "gift_card"

    @property
    def is_sent(self) -> bool:
        """By post or into the hand; all else is given on the order's page."""
        return self in (VariantKind.GOODS, VariantKind.BUNDLE)

    @property
    def is_endless(self) -> bool:
        return self in (VariantKind.DIGITAL, VariantKind.GIFT_CARD)


class Category(TenantBase):
    """`path` is the ids from the root down to it, each in hex and followed by a dot.

    All below a category have a path that begins with its own. Empty in a row that the release
    before wrote: the next change of the tree fills it in.
    """

    __tablename__ = "category"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("category.id"), index=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    position: Mapped[int] = mapped_column(server_default="0")
    path: Mapped[str] = mapped_column(server_default="", index=True)
    description: Mapped[str] = mapped_column(server_default="")
    picture_key: Mapped[str | None]
    translations: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=_NO_OBJECT)


class Product(TenantBase):
    """What a shopper sees; what is bought is always one of its variants.

    `options` (see `options/shape.py`), `attributes` by code and `translations` by language are
    read whole only, so they need no tables. `is_configurable`: there is something to choose of it
    besides its variant (`shop.configurator`).
    """

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint("status IN ('draft', 'active', 'archived')", name="status_known"),
        Index("ix_product_listed", "created_at", "id", postgresql_where=text("status = 'active'")),
        Index("ix_product_category", "category_id", "created_at", "id"),
        Index("ix_product_tags", "tags", postgresql_using="gin"),
        Index(
            "ix_product_attributes",
            "attributes",
            postgresql_using="gin",
            postgresql_ops={"attributes": "jsonb_path_ops"},
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    status: Mapped[str] = mapped_column(server_default=ProductStatus.ACTIVE)
    category_id: Mapped[UUID | None] = mapped_column(ForeignKey("category.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    options: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=_NO_LIST)
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default=_EMPTY)
    attributes: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=_NO_OBJECT)
    translations: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=_NO_OBJECT)
    related: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), server_default=_EMPTY)
    video_url: Mapped[str] = mapped_column(server_default="")
    is_returnable: Mapped[bool] = mapped_column(server_default=text("true"))
    publish_at: Mapped[datetime | None]
    unpublish_at: Mapped[datetime | None]
    is_configurable: Mapped[bool] = mapped_column(server_default=text("false"))

    variants: Mapped[list["Variant"]] = relationship(
        lazy="raise", order_by="Variant.position", back_populates="product"
    )
    media: Mapped[list["Media"]] = relationship(lazy="raise", order_by="Media.position")

    @property
    def offered(self) -> "list[Variant]":
        """The variants that are not archived, in order; `variants` must be loaded."""
        return [variant for variant in self.variants if variant.archived_at is None]


class Variant(TenantBase):
    """One SKU. `title` is empty for a product that comes in one form only.

    `choice` is the ids of its options' values, rising, with dots between; None without options.
    `sale_minor` counts from `sale_from` (None: since ever) until `sale_until` (None: for good).
    `compare_at_minor` is only shown beside the price. Amounts are minor units of `currency`.
    `media_id` names its own picture; when that is gone, the product's first is shown. `terms` of
    what is not sent are `shop.digital.terms.Terms`.
    """

    __tablename__ = "variant"
    __table_args__ = (
        CheckConstraint("price_minor >= 0 AND price_minor <= 10000000000000", name="price_sane"),
        CheckConstraint("sale_minor >= 0 AND sale_minor <= 10000000000000", name="sale_sane"),
        CheckConstraint(
            "kind IN ('goods', 'bundle', 'digital', 'keys', 'gift_card')", name="kind_known"
        ),
        Index("ix_variant_product", "product_id", "position"),
        Index(
            "uq_variant_choice",
            "product_id",
            "choice",
            unique=True,
            postgresql_where=text("archived_at IS NULL AND choice IS NOT NULL"),
        ),
        Index("ix_variant_barcode", "barcode", postgresql_where=text("barcode <> ''")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"))
    sku: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(server_default="")
    price_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    position: Mapped[int] = mapped_column(server_default="0")
    archived_at: Mapped[datetime | None]
    kind: Mapped[str] = mapped_column(server_default=VariantKind.GOODS)
    choice: Mapped[str | None]
    barcode: Mapped[str] = mapped_column(server_default="")
    weight_grams: Mapped[int | None]
    length_mm: Mapped[int | None]
    width_mm: Mapped[int | None]
    height_mm: Mapped[int | None]
    compare_at_minor: Mapped[int | None]
    cost_minor: Mapped[int | None]
    sale_minor: Mapped[int | None]
    sale_from: Mapped[datetime | None]
    sale_until: Mapped[datetime | None]
    media_id: Mapped[UUID | None]
    attributes: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=_NO_OBJECT)
    terms: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))

    product: Mapped[Product] = relationship(lazy="raise", back_populates="variants")

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)


class BundleComponent(TenantBase):
    """`quantity` units of a component go into one bundle. A bundle is never a component."""

    __tablename__ = "bundle_component"
    __table_args__ = (
        CheckConstraint("quantity BETWEEN 1 AND 999", name="quantity_sane"),
        CheckConstraint("bundle_id <> component_id", name="not_itself"),
        Index("ix_bundle_component_component", "component_id"),
    )

    bundle_id: Mapped[UUID] = mapped_column(
        ForeignKey("variant.id", ondelete="CASCADE"), primary_key=True
    )
    component_id: Mapped[UUID] = mapped_column(ForeignKey("variant.id"), primary_key=True)
    quantity: Mapped[int]


class Media(TenantBase):
    """A product's picture, stored as WebP in named widths under `{key}/{width}.webp`.

    `has_avif`: the worker has put an AVIF beside each. `alts` are by language, `alt` is the shop's.
    """

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
    has_avif: Mapped[bool] = mapped_column(server_default=text("false"))
    alts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=_NO_OBJECT)


class SlugRedirect(TenantBase):
    """An address that once was a product's, category's or collection's (`kind`)."""

    __tablename__ = "slug_redirect"

    kind: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(primary_key=True)
    target_id: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class CatalogVersion(TenantBase):
    """One row; bumped by every transaction that changes what a shopper sees."""

    __tablename__ = "catalog_version"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, server_default="1")
    version: Mapped[int] = mapped_column(server_default="1")
