from datetime import datetime
from uuid import UUID

from sqlalchemy import String, text
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase

_NOW = text("now()")


class Customer(TenantBase):
    """A shopper of this shop. `can_message`: the bot may write to them first."""

    __tablename__ = "customer"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    telegram_id: Mapped[int | None] = mapped_column(unique=True)
    name: Mapped[str]
    username: Mapped[str | None]
    language: Mapped[str] = mapped_column(String(2))
    phone: Mapped[str | None]
    can_message: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    seen_at: Mapped[datetime] = mapped_column(server_default=_NOW)
