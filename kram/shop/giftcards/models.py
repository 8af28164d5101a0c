from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase

_NOW = text("now()")


class MoveCause(StrEnum):
    ISSUED = "issued"
    REDEEMED = "redeemed"
    RETURNED = "returned"


class GiftCard(TenantBase):
    """`code_hash` is the SHA-256 of a random code of 80 bits, which is shown once, when issued."""

    __tablename__ = "gift_card"
    __table_args__ = (
        CheckConstraint("balance_minor BETWEEN 0 AND issued_minor", name="balance_sane"),
        Index("ix_gift_card_recent", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(unique=True)
    last4: Mapped[str] = mapped_column(String(4))
    currency: Mapped[str] = mapped_column(String(3))
    issued_minor: Mapped[int]
    balance_minor: Mapped[int]
    note: Mapped[str] = mapped_column(server_default="")
    expires_at: Mapped[datetime | None]
    blocked_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class GiftCardMove(TenantBase):
    """One change of a balance; the sum is the balance. Never changed (revoked by grant)."""

    __tablename__ = "gift_card_move"
    __table_args__ = (
        CheckConstraint("delta_minor <> 0", name="delta_real"),
        Index("ix_gift_card_move_card", "card_id", "id"),
        Index("ix_gift_card_move_order", "order_id", postgresql_where=text("order_id IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    card_id: Mapped[UUID] = mapped_column(ForeignKey("gift_card.id"))
    order_id: Mapped[UUID | None]
    delta_minor: Mapped[int]
    cause: Mapped[str]
    actor: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
