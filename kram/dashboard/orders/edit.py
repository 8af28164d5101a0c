"""Change an order that nobody has packed yet."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath

from kram.dashboard.orders.detail import order_of
from kram.dashboard.orders.queries import variants_by_sku
from kram.dashboard.orders.steps import whole
from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.kit.db.tx import TenantRead
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.shop.inventory.rules import sum_by_variant
from kram.shop.orders import service
from kram.shop.orders.desk.errors import SkuUnknown
from kram.shop.orders.drafts import MOST_UNITS
from kram.shop.orders.errors import OrderMissing
from kram.shop.orders.models import Order
from kram.shop.orders.queries import lines_of
from kram.shop.orders.service import OrderEdit
from kram.tenants.permissions import Permission

_PATH = "/{shop_slug:str}/orders/{code:str}/edit"
EMPTY_ROWS = 2


@get(_PATH, opt=needs(Permission.ORDERS_EDIT))
async def edit_page(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Answer:
    return await _page(view, desk, code, None)


@post(_PATH, opt=needs(Permission.ORDERS_EDIT))
async def edit_order(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Answer:
    form = await read_form(view.request)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            order = await order_of(tx, code)
            await service.edit(tx, order.id, await _edit(tx, order, form), desk.actor)
    except OrderMissing:
        raise
    except AppError as error:
        form.refuse(error, view.translate)
        return await _page(view, desk, code, form, error)
    return view.go(desk.path("orders", code), gettext_noop("Order changed"))


async def _page(
    view: View, desk: Desk, code: str, form: Form | None, error: AppError | None = None
) -> Answer:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        order = await order_of(tx, code)
    return view.page(
        "orders/edit.html",
        error=error,
        at=desk.path("orders", code, "edit") if error else "",
        desk=desk,
        order=order,
        form=form
        or Form.of(
            recipient=order.recipient,
            phone=order.phone,
            address=order.address,
            comment=order.comment,
        ),
        empty_rows=EMPTY_ROWS,
    )


async def _edit(tx: TenantRead, order: Order, form: Form) -> OrderEdit:
    """Raises: SkuUnknown."""
    lines = await lines_of(tx, order.id)
    typed = {line: form.get(f"units.{line.id}", str(line.quantity)) for line in lines}
    return OrderEdit(
        version=whole(form.get("version")),
        quantities={
            line.id: whole(text) for line, text in typed.items() if whole(text) != line.quantity
        },
        added=await added_units(tx, form),
        recipient=form.get("recipient"),
        phone=form.get("phone"),
        address=form.get("address"),
        comment=form.get("comment"),
        reason=form.get("reason")[:300],
    )


async def added_units(tx: TenantRead, form: Form) -> dict[UUID, int]:
    """Of rows that hold a SKU and units; blank ones are passed over. Raises: SkuUnknown."""
    rows = [
        (form.get(f"sku.{row}").strip(), form.get(f"new_units.{row}")) for row in range(EMPTY_ROWS)
    ]
    asked = [row for row in rows if row[0]]
    known = await variants_by_sku(tx, {sku for sku, _ in asked}) if asked else {}
    for sku, _ in asked:
        if sku not in known:
            raise SkuUnknown(sku=sku)
    return sum_by_variant((known[sku], min(whole(units) or 1, MOST_UNITS)) for sku, units in asked)


HANDLERS = (edit_page, edit_order)
