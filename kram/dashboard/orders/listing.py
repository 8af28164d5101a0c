"""The list of orders, by status and by what somebody looks for."""

from datetime import UTC, datetime, timedelta, tzinfo

from litestar import get
from litestar.params import FromQuery

from kram.dashboard.pages.choices import chosen
from kram.dashboard.pages.view import Answer, ViewHere
from kram.dashboard.people import DeskHere, needs
from kram.shop.orders import queries
from kram.shop.orders.models import OrderStatus, PaymentState
from kram.shop.orders.search import Search
from kram.tenants.permissions import Permission

_RARE = (OrderStatus.PARTLY_PACKED, OrderStatus.PACKED, OrderStatus.PARTLY_SHIPPED)
"""Of most shops, whose orders go in one parcel: shown only where there are such."""


@get("/{shop_slug:str}/orders", opt=needs(Permission.ORDERS_VIEW))
async def list_orders(
    view: ViewHere,
    desk: DeskHere,
    status: FromQuery[str] = "",
    cursor: FromQuery[str | None] = None,
    q: FromQuery[str] = "",
    payment: FromQuery[str] = "",
    tag: FromQuery[str] = "",
    since: FromQuery[str] = "",
    until: FromQuery[str] = "",
) -> Answer:
    """What is unknown or no day narrows nothing."""
    only = chosen(OrderStatus, status)
    search = Search(
        text=q[:100],
        payment=chosen(PaymentState, payment),
        tag=tag[:40],
        since=_midnight(since, desk.zone),
        until=_midnight(until, desk.zone, days=1),
    )
    async with view.services.db.tenant_read(desk.tenant) as tx:
        page = await queries.orders_page(
            tx, statuses=(only,) if only else (), only=search, cursor=cursor or None
        )
        counts = await queries.count_by_status(tx)
    return view.page(
        "orders/orders.html",
        desk=desk,
        page=page,
        counts={status: count for status, count in counts.items() if count or status not in _RARE},
        total=sum(counts.values()),
        status=only or "",
        wanted={"q": q, "payment": payment, "tag": tag, "since": since, "until": until},
        payments=list(PaymentState),
    )


def _midnight(day: str, zone: tzinfo, days: int = 0) -> datetime | None:
    """The beginning of that day in the shop's own time, or so many days after it."""
    try:
        found = datetime.fromisoformat(day[:10]) + timedelta(days=days)
        return found.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
