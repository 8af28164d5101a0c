"""Control-plane tables: who may sign in, which shops exist, where a shop's rows live."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import PlatformBase
from kram.kit.db.scope import PLATFORM_SCHEMA, Tenant, TenantId

_NOW = text("now()")


class Role(StrEnum):
    OWNER = "owner"
    MANAGER = "manager"
    SUPPORT = "support"
    COURIER = "courier"


class ShopStatus(StrEnum):
    OPEN = "open"
    PAUSED = "paused"


class BotState(StrEnum):
    ACTIVE = "active"
    TOKEN_INVALID = "token_invalid"  # noqa: S105  (a state, not a secret)
    REMOVED = "removed"


class LinkPurpose(StrEnum):
    """Kept apart, so that a code posted in the staff's group cannot open the owner's account."""

    ACCOUNT = "account"
    STAFF_CHAT = "staff_chat"


class Merchant(PlatformBase):
    """A person with a dashboard account. `email` is stored lower-case."""

    __tablename__ = "merchant"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    name: Mapped[str]
    language: Mapped[str] = mapped_column(String(2), server_default="uk")
    telegram_id: Mapped[int | None] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class LoginSession(PlatformBase):
    """One sign-in and its rotating refresh token.

    `refresh_hash` is the current token's SHA-256, `previous_hash` the one before it, which a second
    tab may still present for a short grace after `rotated_at`. Any other token of the session, or
    that one later, means theft and ends the session.
    """

    __tablename__ = "login_session"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    merchant_id: Mapped[UUID] = mapped_column(
        ForeignKey(f"{PLATFORM_SCHEMA}.merchant.id", ondelete="CASCADE"), index=True
    )
    refresh_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    previous_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    user_agent: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    rotated_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class TenantSchema(PlatformBase):
    """A schema with its role, made ahead of need; `shop_id` is None while it is spare."""

    __tablename__ = "tenant_schema"
    __table_args__ = (
        Index("ix_tenant_schema_spare", "created_at", postgresql_where=text("shop_id IS NULL")),
    )

    name: Mapped[str] = mapped_column(primary_key=True)
    cell: Mapped[str] = mapped_column(server_default="main")
    revision: Mapped[str]
    shop_id: Mapped[UUID | None] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    claimed_at: Mapped[datetime | None]


class Shop(PlatformBase):
    """A merchant's shop; `slug` is its public address, `cell` the database that holds its rows."""

    __tablename__ = "shop"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'paused')", name="status_known"),
        CheckConstraint("slug ~ '^[a-z0-9]([a-z0-9-]{1,38}[a-z0-9])$'", name="slug_form"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=ShopStatus.OPEN)
    cell: Mapped[str] = mapped_column(server_default="main")
    schema: Mapped[str] = mapped_column(unique=True)
    currency: Mapped[str] = mapped_column(String(3))
    language: Mapped[str] = mapped_column(String(2))
    timezone: Mapped[str] = mapped_column(server_default="Europe/Kyiv")
    theme: Mapped[str] = mapped_column(server_default="market")
    accent: Mapped[str] = mapped_column(server_default="#2f7d4f")
    payment_methods: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{cod}")
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)

    @property
    def tenant(self) -> Tenant:
        return Tenant(TenantId(self.id), self.schema, self.slug)


class Membership(PlatformBase):
    """What a merchant may do in a shop."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("role IN ('owner', 'manager', 'support', 'courier')", name="role_known"),
    )

    shop_id: Mapped[UUID] = mapped_column(
        ForeignKey(f"{PLATFORM_SCHEMA}.shop.id", ondelete="CASCADE"), primary_key=True
    )
    merchant_id: Mapped[UUID] = mapped_column(
        ForeignKey(f"{PLATFORM_SCHEMA}.merchant.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    )
    role: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class Bot(PlatformBase):
    """The Telegram bot a shop speaks through.

    `public_id` is the opaque part of its webhook's address. `token_sealed` and `webapp_key_sealed`
    (the key that signs init data) are envelopes bound to the bot's row; `secret_hash` is the
    SHA-256 of the webhook's secret header. `settings` are the texts, commands and replies that the
    merchant chose; the bot's door knows their shape.
    """

    __tablename__ = "bot"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'token_invalid', 'removed')", name="state_known"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    shop_id: Mapped[UUID] = mapped_column(
        ForeignKey(f"{PLATFORM_SCHEMA}.shop.id", ondelete="CASCADE"), unique=True
    )
    telegram_id: Mapped[int] = mapped_column(unique=True)
    username: Mapped[str]
    title: Mapped[str]
    public_id: Mapped[str] = mapped_column(unique=True)
    token_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    webapp_key_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(server_default=BotState.ACTIVE)
    staff_chat_id: Mapped[int | None]
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    configured_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class LinkCode(PlatformBase):
    """A one-time code that joins a Telegram account or a staff chat to a shop."""

    __tablename__ = "link_code"
    __table_args__ = (
        CheckConstraint("purpose IN ('account', 'staff_chat')", name="purpose_known"),
    )

    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    shop_id: Mapped[UUID] = mapped_column(
        ForeignKey(f"{PLATFORM_SCHEMA}.shop.id", ondelete="CASCADE")
    )
    merchant_id: Mapped[UUID] = mapped_column(
        ForeignKey(f"{PLATFORM_SCHEMA}.merchant.id", ondelete="CASCADE")
    )
    purpose: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
