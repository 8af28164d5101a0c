"""Giving money back; the form carries the refund's id, so that a repeated click is one refund."""

from uuid import UUID

from litestar import post
from litestar.params import FromPath

from kram.billing.refunds.service import refund_order
from kram.dashboard.orders.detail import order_of, order_page
from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.kit.money import Money
from kram.kit.money_text import parse_money
from kram.shop.orders.errors import OrderMissing
from kram.tenants.permissions import Permission

_FIELDS = {
    "amount_unreadable": "amount",
    "amount_too_precise": "amount",
    "amount_too_large": "amount",
    "refund_too_large": "amount",
}
_LONGEST_REASON = 300


@post("/{shop_slug:str}/orders/{code:str}/refund", opt=needs(Permission.ORDERS_REFUND))
async def refund(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Answer:
    form = await read_form(view.request)
    try:
        await _refund(view, desk, code, form)
    except OrderMissing:
        raise
    except AppError as error:
        form.refuse(error, view.translate, _FIELDS)
        return await order_page(view, desk, code, form, error)
    return view.go(desk.path("orders", code), gettext_noop("The money is on its way back"))


async def _refund(view: View, desk: Desk, code: str, form: Form) -> None:
    refund_id = _refund_id(form)
    amount = _amount(form, desk.shop.currency)
    reason = form.get("reason").strip()[:_LONGEST_REASON]
    async with view.services.db.tenant(desk.tenant) as tx:
        order = await order_of(tx, code)
        await refund_order(tx, order.id, amount, desk.actor, reason, refund_id)


def _amount(form: Form, currency: str) -> Money | None:
    typed = form.get("amount").strip()
    return parse_money(typed, currency) if typed else None


def _refund_id(form: Form) -> UUID:
    """Raises: OrderMissing for a form that is not ours."""
    try:
        return UUID(form.get("refund_id"))
    except ValueError:
        raise OrderMissing from None
