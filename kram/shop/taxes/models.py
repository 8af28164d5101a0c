from typing import Any

from sqlalchemy import CheckConstraint, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase


class TaxSettings(TenantBase):
    """One row. `rates` is a list of `rules.TaxRate`; `country` is where the shop sells (ISO 3166).

    `mode` and `rounding` are frozen in each order, so a change is for the next ones.
    """

    __tablename__ = "tax_settings"
    __table_args__ = (
        CheckConstraint("id = 1", name="single"),
        CheckConstraint("mode IN ('none', 'included', 'added')", name="mode_known"),
        CheckConstraint("rounding IN ('line', 'order')", name="rounding_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, server_default="1")
    mode: Mapped[str] = mapped_column(server_default="none")
    rounding: Mapped[str] = mapped_column(server_default="line")
    country: Mapped[str] = mapped_column(String(2), server_default="UA")
    taxes_delivery: Mapped[bool] = mapped_column(server_default=text("true"))
    rates: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
