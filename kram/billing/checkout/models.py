from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase


class IdempotencyKey(TenantBase):
    """A request that must happen once: the row comes first, its result in the effect's commit.

    `response` is None while the first request still runs; after `lease_until` another may take
    over. `fingerprint` is the SHA-256 of the body: the same key with another body is refused.
    """

    __tablename__ = "idempotency_key"
    __table_args__ = (Index("ix_idempotency_key_age", "created_at"),)

    actor: Mapped[str] = mapped_column(primary_key=True)
    operation: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    lease_until: Mapped[datetime]
    response: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    created_at: Mapped[datetime]
