"""One step with an order, asked for by a form, and back to its page with a word about it."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from kram.dashboard.orders.detail import order_of
from kram.dashboard.pages.choices import read_uuid
from kram.dashboard.pages.forms import Form
from kram.dashboard.pages.view import Answer, View
from kram.dashboard.people import Desk
from kram.kit.db.tx import TenantTx
from kram.kit.errors import AppError
from kram.shop.orders.errors import OrderMissing
from kram.shop.orders.models import Order

Step = Callable[[TenantTx, Order], Awaitable[object]]


async def take(view: View, desk: Desk, code: str, step: Step, done: str) -> Answer:
    """Raises: OrderMissing."""
    path = desk.path("orders", code)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            await step(tx, await order_of(tx, code))
    except OrderMissing:
        raise
    except AppError as error:
        return view.go_refused(path, error)
    return view.go(path, done)


def units_of(form: Form, prefix: str) -> dict[UUID, int]:
    """Whole numbers above zero by the id in the field's name: `units.01a1…` is `3`."""
    found = {}
    for name in form.names():
        row_id = read_uuid(name.removeprefix(prefix)) if name.startswith(prefix) else None
        units = whole(form.get(name))
        if row_id is not None and units:
            found[row_id] = units
    return found


def whole(typed: str) -> int:
    """0 for what is no whole number of units."""
    text = typed.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
