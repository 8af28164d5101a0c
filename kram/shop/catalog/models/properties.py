from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase

_NO_OBJECT, _NO_LIST = text("'{}'::jsonb"), text("'[]'::jsonb")


class AttributeKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    COLOUR = "colour"
    DATE = "date"
    REFERENCE = "reference"


class AttributeScope(StrEnum):
    PRODUCT = "product"
    VARIANT = "variant"


class Attribute(TenantBase):
    """A property that goods of this shop may have; its values stand in their `attributes`.

    `code` is the key there and in addresses, and never changes; `unit` belongs to numbers,
    `choices` (code, label and, of a colour, its "#rrggbb") to choices and colours.
    """

    __tablename__ = "attribute"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('text', 'number', 'choice', 'colour', 'date', 'reference')",
            name="kind_known",
        ),
        CheckConstraint("scope IN ('product', 'variant')", name="scope_known"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    kind: Mapped[str]
    scope: Mapped[str] = mapped_column(server_default=AttributeScope.PRODUCT)
    unit: Mapped[str] = mapped_column(server_default="")
    choices: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=_NO_LIST)
    is_filter: Mapped[bool] = mapped_column(server_default=text("true"))
    position: Mapped[int] = mapped_column(server_default="0")
    translations: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=_NO_OBJECT)
