"""Prices as SQL: the rule itself, the lists, and the history."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    FromClause,
    Interval,
    Select,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    delete,
    func,
    literal_column,
    not_,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.catalog.models import ListPrice, PriceHistory, PriceList, Variant


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
) -> FromClause:
    """One row: the lowest price that a list gives the variant, as `minor`; NULL if none does."""
    return (
        select(func.min(ListPrice.minor).label("minor"))
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
        .lateral("listed")
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

_FOREVER = literal_column("'infinity'::timestamptz", DateTime(timezone=True))
_EVER = literal_column("'-infinity'::timestamptz", DateTime(timezone=True))
_WINDOW = literal_column("interval '30 days'", Interval())


def lowest_before_sale(
    at: ColumnElement[datetime], variants: ColumnElement[bool]
) -> Select[UUID, int]:
    """(variant, lowest price of the 30 days before its sale that is on), for those of `variants`.

    A row of the history holds from its `at` until the next one's; its sale only within its own
    dates. What counts is the part of the row within the 30 days.
    """
    reduced = (
        select(
            Variant.id,
            Variant.price_minor,
            Variant.sale_from.label("began"),
            (Variant.sale_from - _WINDOW).label("since"),
        )
        .where(variants, Variant.sale_from <= at, sale_price(at).is_not(None))
        .cte("reduced")
    )
    row = PriceHistory
    after = func.lead(row.at).over(partition_by=row.variant_id, order_by=row.at)
    spans = (
        select(
            row.variant_id,
            row.price_minor,
            row.sale_minor,
            row.at.label("begins"),
            func.coalesce(after, _FOREVER).label("ends"),
            func.coalesce(row.sale_from, _EVER).label("sale_begins"),
            func.coalesce(row.sale_until, _FOREVER).label("sale_ends"),
        )
        .where(row.variant_id.in_(select(reduced.c.id)))
        .cte("spans")
    )
    low = func.greatest(spans.c.begins, reduced.c.since)
    high = func.least(spans.c.ends, reduced.c.began)
    whole = and_(
        spans.c.sale_minor.is_not(None), spans.c.sale_begins <= low, spans.c.sale_ends >= high
    )
    touched = and_(spans.c.sale_begins < high, spans.c.sale_ends > low)
    cost = func.least(case((not_(whole), spans.c.price_minor)), case((touched, spans.c.sale_minor)))
    within = and_(
        spans.c.variant_id == reduced.c.id,
        spans.c.begins < reduced.c.began,
        spans.c.ends > reduced.c.since,
    )
    return (
        select(
            reduced.c.id.label("variant_id"),
            func.coalesce(func.min(cost), func.min(reduced.c.price_minor)).label("lowest"),
        )
        .outerjoin_from(reduced, spans, within)
        .group_by(reduced.c.id)
    )


_LOWEST = lowest_before_sale(
    bindparam("at", type_=DateTime(timezone=True)),
    Variant.id == any_(bindparam("variants", type_=ARRAY(Uuid()))),
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
