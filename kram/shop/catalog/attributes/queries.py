"""Statements on attributes."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import delete, select, text

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.catalog.models import Attribute, AttributeScope

_FORGET_ON_PRODUCTS = text(
    "UPDATE product SET attributes = attributes - :code WHERE jsonb_exists(attributes, :code)"
)
_FORGET_ON_VARIANTS = text(
    "UPDATE variant SET attributes = attributes - :code WHERE jsonb_exists(attributes, :code)"
)


async def attributes(tx: TenantRead) -> Sequence[Attribute]:
    found = await tx.scalars(
        select(Attribute).order_by(Attribute.position, Attribute.label, Attribute.id)
    )
    return found.all()


async def attributes_by_code(tx: TenantRead, codes: Collection[str]) -> dict[str, Attribute]:
    if not codes:
        return {}
    asked = [code for code in codes if "\0" not in code]  # PostgreSQL takes no such text
    found = await tx.scalars(select(Attribute).where(Attribute.code.in_(asked)))
    return {attribute.code: attribute for attribute in found}


async def remove(tx: TenantTx, attribute_id: UUID, code: str, scope: AttributeScope) -> None:
    """With all values of it."""
    forget = _FORGET_ON_PRODUCTS if scope is AttributeScope.PRODUCT else _FORGET_ON_VARIANTS
    await tx.execute(forget, {"code": code})
    await tx.execute(
        delete(Attribute)
        .where(Attribute.id == attribute_id)
        .execution_options(synchronize_session=False)
    )
