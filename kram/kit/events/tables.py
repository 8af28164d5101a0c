"""Rows in flight. Shops' roles may insert into `outbox` and `handled`; only the platform reads."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, LargeBinary, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import RelayBase


class OutboxRow(RelayBase):
    """An event on its way. `next_at` is both timer and lease: a row is due once it has passed."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_due", "next_at", postgresql_where=text("done_at IS NULL AND dead_at IS NULL")
        ),
        Index("ix_outbox_done", "done_at", postgresql_where=text("done_at IS NOT NULL")),
        Index("ix_outbox_dead", "tenant_id", postgresql_where=text("dead_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    name: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    next_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    done_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)


class HandledRow(RelayBase):
    """One handler's word that it finished one row, written by the transaction of its effect."""

    __tablename__ = "handled"

    row_id: Mapped[UUID] = mapped_column(primary_key=True)
    handler: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class InboxRow(RelayBase):
    """A message from outside: stored under (source, external_id) before it is answered with 200.

    `ordering_key` keeps rows of one chat or one payment in order; None means any order.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index(
            "ix_inbox_due",
            "kind",
            "next_at",
            postgresql_where=text("done_at IS NULL AND dead_at IS NULL"),
        ),
        Index(
            "ix_inbox_order",
            "source",
            "ordering_key",
            "id",
            postgresql_where=text("done_at IS NULL AND dead_at IS NULL"),
        ),
        Index("ix_inbox_done", "done_at", postgresql_where=text("done_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    kind: Mapped[str]
    source: Mapped[str]
    external_id: Mapped[str]
    ordering_key: Mapped[str | None]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    next_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    done_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)
