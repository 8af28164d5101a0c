from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase

_NOW = text("now()")


class NotificationState(StrEnum):
    SENDING = "sending"
    SENT = "sent"
    UNREACHABLE = "unreachable"
    FAILED = "failed"


class Notification(TenantBase):
    """One message that must go out once: the row is claimed before sending.

    A crash between the send and its record lets the lease end and the message go out a second
    time at most; Telegram offers no key to prevent that.
    """

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id", "chat_id"),
        CheckConstraint(
            "state IN ('sending', 'sent', 'unreachable', 'failed')", name="state_known"
        ),
        Index("ix_notification_subject", "subject_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    chat_id: Mapped[int]
    state: Mapped[str] = mapped_column(server_default=NotificationState.SENDING)
    lease_until: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(server_default="1")
    message_id: Mapped[int | None]
    error: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=_NOW)
