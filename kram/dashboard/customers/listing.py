"""The list of customers: found by words, by tag and by segment."""

from litestar import get
from litestar.params import FromQuery

from kram.dashboard.pages.choices import read_uuid
from kram.dashboard.pages.view import Answer, ViewHere
from kram.dashboard.people import DeskHere, needs
from kram.kit.db.tx import TenantRead
from kram.shop.customers import book_queries
from kram.shop.customers.list_queries import Narrow, Wanted, count_people, people_page
from kram.shop.segments import queries as segment_queries
from kram.shop.segments.errors import SegmentMissing
from kram.shop.segments.service import narrowing
from kram.tenants.permissions import Permission


@get("/{shop_slug:str}/customers", opt=needs(Permission.CUSTOMERS_VIEW))
async def list_customers(
    view: ViewHere,
    desk: DeskHere,
    q: FromQuery[str] = "",
    tag: FromQuery[str] = "",
    segment: FromQuery[str] = "",
    cursor: FromQuery[str | None] = None,
) -> Answer:
    """An unknown segment shows all customers."""
    async with view.services.db.tenant_read(desk.tenant) as tx:
        wanted = Wanted(q, tag, narrow=await _narrow(tx, segment))
        page = await people_page(tx, wanted, cursor=cursor or None)
        total = await count_people(tx, wanted)
        tags = await book_queries.used_tags(tx)
        segments = await segment_queries.segments(tx)
    return view.page(
        "customers/customers.html",
        desk=desk,
        page=page,
        total=total,
        tags=tags,
        segments=segments,
        q=q,
        tag=tag,
        segment=segment,
    )


async def _narrow(tx: TenantRead, segment: str) -> Narrow | None:
    segment_id = read_uuid(segment)
    if segment_id is None:
        return None
    try:
        return await narrowing(tx, segment_id)
    except SegmentMissing:
        return None
