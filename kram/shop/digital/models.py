from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase

_NOW = text("now()")
_STANDS = text("revoked_at IS NULL")


class GrantKind(StrEnum):
    FILES = "files"
    KEY = "key"
    CARD = "card"


class DigitalFile(TenantBase):
    """What buyers of a variant may download, stored privately under `key`.

    A removed one is kept for what was counted; its content is deleted.
    """

    __tablename__ = "digital_file"
    __table_args__ = (
        CheckConstraint("size_bytes >= 0", name="size_sane"),
        Index("ix_digital_file_variant", "variant_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variant.id", ondelete="CASCADE"))
    name: Mapped[str]
    size_bytes: Mapped[int]
    key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    removed_at: Mapped[datetime | None]


class LicenceKey(TenantBase):
    """One key of a pool, sealed; free until `given_at`. A withdrawn one is deleted.

    `fingerprint` is a keyed hash, by which a key that is uploaded again is known.
    """

    __tablename__ = "licence_key"
    __table_args__ = (
        Index("uq_licence_key_fingerprint", "variant_id", "fingerprint", unique=True),
        Index("ix_licence_key_free", "variant_id", "id", postgresql_where=text("given_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variant.id", ondelete="CASCADE"))
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    given_at: Mapped[datetime | None]


class DigitalGrant(TenantBase):
    """What one `unit` of an order's line gave: a key or a gift card; unit 0 is the line's files.

    `downloads` is `{file: {"count": …, "link": the last one}}`, each up to `download_limit` (None:
    any number), until `expires_at`. A card of `face_minor` is issued a moment after its grant: from
    then on there is `card_id`, and `sealed` is its code. `seen_at`: somebody has read the key or
    the code since then. A key that went back to the pool may be withdrawn from it: then there is no
    `key_id` any more.
    """

    __tablename__ = "digital_grant"
    __table_args__ = (
        CheckConstraint("kind IN ('files', 'key', 'card')", name="kind_known"),
        CheckConstraint("kind = 'key' OR key_id IS NULL", name="key_fits"),
        Index("ix_digital_grant_order", "order_id"),
        Index("uq_digital_grant_unit", "line_id", "unit", unique=True, postgresql_where=_STANDS),
        Index("uq_digital_grant_key", "key_id", unique=True, postgresql_where=_STANDS),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    line_id: Mapped[UUID] = mapped_column(ForeignKey("order_line.id", ondelete="CASCADE"))
    unit: Mapped[int]
    kind: Mapped[str]
    variant_id: Mapped[UUID]
    key_id: Mapped[UUID | None] = mapped_column(ForeignKey("licence_key.id", ondelete="SET NULL"))
    card_id: Mapped[UUID | None] = mapped_column(ForeignKey("gift_card.id"))
    face_minor: Mapped[int | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    downloads: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    download_limit: Mapped[int | None]
    expires_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
