from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase

_NOW = text("now()")


class Configurator(TenantBase):
    """`definition` is a `definition.Definition`; `version` counts its changes from 1."""

    __tablename__ = "configurator"

    product_id: Mapped[UUID] = mapped_column(
        ForeignKey("product.id", ondelete="CASCADE"), primary_key=True
    )
    definition: Mapped[dict[str, Any]] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column(server_default="1")
    updated_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class Design(TenantBase):
    """`code` is random and public, its link is all it takes to see it. Never changed.

    `selection` is a `selection.Selection`, `words` what it was called when it was saved, `digest`
    names both together.
    """

    __tablename__ = "design"
    __table_args__ = (
        CheckConstraint("code <> ''", name="code_filled"),
        Index("uq_design_same", "product_id", "digest", unique=True),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"))
    selection: Mapped[dict[str, Any]] = mapped_column(JSONB)
    words: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    digest: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
