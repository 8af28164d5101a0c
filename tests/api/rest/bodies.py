"""What is sent, and what a refusal must leave as it is."""

from typing import Any

from sqlalchemy import text

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant


def variant(sku: str = "CUP", minor: Any = 12_500, currency: Any = "UAH", **more: Any) -> Any:
    return {"sku": sku, "price": {"minor": minor, "currency": currency}, **more}


def product(*variants: Any, **changes: Any) -> dict[str, Any]:
    return {"title": "Cup", "variants": list(variants) or [variant()], **changes}


_STATE = (
    "SELECT id, title, status, updated_at FROM product ORDER BY id",
    "SELECT id, sku, price_minor, currency, archived_at FROM variant ORDER BY id",
    "SELECT variant_id, on_hand FROM stock ORDER BY variant_id",
    "SELECT id, name, parent_id FROM category ORDER BY id",
    "SELECT version FROM catalog_version",
)


async def goods(db: Database, tenant: Tenant) -> list[Any]:
    """Everything that a refusal must leave as it is."""
    async with db.tenant_read(tenant) as tx:
        return [[tuple(row) for row in await tx.execute(text(query))] for query in _STATE]
