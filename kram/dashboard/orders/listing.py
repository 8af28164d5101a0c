"""The list of orders, by status."""

from litestar import get
from litestar.params import FromQuery

from kram.dashboard.pages.choices import chosen
from kram.dashboard.pages.view import Answer, ViewHere
from kram.dashboard.people import DeskHere, needs
from kram.shop.orders import queries
from kram.shop.orders.models import OrderStatus
from kram.tenants.permissions import Permission

_RARE = (OrderStatus.PARTLY_PACKED, OrderStatus.PACKED, OrderStatus.PARTLY_SHIPPED)
"""Of most shops, whose orders go in one parcel: shown only where there are such."""


@get("/{shop_slug:str}/orders", opt=needs(Permission.ORDERS_VIEW))
async def list_orders(
    view: ViewHere,
    desk: DeskHere,
    status: FromQuery[str] = "",
    cursor: FromQuery[str | None] = None,
) -> Answer:
    """An unknown status shows all orders."""
    only = chosen(OrderStatus, status)
    async with view.services.db.tenant_read(desk.tenant) as tx:
        page = await queries.orders_page(
            tx, statuses=(only,) if only else (), cursor=cursor or None
        )
        counts = await queries.count_by_status(tx)
    return view.page(
        "orders/orders.html",
        desk=desk,
        page=page,
        counts={status: count for status, count in counts.items() if count or status not in _RARE},
        total=sum(counts.values()),
        status=only or "",
    )
