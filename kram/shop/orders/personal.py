"""What orders keep about people, as `Holder`: who received the parcel, and where, and what was
read and downloaded."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from kram.kit.db.tx import TenantRead
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.shop.customers.errors import EraseRefused
from kram.shop.customers.holder import Holder
from kram.shop.orders import person_queries
from kram.shop.orders.models import Order


class OrdersOpen(EraseRefused):
    """`numbers` among the extras: those that staff and shopper know, or codes."""

    code = "erase_orders_open"
    title = gettext_noop(
        "Orders are still on their way: %(numbers)s. Finish or cancel them, then erase the person"
    )


async def _tell(tx: TenantRead, ids: Sequence[UUID]) -> Mapping[str, Any]:
    return {
        "orders": [_told(order) for order in await person_queries.orders_of(tx, ids)],
        "digital_goods": [_given(row) for row in await person_queries.grants_of(tx, ids)],
    }


def _given(row: Row[Any]) -> Mapping[str, Any]:
    """Not the key: it is on the order's page, and would be read by whoever finds the file."""
    return {
        "order": row.code,
        "kind": row.kind,
        "at": row.created_at,
        "opened_at": row.seen_at,
        "downloads": sum(each["count"] for each in row.downloads.values()),
    }


def _told(order: Order) -> Mapping[str, Any]:
    return {
        "code": order.code,
        "number": order.number,
        "at": order.created_at,
        "status": order.status,
        "recipient": order.recipient,
        "phone": order.phone,
        "address": order.address,
        "comment": order.comment,
        "tracking": order.tracking,
        "currency": order.currency,
        "total_minor": order.total_minor,
        "lines": [
            {
                "title": line.title,
                "variant": line.variant_title,
                "sku": line.sku,
                "quantity": line.quantity,
                "total_minor": line.total_minor,
            }
            for line in order.lines
        ],
    }


async def _obstacle(tx: TenantRead, ids: Sequence[UUID]) -> AppError | None:
    numbers = await person_queries.open_numbers(tx, ids)
    return OrdersOpen(numbers=", ".join(numbers)) if numbers else None


HOLDER = Holder(
    tables=frozenset(
        {"orders", "order_line", "order_step", "fulfilment", "draft_order", "digital_grant"}
    ),
    move=person_queries.move,
    tell=_tell,
    erase=person_queries.forget,
    obstacle=_obstacle,
)
