"""Whether there are units, for the storefront's statements.

The tables belong to `shop.inventory`, a slice above, whose models may not be imported here; the
storefront reads them in the same statement all the same, because a second one would cost as much as
all the rest. A test compares what is named here with the real tables.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    MetaData,
    Table,
    Text,
    Uuid,
    and_,
    case,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute

from kram.shop.catalog.models import BundleComponent, Variant

_TABLES = MetaData()

STOCK = Table(
    "stock",
    _TABLES,
    Column("variant_id", Uuid()),
    Column("warehouse_id", Uuid()),
    Column("on_hand", BigInteger()),
    Column("reserved", BigInteger()),
)
WAREHOUSE = Table("warehouse", _TABLES, Column("id", Uuid()), Column("is_active", Boolean()))
STOCK_POLICY = Table(
    "stock_policy",
    _TABLES,
    Column("variant_id", Uuid()),
    Column("selling", Text()),
    Column("available_from", Date()),
    Column("backordered", BigInteger()),
    Column("backorder_limit", BigInteger()),
)

_FROM_STOCK = literal_column("'in_stock'", Text())
_GOODS = literal_column("'goods'", Text())
_BUNDLE = literal_column("'bundle'", Text())
_ENDLESS = (literal_column("'digital'", Text()), literal_column("'gift_card'", Text()))
_ZERO = literal_column("0", BigInteger())
_SELLING_PLACES = select(WAREHOUSE.c.id).where(WAREHOUSE.c.is_active)


def can_be_bought() -> ColumnElement[bool]:
    """Of the Variant in hand: a bundle as long as no component lacks units for one of it."""
    free = (
        select(func.coalesce(func.sum(STOCK.c.on_hand - STOCK.c.reserved), _ZERO))
        .where(
            STOCK.c.variant_id == BundleComponent.component_id,
            STOCK.c.warehouse_id.in_(_SELLING_PLACES),
        )
        .correlate(BundleComponent)
        .scalar_subquery()
    )
    enough = or_(free >= BundleComponent.quantity, _is_promised(BundleComponent.component_id))
    of_parts = (
        select(func.coalesce(func.bool_and(enough), false()))
        .where(BundleComponent.bundle_id == Variant.id)
        .correlate(Variant)
        .scalar_subquery()
    )
    return case(
        (Variant.kind == _BUNDLE, of_parts),
        (Variant.kind.in_(_ENDLESS), true()),
        else_=has_units(Variant.id),
    )


def is_to_order() -> ColumnElement[bool]:
    """Of the Variant in hand: it can be bought, and nothing of it is there."""
    return and_(Variant.kind == _GOODS, not_(is_there(Variant.id)), _is_promised(Variant.id))


def there_from() -> ColumnElement[date | None]:
    """Of the Variant in hand: what a pre-order promises."""
    return (
        select(STOCK_POLICY.c.available_from)
        .where(STOCK_POLICY.c.variant_id == Variant.id)
        .correlate(Variant)
        .scalar_subquery()
    )


def has_units(variant_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Whether it can be bought: from a place that sells, or before it is there."""
    return or_(is_there(variant_id), _is_promised(variant_id))


def is_there(variant_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    return exists().where(
        STOCK.c.variant_id == variant_id,
        STOCK.c.on_hand > STOCK.c.reserved,
        STOCK.c.warehouse_id.in_(_SELLING_PLACES),
    )


def _is_promised(variant_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    return exists().where(
        STOCK_POLICY.c.variant_id == variant_id,
        STOCK_POLICY.c.selling != _FROM_STOCK,
        or_(
            STOCK_POLICY.c.backorder_limit.is_(None),
            STOCK_POLICY.c.backordered < STOCK_POLICY.c.backorder_limit,
        ),
    )
