"""What the pages of price lists show."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, true

from kram.kit.db.tx import TenantRead
from kram.shop.catalog.models import ListPrice, Product, Variant

ROWS_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Listed:
    """A variant of a list; `own_minor` is what it costs without, in its own currency; `tiers` are
    pairs (from so many units on, minor units)."""

    variant_id: UUID
    product_id: UUID
    sku: str
    title: str
    own_minor: int
    own_currency: str
    tiers: list[tuple[int, int]]


async def count_listed(tx: TenantRead) -> dict[UUID, int]:
    """How many variants each list prices; one without any is left out."""
    found = await tx.execute(
        select(
            ListPrice.price_list_id, func.count(ListPrice.variant_id.distinct()).label("variants")
        ).group_by(ListPrice.price_list_id)
    )
    return {row.price_list_id: row.variants for row in found}


async def listed_page(
    tx: TenantRead, price_list_id: UUID, after: UUID | None
) -> tuple[list[Listed], UUID | None]:
    """A page and, if there are more, the last of it. Two statements for any number of prices."""
    ids = (
        select(ListPrice.variant_id)
        .where(
            ListPrice.price_list_id == price_list_id,
            ListPrice.variant_id > after if after else true(),
        )
        .distinct()
        .order_by(ListPrice.variant_id)
        .limit(ROWS_A_PAGE + 1)
        .subquery()
    )
    goods = await tx.execute(
        select(
            Variant.id,
            Variant.product_id,
            Variant.sku,
            Product.title,
            Variant.title.label("variant_title"),
            Variant.price_minor,
            Variant.currency,
        )
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.id.in_(select(ids.c.variant_id)))
        .order_by(Variant.id)
    )
    rows = goods.all()
    shown = rows[:ROWS_A_PAGE]
    prices = await tx.execute(
        select(ListPrice.variant_id, ListPrice.min_quantity, ListPrice.minor)
        .where(
            ListPrice.price_list_id == price_list_id,
            ListPrice.variant_id.in_([row.id for row in shown]),
        )
        .order_by(ListPrice.min_quantity)
    )
    tiers: dict[UUID, list[tuple[int, int]]] = {}
    for price in prices:
        tiers.setdefault(price.variant_id, []).append((price.min_quantity, price.minor))
    listed = [
        Listed(
            row.id,
            row.product_id,
            row.sku,
            f"{row.title} · {row.variant_title}" if row.variant_title else row.title,
            row.price_minor,
            row.currency,
            tiers.get(row.id, []),
        )
        for row in shown
    ]
    return listed, shown[-1].id if len(rows) > ROWS_A_PAGE else None
