"""Goods and orders as files: asked for, watched, fetched."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Stream

from kram.dashboard.imports.files import sent_file
from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.integrations.exports import queries, service
from kram.integrations.exports.models import ExportWhat
from kram.integrations.exports.service import OrderFilters, file_name
from kram.integrations.imports.sources import Format
from kram.kit.errors import AppError
from kram.shop.orders.models import OrderStatus
from kram.tenants.permissions import Permission

_LIST = "/{shop_slug:str}/export"
_EDIT = needs(Permission.CATALOG_EDIT)
_ORDERS = needs(Permission.REPORTS_VIEW)
_SHOWN = 10


@get(_LIST, opt=_EDIT)
async def export_page(view: ViewHere, desk: DeskHere) -> Answer:
    return await _page(view, desk, Form(), "exports/export.html")


@get(f"{_LIST}/list", opt=_EDIT)
async def export_list(view: ViewHere, desk: DeskHere) -> Answer:
    return await _page(view, desk, Form(), "exports/list.html")


@post(f"{_LIST}/products", opt=_EDIT)
async def export_products(view: ViewHere, desk: DeskHere) -> Answer:
    return await _start(view, desk, ExportWhat.PRODUCTS)


@post(f"{_LIST}/orders", opt=_ORDERS)
async def export_orders(view: ViewHere, desk: DeskHere) -> Answer:
    return await _start(view, desk, ExportWhat.ORDERS)


@get(f"{_LIST}/{{job_id:uuid}}/file", opt=_ORDERS)
async def export_file(view: ViewHere, desk: DeskHere, job_id: FromPath[UUID]) -> Stream:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        job = await service.ready_export(tx, job_id)
    body = await view.services.storage.open(job.storage_key)
    return sent_file(body, Format(job.format), file_name(job))


async def _start(view: View, desk: Desk, what: ExportWhat) -> Answer:
    form = await read_form(view.request)
    chosen, status = form.get("format"), form.get("status")
    as_format = Format(chosen) if chosen in list(Format) else Format.CSV
    statuses = (OrderStatus(status),) if status in list(OrderStatus) else ()
    filters = OrderFilters(statuses=statuses, text=form.get("text")[:100])
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            service.start_export(tx, what, as_format, desk.actor, filters)
    except AppError as error:
        form.refuse(error, view.translate)
        return await _page(view, desk, form, "exports/export.html", error)
    return view.go(desk.path("export"))


async def _page(
    view: View, desk: Desk, form: Form, template: str, error: AppError | None = None
) -> Answer:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        jobs = await queries.recent(tx, _SHOWN)
    return view.page(
        template, error=error, desk=desk, form=form, jobs=jobs, statuses=list(OrderStatus)
    )
