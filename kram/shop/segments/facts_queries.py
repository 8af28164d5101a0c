"""What people did, as tables of (customer, value) to be joined.

The columns of orders, lines and payments are named here, not imported: those slices lie above. A
test compares them with the models.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import FromClause, Select, Subquery, column, func, select, table
from sqlalchemy.sql.expression import CTE

from kram.shop.catalog.models import Category, Product
from kram.shop.customers.models import CustomerAddress

ORDERS = table(
    "orders",
    column("id"),
    column("customer_id"),
    column("number"),
    column("status"),
    column("created_at"),
)
LINES = table("order_line", column("order_id"), column("product_id"))
PAYMENTS = table(
    "payment",
    column("order_id"),
    column("captured_minor"),
    column("captured_currency"),
    column("refunded_minor"),
)
_CANCELLED = "cancelled"


class Facts:
    """`only`: the one customer who is asked about; None: all of them."""

    def __init__(self, now: datetime, only: UUID | None) -> None:
        self._now = now
        self._only = only

    def orders(self, days: int | None) -> Subquery:
        return self._counted(func.count(), ORDERS, days)

    def spent(self, days: int | None) -> Subquery:
        left = func.sum(PAYMENTS.c.captured_minor - PAYMENTS.c.refunded_minor)
        kept = func.coalesce(left.filter(PAYMENTS.c.captured_currency.is_(None)), 0)
        paid = ORDERS.join(PAYMENTS, PAYMENTS.c.order_id == ORDERS.c.id)
        return self._counted(kept, paid, days)

    def last_order(self) -> Subquery:
        return self._counted(func.max(ORDERS.c.created_at), ORDERS, None)

    def bought(
        self, product_id: UUID | None, category_id: UUID | None, days: int | None
    ) -> Subquery:
        """(customer, 1) of who bought it."""
        lines = ORDERS.join(LINES, LINES.c.order_id == ORDERS.c.id)
        if product_id is not None:
            query = self._of_orders(lines, days).where(LINES.c.product_id == product_id)
        else:
            branch = _branch(category_id)
            goods = select(Product.id).where(Product.category_id.in_(select(branch.c.id)))
            query = self._of_orders(lines, days).where(LINES.c.product_id.in_(goods))
        return query.with_only_columns(ORDERS.c.customer_id.label("who")).distinct().subquery()

    def lives_in(self, city: str) -> Subquery:
        query = select(CustomerAddress.customer_id.label("who")).where(
            func.lower(CustomerAddress.city) == func.lower(city.strip())
        )
        if self._only is not None:
            query = query.where(CustomerAddress.customer_id == self._only)
        return query.distinct().subquery()

    def _counted(self, value: object, source: FromClause, days: int | None) -> Subquery:
        query = self._of_orders(source, days).with_only_columns(
            ORDERS.c.customer_id.label("who"),
            value.label("value"),  # type: ignore[attr-defined]
        )
        return query.group_by(ORDERS.c.customer_id).subquery()

    def _of_orders(self, source: FromClause, days: int | None) -> Select[UUID]:
        """Orders that count, of the period."""
        query = (
            select(ORDERS.c.customer_id)
            .select_from(source)
            .where(ORDERS.c.number.is_not(None), ORDERS.c.status != _CANCELLED)
        )
        if days is not None:
            query = query.where(ORDERS.c.created_at >= self._now - timedelta(days=days))
        if self._only is not None:
            query = query.where(ORDERS.c.customer_id == self._only)
        return query


def _branch(category_id: UUID | None) -> CTE:
    """The category and all below it; UNION ends even a circle."""
    top = select(Category.id).where(Category.id == category_id).cte(recursive=True)
    return top.union(select(Category.id).where(Category.parent_id == top.c.id))
