"""Numbers of the first page."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Date, cast, exists, func, select

from kram.kit.db.tx import TenantRead
from kram.shop.orders.models import Order, OrderStatus

_NOT_SOLD = (OrderStatus.AWAITING_PAYMENT, OrderStatus.CANCELLED)


class DayOfSales(NamedTuple):
    """`minor` is the sum of the day's totals in the shop's currency."""

    day: date
    orders: int
    minor: int


async def sales_by_day(
    tx: TenantRead, timezone: str, since: datetime, currency: str
) -> Sequence[DayOfSales]:
    """Days of the shop's own zone that sold something, the oldest first."""
    day = cast(func.timezone(timezone, Order.created_at), Date)
    found = await tx.execute(
        select(day, func.count(), func.sum(Order.total_minor))
        .where(
            Order.created_at >= since,
            Order.status.not_in(_NOT_SOLD),
            Order.currency == currency,
        )
        .group_by(day)
        .order_by(day)
    )
    return [DayOfSales(row[0], row[1], int(row[2])) for row in found]


async def has_orders(tx: TenantRead) -> bool:
    found: bool = await tx.scalar(select(exists().select_from(Order)))
    return found
