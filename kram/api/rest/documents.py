"""Invoices and other papers of an order, and who stands on them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post, put
from litestar.params import FromPath, JSONBody

from kram.api.rest.caller import Desk, DeskHere, needs
from kram.api.rest.inputs import Input
from kram.api.rest.services import ServicesHere
from kram.api.rest.views.base import View
from kram.billing.invoices import service as invoices
from kram.billing.invoices.errors import NotInvoiced
from kram.billing.invoices.models import Invoice
from kram.billing.invoices.queries import invoices_of
from kram.billing.payments.queries import payments_of, refunds_of
from kram.integrations.documents import Paper, papers
from kram.integrations.documents.content import invoice_paper, packing_slip, receipt
from kram.integrations.documents.errors import NothingPaid
from kram.shop.orders.errors import OrderMissing, ParcelMissing
from kram.shop.orders.queries import order_with_lines
from kram.shop.orders.settings import Choices, Seller, change_settings, order_settings
from kram.tenants.permissions import Permission

Told = Annotated[str, msgspec.Meta(max_length=300, pattern=r"^[^\u0000]*$")]
_PDF = "application/pdf"


class InvoiceView(View, frozen=True):
    id: UUID
    name: str
    series: str
    number: int
    order_version: int
    issued_at: datetime

    @classmethod
    def of(cls, invoice: Invoice) -> "InvoiceView":
        return cls(
            invoice.id,
            invoice.name,
            invoice.series,
            invoice.number,
            invoice.order_version,
            invoice.issued_at,
        )


class SellerInput(Input, frozen=True):
    legal_name: Told = ""
    tax_id: Told = ""
    address: Told = ""
    phone: Told = ""
    email: Told = ""
    bank_account: Told = ""


class OrderSettingsInput(Input, frozen=True):
    return_days: Annotated[int, msgspec.Meta(ge=0, le=365)]
    invoice_series: Annotated[str, msgspec.Meta(max_length=12, pattern=r"^[^\u0000]*$")]
    seller: SellerInput = SellerInput()


class OrderSettingsView(View, frozen=True):
    """`return_days`: how long after the delivery shoppers may give goods back."""

    return_days: int
    invoice_series: str
    seller: Seller


@post("/orders/{order_id:uuid}/invoices", opt=needs(Permission.ORDERS_EDIT), status_code=200)
async def issue_invoice(
    desk: DeskHere, services: ServicesHere, order_id: FromPath[UUID]
) -> InvoiceView:
    """The next number of the series, without gaps; for an unchanged order the same invoice."""
    async with services.db.tenant(desk.tenant) as tx:
        return InvoiceView.of(await invoices.issue(tx, order_id, desk.shop.name, desk.actor))


@get("/orders/{order_id:uuid}/invoices", opt=needs(Permission.ORDERS_VIEW))
async def list_invoices(
    desk: DeskHere, services: ServicesHere, order_id: FromPath[UUID]
) -> list[InvoiceView]:
    """The newest first."""
    async with services.db.tenant_read(desk.tenant) as tx:
        return [InvoiceView.of(invoice) for invoice in await invoices_of(tx, order_id)]


@get(
    "/orders/{order_id:uuid}/invoice.pdf",
    opt=needs(Permission.ORDERS_VIEW),
    media_type=_PDF,
)
async def invoice_file(
    desk: DeskHere, services: ServicesHere, order_id: FromPath[UUID]
) -> Response[bytes]:
    """The newest one."""
    async with services.db.tenant_read(desk.tenant) as tx:
        found = await invoices_of(tx, order_id)
    if not found:
        raise NotInvoiced
    return await _file(invoice_paper(found[0]), desk)


@get(
    "/orders/{order_id:uuid}/receipt.pdf",
    opt=needs(Permission.ORDERS_VIEW),
    media_type=_PDF,
)
async def receipt_file(
    desk: DeskHere, services: ServicesHere, order_id: FromPath[UUID]
) -> Response[bytes]:
    async with services.db.tenant_read(desk.tenant) as tx:
        order = await order_with_lines(tx, order_id)
        if order is None:
            raise OrderMissing
        payments, refunds = await payments_of(tx, order_id), await refunds_of(tx, order_id)
        seller = (await order_settings(tx)).seller
    paper = receipt(order, payments, refunds, seller, desk.shop.name)
    if paper is None:
        raise NothingPaid
    return await _file(paper, desk)


@get(
    "/orders/{order_id:uuid}/parcels/{parcel_id:uuid}/packing-slip.pdf",
    opt=needs(Permission.ORDERS_VIEW),
    media_type=_PDF,
)
async def packing_slip_file(
    desk: DeskHere, services: ServicesHere, order_id: FromPath[UUID], parcel_id: FromPath[UUID]
) -> Response[bytes]:
    async with services.db.tenant_read(desk.tenant) as tx:
        order = await order_with_lines(tx, order_id)
    if order is None:
        raise OrderMissing
    found = [parcel for parcel in order.parcels if parcel.id == parcel_id]
    if not found:
        raise ParcelMissing
    return await _file(packing_slip(order, found[0], desk.shop.name), desk)


@get("/order-settings", opt=needs(Permission.ORDERS_VIEW))
async def show_order_settings(desk: DeskHere, services: ServicesHere) -> OrderSettingsView:
    async with services.db.tenant_read(desk.tenant) as tx:
        return _settings(await order_settings(tx))


@put("/order-settings", opt=needs(Permission.SETTINGS_EDIT))
async def put_order_settings(
    desk: DeskHere, services: ServicesHere, data: JSONBody[OrderSettingsInput]
) -> OrderSettingsView:
    seller = Seller(**msgspec.structs.asdict(data.seller))
    async with services.db.tenant(desk.tenant) as tx:
        await change_settings(tx, Choices(data.return_days, data.invoice_series, seller))
        return _settings(await order_settings(tx))


def _settings(choices: Choices) -> OrderSettingsView:
    return OrderSettingsView(choices.return_days, choices.invoice_series, choices.seller)


async def _file(paper: Paper, desk: Desk) -> Response[bytes]:
    return Response(
        await papers().pdf(paper, desk.shop.timezone),
        media_type=_PDF,
        headers={"content-disposition": f'attachment; filename="{paper.name}.pdf"'},
    )


ROUTES = [
    issue_invoice,
    list_invoices,
    invoice_file,
    receipt_file,
    packing_slip_file,
    show_order_settings,
    put_order_settings,
]
