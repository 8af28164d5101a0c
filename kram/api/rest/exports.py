"""Goods and orders as files."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, JSONBody
from litestar.response import Stream

from kram.api.rest.caller import Desk, DeskHere, needs
from kram.api.rest.downloads import sent_file
from kram.api.rest.inputs import Cursor, Input, Instant, Limit, Line
from kram.api.rest.once import OnceHere
from kram.api.rest.services import ServicesHere
from kram.api.rest.views.exports import ExportPage, ExportView
from kram.integrations.exports import queries, service
from kram.integrations.exports.models import ExportJob, ExportWhat
from kram.integrations.exports.service import OrderFilters, file_name
from kram.integrations.imports.sources import Format
from kram.integrations.imports.writers import MEDIA_TYPES
from kram.kit.db.tx import TenantTx
from kram.kit.pagination import page_of, page_size, read_cursor
from kram.shop.orders.models import OrderStatus, PaymentState
from kram.tenants.permissions import Permission, require

_GOODS = needs(Permission.CATALOG_EDIT)
_ORDERS = needs(Permission.REPORTS_VIEW)


class ProductsExportInput(Input, frozen=True):
    """`yml` is a marketplace's feed of what is on sale; the others hold drafts too."""

    format: Format


class OrdersExportInput(Input, frozen=True):
    """CSV or XLSX. All filters must hold; `until` is outside of the span of time."""

    format: Format
    statuses: tuple[OrderStatus, ...] = ()
    payment: PaymentState | None = None
    tag: Line = ""
    text: Line = ""
    since: Instant | None = None
    until: Instant | None = None

    def filters(self) -> OrderFilters:
        return OrderFilters(
            self.statuses, self.payment, self.tag, self.text, self.since, self.until
        )


@post("/exports/products", opt=_GOODS, status_code=202)
async def export_products(
    desk: DeskHere, once: OnceHere, data: JSONBody[ProductsExportInput]
) -> ExportView:
    """Written in the background; an import takes it in again and changes nothing."""

    async def queue(tx: TenantTx) -> ExportView:
        return ExportView.of(service.start_export(tx, ExportWhat.PRODUCTS, data.format, desk.actor))

    return await once.run(queue, ExportView)


@post("/exports/orders", opt=_ORDERS, status_code=202)
async def export_orders(
    desk: DeskHere, once: OnceHere, data: JSONBody[OrdersExportInput]
) -> ExportView:
    """Written in the background: a row for each line of an order, sums in an order's first."""

    async def queue(tx: TenantTx) -> ExportView:
        return ExportView.of(
            service.start_export(tx, ExportWhat.ORDERS, data.format, desk.actor, data.filters())
        )

    return await once.run(queue, ExportView)


@get("/exports", opt=_GOODS)
async def list_exports(
    desk: DeskHere, services: ServicesHere, cursor: Cursor = None, limit: Limit = None
) -> ExportPage:
    """The newest first."""
    size = page_size(limit)
    before = read_cursor(cursor, tuple[UUID])[0] if cursor is not None else None
    async with services.db.tenant_read(desk.tenant) as tx:
        jobs = await queries.recent(tx, size + 1, before=before)
    page = page_of(jobs, size, lambda job: (job.id,))
    return ExportPage([ExportView.of(job) for job in page.items], page.next_cursor)


@get("/exports/{job_id:uuid}", opt=_GOODS)
async def show_export(desk: DeskHere, services: ServicesHere, job_id: FromPath[UUID]) -> ExportView:
    """How far it has come: `done` rows of `total`."""
    async with services.db.tenant_read(desk.tenant) as tx:
        return ExportView.of(await service.get_export(tx, job_id))


@get("/exports/{job_id:uuid}/file", opt=_GOODS, media_type="application/octet-stream")
async def download_export(desk: DeskHere, services: ServicesHere, job_id: FromPath[UUID]) -> Stream:
    """The file; it is there for a day."""
    async with services.db.tenant_read(desk.tenant) as tx:
        job = await service.ready_export(tx, job_id)
    _require(desk, job)
    body = await services.storage.open(job.storage_key)
    return sent_file(body, MEDIA_TYPES[Format(job.format)], file_name(job))


def _require(desk: Desk, job: ExportJob) -> None:
    """Orders hold people's addresses. Raises: NotAllowed."""
    if job.what == ExportWhat.ORDERS:
        require(desk.role, Permission.REPORTS_VIEW)


ROUTES = [export_products, export_orders, list_exports, show_export, download_export]
