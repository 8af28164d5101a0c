from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase

_NOW = text("now()")


class PaymentStatus(StrEnum):
    """`created`: row committed, provider not asked yet. `pending`: the provider waits for money.

    `held`: money came, but not the amount that was asked for; a person decides.
    """

    CREATED = "created"
    PENDING = "pending"
    FAILED = "failed"
    CANCELLED = "cancelled"
    HELD = "held"
    SUCCEEDED = "succeeded"


class RefundStatus(StrEnum):
    CREATED = "created"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class RefundReason(StrEnum):
    """Why money goes back where nobody wrote a reason; a person's own is free text."""

    PAID_TWICE = "paid_twice"
    ORDER_CANCELLED = "order_cancelled"
    SOLD_OUT = "sold_out"
    WRONG_AMOUNT = "wrong_amount"
    REST_CANCELLED = "rest_cancelled"
    EDITED = "edited"
    RETURNED = "returned"


class Payment(TenantBase):
    """One attempt to collect an order's money; its id is the provider's idempotency key.

    `captured_minor` is what the provider says it took, `refunded_minor` what it gave back; in
    `captured_currency`, if that is not the one that was asked for.
    """

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint(
            "status IN ('created', 'pending', 'failed', 'cancelled', 'held', 'succeeded')",
            name="status_known",
        ),
        CheckConstraint("amount_minor >= 0", name="amount_sane"),
        CheckConstraint(
            "refunded_minor >= 0 AND refunded_minor <= captured_minor", name="refunds_within"
        ),
        UniqueConstraint("provider", "provider_ref"),
        Index("ix_payment_order", "order_id"),
        Index(
            "ix_payment_open",
            "updated_at",
            postgresql_where=text("status IN ('created', 'pending')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    provider: Mapped[str]
    provider_ref: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default=PaymentStatus.CREATED)
    currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[int]
    captured_minor: Mapped[int] = mapped_column(server_default="0")
    captured_currency: Mapped[str | None] = mapped_column(String(3))
    refunded_minor: Mapped[int] = mapped_column(server_default="0")
    redirect_url: Mapped[str | None]
    failure: Mapped[str] = mapped_column(server_default="")
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=_NOW)

    @property
    def money_currency(self) -> str:
        """What its money is counted in, there and back."""
        return self.captured_currency or self.currency


class Refund(TenantBase):
    """Money on its way back; its id is the provider's idempotency key.

    `actor` is "kind:id" of who wanted it, `actor_name` how they were called. Together with what was
    given back, the `created` ones never exceed what was captured.
    """

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("status IN ('created', 'succeeded', 'failed')", name="status_known"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        UniqueConstraint("payment_id", "provider_ref"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payment.id", ondelete="CASCADE"))
    amount_minor: Mapped[int]
    status: Mapped[str] = mapped_column(server_default=RefundStatus.CREATED)
    provider_ref: Mapped[str | None]
    reason: Mapped[str]
    actor: Mapped[str]
    actor_name: Mapped[str] = mapped_column(server_default="Kram")
    failure: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=_NOW)
