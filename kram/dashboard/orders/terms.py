"""What the merchant decides once about orders: who sells, how invoices are called, returns."""

from litestar import get, post

from kram.dashboard.orders.steps import whole
from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.view import Answer, ViewHere
from kram.dashboard.people import DeskHere, needs
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.shop.orders.settings import Choices, Seller, change_settings, order_settings
from kram.tenants.permissions import Permission

_PATH = "/{shop_slug:str}/order-terms"
_SELLER = Seller.__struct_fields__


@get(_PATH, opt=needs(Permission.SETTINGS_EDIT))
async def terms_page(view: ViewHere, desk: DeskHere) -> Answer:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        known = await order_settings(tx)
    told = {f"seller.{name}": getattr(known.seller, name) for name in _SELLER}
    form = Form.of(return_days=str(known.return_days), invoice_series=known.invoice_series, **told)
    return view.page("orders/terms.html", desk=desk, form=form)


@post(_PATH, opt=needs(Permission.SETTINGS_EDIT))
async def change_terms(view: ViewHere, desk: DeskHere) -> Answer:
    form = await read_form(view.request)
    wanted = Choices(
        whole(form.get("return_days")),
        form.get("invoice_series"),
        Seller(**{name: form.get(f"seller.{name}") for name in _SELLER}),
    )
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            await change_settings(tx, wanted)
    except AppError as error:
        form.refuse(error, view.translate)
        at = desk.path("order-terms")
        return view.page("orders/terms.html", desk=desk, form=form, error=error, at=at)
    return view.go(desk.path("order-terms"), gettext_noop("Saved"))


HANDLERS = (terms_page, change_terms)
