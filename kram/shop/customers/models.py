from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase

_NOW = text("now()")
_NOTHING = text("'{}'")


class IdentityKind(StrEnum):
    """By what a person is known for certain, whichever channel they come through.

    A Telegram account is known by `Customer.telegram_id`, which is unique, and needs no row.
    """

    PHONE = "phone"
    EMAIL = "email"


class StepKind(StrEnum):
    """Entries of a customer's history."""

    PROVED = "proved"
    """A phone, an e-mail or a Telegram account turned out to be theirs."""
    PASSED_ON = "passed_on"
    """A phone or an e-mail turned out to be somebody else's by now."""
    MERGED = "merged"
    GRANTED = "granted"
    WITHDRAWN = "withdrawn"
    EXPORTED = "exported"
    ERASED = "erased"
    HELD = "held"
    """Somebody forbade to erase this person, or allowed it again."""


class Channel(StrEnum):
    TELEGRAM = "telegram"
    EMAIL = "email"
    SMS = "sms"
    PHONE = "phone"


class Purpose(StrEnum):
    """What a person is written to for; news of their own orders needs no consent."""

    MARKETING = "marketing"
    REVIEWS = "reviews"
    PERSONALISATION = "personalisation"


class Customer(TenantBase):
    """A shopper of this shop. `can_message`: the bot may write to them first.

    `phone` and `email` are as they were typed, and prove nothing. `consents` are the standing ones,
    as "channel:purpose". The counters follow orders; `spent_minor` is money that came and stayed.
    A profile with `merged_into` is empty: all that was its own belongs to that one. It may keep a
    second Telegram account of the same person, so that whoever signs in by it is led on.
    """

    __tablename__ = "customer"
    __table_args__ = (
        CheckConstraint("merged_into <> id", name="not_merged_into_itself"),
        Index("ix_customer_recent", "created_at", "id"),
        Index("ix_customer_tags", "tags", postgresql_using="gin"),
        Index("ix_customer_group_ids", "group_ids", postgresql_using="gin"),
        Index(
            "ix_customer_merged_into",
            "merged_into",
            postgresql_where=text("merged_into IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    telegram_id: Mapped[int | None] = mapped_column(unique=True)
    name: Mapped[str]
    username: Mapped[str | None]
    language: Mapped[str] = mapped_column(String(2))
    phone: Mapped[str | None]
    email: Mapped[str | None]
    can_message: Mapped[bool] = mapped_column(server_default=text("false"))
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_NOTHING)
    group_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=_NOTHING)
    consents: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_NOTHING)
    orders_count: Mapped[int] = mapped_column(server_default="0")
    spent_minor: Mapped[int] = mapped_column(server_default="0")
    first_order_at: Mapped[datetime | None]
    last_order_at: Mapped[datetime | None]
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("customer.id"))
    erased_at: Mapped[datetime | None]
    hold_reason: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    seen_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class CustomerIdentity(TenantBase):
    """Proof that a phone (E.164) or an e-mail (lower case) is this person's.

    Only what was proved stands here: it is the one thing by which profiles are joined.
    """

    __tablename__ = "customer_identity"
    __table_args__ = (
        CheckConstraint("kind IN ('phone', 'email')", name="kind_known"),
        Index("ix_customer_identity_customer", "customer_id"),
    )

    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    source: Mapped[str]
    verified_at: Mapped[datetime]


class CustomerAddress(TenantBase):
    """Where parcels go. At most one a customer is the default."""

    __tablename__ = "customer_address"
    __table_args__ = (
        Index("ix_customer_address_customer", "customer_id", "created_at"),
        Index(
            "uq_customer_address_default",
            "customer_id",
            unique=True,
            postgresql_where=text("is_default"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    recipient: Mapped[str]
    phone: Mapped[str]
    country: Mapped[str] = mapped_column(String(2), server_default="")
    city: Mapped[str]
    line: Mapped[str]
    postal_code: Mapped[str] = mapped_column(server_default="")
    is_default: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class CustomerGroup(TenantBase):
    """Customers whom the merchant treats alike: wholesale, friends of the house."""

    __tablename__ = "customer_group"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class CustomerNote(TenantBase):
    """What the staff wrote about a customer, for the staff."""

    __tablename__ = "customer_note"
    __table_args__ = (Index("ix_customer_note_customer", "customer_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    body: Mapped[str]
    actor_name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class CustomerStep(TenantBase):
    """One entry of a customer's history. Never changed (revoked by grant), so nothing personal.

    It stays with the profile that it happened to: after a merge the history is of several.
    `facts` are ids, names of channels and the like.
    """

    __tablename__ = "customer_step"
    __table_args__ = (Index("ix_customer_step_customer", "customer_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    kind: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=_NOTHING)
    actor_kind: Mapped[str]
    actor_id: Mapped[str]
    actor_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=_NOW)
