"""Prices as SQL: the rule itself, the lists, and the history."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Uuid,
    any_,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.catalog.models import ListPrice, PriceList, Variant


def own_price(at: ColumnElement[datetime]) -> ColumnElement[int]:
    """A variant's price without any list; the NULL of no sale is passed over by LEAST."""
    return func.least(Variant.price_minor, sale_price(at))


def sale_price(at: ColumnElement[datetime]) -> ColumnElement[int | None]:
    """NULL when there is no sale at that moment."""
    begun = or_(Variant.sale_from.is_(None), Variant.sale_from <= at)
    lasts = or_(Variant.sale_until.is_(None), Variant.sale_until > at)
    return case((Variant.sale_minor.is_not(None) & begun & lasts, Variant.sale_minor))


def listed_price(
    at: ColumnElement[datetime],
    quantity: ColumnElement[int],
    currency: ColumnElement[str],
    groups: ColumnElement[Any],
) -> ColumnElement[int | None]:
    """The lowest price that a list gives a variant; NULL if none does."""
    return (
        select(func.min(ListPrice.minor))
        .join(PriceList, PriceList.id == ListPrice.price_list_id)
        .where(
            ListPrice.variant_id == Variant.id,
            ListPrice.min_quantity <= quantity,
            PriceList.is_active,
            PriceList.currency == currency,
            or_(PriceList.group_id.is_(None), PriceList.group_id == any_(groups)),
            or_(PriceList.starts_at.is_(None), PriceList.starts_at <= at),
            or_(PriceList.ends_at.is_(None), PriceList.ends_at > at),
        )
        .correlate(Variant)
        .scalar_subquery()
    )


# Clock time, not the transaction's: two changes in one transaction are two rows.
_REMEMBER = text(
    """
    INSERT INTO price_history
        (variant_id, at, price_minor, sale_minor, sale_from, sale_until, currency)
    SELECT variant.id, clock_timestamp(), variant.price_minor, variant.sale_minor,
           variant.sale_from, variant.sale_until, variant.currency
    FROM variant LEFT JOIN LATERAL (
        SELECT price_minor, sale_minor, sale_from, sale_until, currency
        FROM price_history WHERE price_history.variant_id = variant.id
        ORDER BY at DESC LIMIT 1
    ) AS last ON true
    WHERE variant.id = ANY(CAST(:variants AS uuid[]))
      AND (last.price_minor, last.sale_minor, last.sale_from, last.sale_until, last.currency)
          IS DISTINCT FROM (variant.price_minor, variant.sale_minor, variant.sale_from,
                            variant.sale_until, variant.currency)
    """
)

# A row of the history holds from its `at` until the next one's; its sale only within its own dates.
# What counts is the part of the row within the 30 days before the sale that is on now began.
_LOWEST = text(
    """
    WITH reduced AS (
        SELECT id, price_minor, sale_from AS began, sale_from - interval '30 days' AS since
        FROM variant
        WHERE id = ANY(CAST(:variants AS uuid[])) AND sale_minor IS NOT NULL
          AND sale_from <= :at AND coalesce(sale_until, 'infinity') > :at
    ), spans AS (
        SELECT variant_id, price_minor, sale_minor, at AS begins,
               coalesce(lead(at) OVER (PARTITION BY variant_id ORDER BY at), 'infinity') AS ends,
               coalesce(sale_from, '-infinity') AS sale_begins,
               coalesce(sale_until, 'infinity') AS sale_ends
        FROM price_history WHERE variant_id = ANY(CAST(:variants AS uuid[]))
    ), parts AS (
        SELECT reduced.id, spans.*, greatest(begins, since) AS low, least(ends, began) AS high
        FROM reduced JOIN spans ON variant_id = id AND begins < began AND ends > since
    )
    SELECT reduced.id AS variant_id, coalesce(min(least(
        CASE WHEN NOT coalesce(sale_minor IS NOT NULL AND sale_begins <= low AND sale_ends >= high,
                               false) THEN parts.price_minor END,
        CASE WHEN sale_begins < high AND sale_ends > low THEN parts.sale_minor END
    )), min(reduced.price_minor)) AS lowest
    FROM reduced LEFT JOIN parts ON parts.id = reduced.id
    GROUP BY reduced.id
    """
)


async def remember(tx: TenantTx, variant_ids: Collection[UUID]) -> None:
    """Writes down the prices of these variants that differ from what was written last."""
    if variant_ids:
        await tx.execute(_REMEMBER, {"variants": list(variant_ids)})


async def lowest(tx: TenantRead, variant_ids: Collection[UUID], at: datetime) -> dict[UUID, int]:
    """Minor units, of those that are on sale at that moment."""
    found = await tx.execute(_LOWEST, {"variants": list(variant_ids), "at": at})
    return {row.variant_id: row.lowest for row in found}


async def price_lists(tx: TenantRead) -> Sequence[PriceList]:
    found = await tx.scalars(select(PriceList).order_by(PriceList.name, PriceList.id))
    return found.all()


async def prices_of_list(tx: TenantRead, price_list_id: UUID) -> Sequence[ListPrice]:
    found = await tx.scalars(
        select(ListPrice)
        .where(ListPrice.price_list_id == price_list_id)
        .order_by(ListPrice.variant_id, ListPrice.min_quantity)
    )
    return found.all()


async def write_prices(tx: TenantTx, rows: Sequence[Mapping[str, Any]]) -> None:
    """`price_list_id`, `variant_id`, `min_quantity`, `minor`; one that is there is replaced."""
    statement = insert(ListPrice)
    statement = statement.on_conflict_do_update(
        index_elements=["price_list_id", "variant_id", "min_quantity"],
        set_={"minor": statement.excluded.minor},
    )
    await tx.execute(statement, list(rows))


async def remove_prices(tx: TenantTx, price_list_id: UUID, variant_ids: Collection[UUID]) -> None:
    await tx.execute(
        delete(ListPrice)
        .where(
            ListPrice.price_list_id == price_list_id,
            ListPrice.variant_id == any_(bindparam("variants", type_=ARRAY(Uuid()))),
        )
        .execution_options(synchronize_session=False),
        {"variants": list(variant_ids)},
    )


async def currencies_of(tx: TenantRead, variant_ids: Collection[UUID]) -> dict[UUID, str]:
    found = await tx.execute(
        select(Variant.id, Variant.currency).where(
            Variant.id == any_(bindparam("variants", type_=ARRAY(Uuid())))
        ),
        {"variants": list(variant_ids)},
    )
    return {row.id: row.currency for row in found}
