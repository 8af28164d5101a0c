"""Orders as rows: one for each line of an order."""

from collections.abc import Iterator

from kram.integrations.imports.amounts import amount_text
from kram.kit.messages import gettext_noop
from kram.kit.money import Money
from kram.shop.orders.models import Order, OrderLine

HEADINGS = (
    gettext_noop("Number"),
    gettext_noop("Code"),
    gettext_noop("Placed at (UTC)"),
    gettext_noop("Status"),
    gettext_noop("Payment"),
    gettext_noop("Method of payment"),
    gettext_noop("Delivery"),
    gettext_noop("Recipient"),
    gettext_noop("Phone"),
    gettext_noop("Address"),
    gettext_noop("Comment"),
    gettext_noop("Tracking number"),
    gettext_noop("Tags"),
    gettext_noop("Currency"),
    gettext_noop("Goods total"),
    gettext_noop("Discount"),
    gettext_noop("Delivery price"),
    gettext_noop("Tax"),
    gettext_noop("Order total"),
    gettext_noop("SKU"),
    gettext_noop("Product"),
    gettext_noop("Variant"),
    gettext_noop("Quantity"),
    gettext_noop("Unit price"),
    gettext_noop("Line total"),
)
_SUMS = ("Goods total", "Discount", "Delivery price", "Tax", "Order total")
NUMBERS = frozenset((*_SUMS, "Quantity", "Unit price", "Line total"))
"""Sums of an order stand in its first row alone, so that a column can be added up."""


def rows_of(order: Order) -> Iterator[tuple[str, ...]]:
    about = (
        str(order.number or ""),
        order.code,
        f"{order.created_at:%Y-%m-%d %H:%M}",
        order.status,
        order.payment_state,
        order.payment_method,
        order.delivery_method,
        order.recipient,
        order.phone,
        order.address,
        order.comment,
        order.tracking,
        ", ".join(order.tags),
        order.currency,
    )
    sums = (
        order.subtotal_minor,
        order.discount_minor,
        order.delivery_minor,
        order.tax_minor,
        order.total_minor,
    )
    shown = tuple(amount_text(Money(minor, order.currency)) for minor in sums)
    for place, line in enumerate(order.lines):
        yield (*about, *(shown if not place else ("",) * len(_SUMS)), *_line(line, order.currency))


def _line(line: OrderLine, currency: str) -> tuple[str, ...]:
    return (
        line.sku,
        line.title,
        line.variant_title,
        str(line.quantity),
        amount_text(Money(line.unit_price_minor, currency)),
        amount_text(Money(line.total_minor, currency)),
    )
