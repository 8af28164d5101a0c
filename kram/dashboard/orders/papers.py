"""Invoices, packing slips and receipts of an order."""

from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from kram.billing.invoices import service as invoices
from kram.billing.invoices.errors import NotInvoiced
from kram.billing.invoices.queries import invoices_of
from kram.billing.payments.queries import payments_of, refunds_of
from kram.dashboard.orders.detail import order_of
from kram.dashboard.orders.steps import take
from kram.dashboard.pages.view import Answer, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.integrations.documents import Paper, papers
from kram.integrations.documents.content import invoice_paper, packing_slip, receipt
from kram.integrations.documents.errors import NothingPaid
from kram.kit.db.tx import TenantTx
from kram.kit.messages import gettext_noop
from kram.shop.orders.errors import ParcelMissing
from kram.shop.orders.models import Order
from kram.shop.orders.settings import order_settings
from kram.tenants.permissions import Permission

_PATH = "/{shop_slug:str}/orders/{code:str}"


@post(f"{_PATH}/invoice", opt=needs(Permission.ORDERS_EDIT))
async def issue_invoice(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Answer:
    async def step(tx: TenantTx, order: Order) -> object:
        return await invoices.issue(tx, order.id, desk.shop.name, desk.actor)

    return await take(view, desk, code, step, gettext_noop("Invoice issued"))


@get(f"{_PATH}/invoice.pdf", opt=needs(Permission.ORDERS_VIEW))
async def invoice_file(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Response[bytes]:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        found = await invoices_of(tx, (await order_of(tx, code)).id)
    if not found:
        raise NotInvoiced
    return await _file(invoice_paper(found[0]), desk)


@get(f"{_PATH}/receipt.pdf", opt=needs(Permission.ORDERS_VIEW))
async def receipt_file(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Response[bytes]:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        order = await order_of(tx, code)
        payments, refunds = await payments_of(tx, order.id), await refunds_of(tx, order.id)
        seller = (await order_settings(tx)).seller
    paper = receipt(order, payments, refunds, seller, desk.shop.name)
    if paper is None:
        raise NothingPaid
    return await _file(paper, desk)


@get(f"{_PATH}/parcels/{{parcel_id:uuid}}/slip.pdf", opt=needs(Permission.ORDERS_VIEW))
async def slip_file(
    view: ViewHere, desk: DeskHere, code: FromPath[str], parcel_id: FromPath[UUID]
) -> Response[bytes]:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        order = await order_of(tx, code)
    for parcel in order.parcels:
        if parcel.id == parcel_id:
            return await _file(packing_slip(order, parcel, desk.shop.name), desk)
    raise ParcelMissing


async def _file(paper: Paper, desk: Desk) -> Response[bytes]:
    return Response(
        await papers().pdf(paper, desk.shop.timezone),
        media_type="application/pdf",
        headers={"content-disposition": f'inline; filename="{paper.name}.pdf"'},
    )


HANDLERS = (issue_invoice, invoice_file, receipt_file, slip_file)
