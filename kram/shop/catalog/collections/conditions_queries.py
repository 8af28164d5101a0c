"""Rules and filters as conditions on Product, the same for both access paths.

Values are bound parameters; only which conditions there are decides the text.
"""

import json
from datetime import datetime
from typing import Any, assert_never
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Text,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import aliased

from kram.shop.catalog.collections.rules import (
    All,
    Available,
    Condition,
    CreatedWithin,
    Either,
    HasValue,
    InCategory,
    Not,
    Priced,
    Reduced,
    Tagged,
)
from kram.shop.catalog.models import Category, Product, Variant
from kram.shop.catalog.prices.queries import own_price, sale_price
from kram.shop.catalog.stock_queries import can_be_bought

_NOW: ColumnElement[datetime] = func.now()


def holds(rule: Condition) -> ColumnElement[bool]:  # noqa: C901 - one case a condition
    """What a product must be for the rule to find it."""
    match rule:
        case All(of):
            return and_(true(), *(holds(each) for each in of))
        case Either(of):
            return or_(false(), *(holds(each) for each in of))
        case Not(of):
            return not_(holds(of))
        case Tagged(tag):
            return has_tags(cast([tag.strip()], ARRAY(Text())))
        case InCategory(category_id):
            return Product.category_id.in_(_below(category_id))
        case Priced(low, high):
            return has_variant(price_between(low, high))
        case Available():
            return has_variant(can_be_bought())
        case Reduced():
            return has_variant(sale_price(_NOW).is_not(None))
        case HasValue(code, values):
            return attributes_match(Product.attributes, _value_path(code, values))
        case CreatedWithin(days):
            return Product.created_at > _NOW - func.make_interval(0, 0, 0, days)
        case _:
            assert_never(rule)


def has_tags(tags: ColumnElement[Any]) -> ColumnElement[bool]:
    """All of them."""
    found: ColumnElement[bool] = Product.tags.bool_op("@>")(tags)
    return found


def has_variant(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        exists()
        .where(Variant.product_id == Product.id, Variant.archived_at.is_(None), condition)
        .correlate(Product)
    )


def price_between(low: Any, high: Any) -> ColumnElement[bool]:
    """Of what one unit costs now without lists; an end that is None is open."""
    price = own_price(_NOW)
    ends = [price >= low] if low is not None else []
    ends += [price <= high] if high is not None else []
    return and_(true(), *ends)


def attributes_match(column: Any, path: Any) -> ColumnElement[bool]:
    """`path` is a JSON path predicate, see `attributes/filters.py`."""
    found: ColumnElement[bool] = column.path_match(cast(path, JSONPATH()))
    return found


def _value_path(code: str, values: tuple[str | float, ...]) -> str:
    key = f"$.{json.dumps(code)}"
    return " || ".join(f"{key} == {json.dumps(value)}" for value in values)


def _below(category_id: UUID) -> Any:
    """A row without a path, which the release before wrote, has nothing below it yet."""
    root, each = aliased(Category), aliased(Category)
    inside = and_(root.path != "", each.path >= root.path, each.path < root.path + literal("~"))
    return (
        select(each.id)
        .join(root, or_(each.id == root.id, inside))
        .where(root.id == category_id)
        .scalar_subquery()
    )
