"""Notes, tags, cash in the hand, and the rest that will not be sent."""

from litestar import post
from litestar.params import FromPath

from kram.billing.checkout.desk import take_cash
from kram.dashboard.orders.steps import take
from kram.dashboard.pages.forms import read_form
from kram.dashboard.pages.once import first_time
from kram.dashboard.pages.view import Answer, ViewHere
from kram.dashboard.people import DeskHere, needs
from kram.kit.db.tx import TenantTx
from kram.kit.messages import gettext_noop
from kram.shop.orders import service
from kram.shop.orders.models import Order
from kram.tenants.permissions import Permission

_PATH = "/{shop_slug:str}/orders/{code:str}"


@post(f"{_PATH}/notes", opt=needs(Permission.ORDERS_VIEW))
async def add_note(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Answer:
    form = await read_form(view.request)
    for_shopper = form.get("for_shopper") == "1"

    async def step(tx: TenantTx, order: Order) -> object:
        await first_time(tx, desk, form)
        return await service.note(
            tx, order.id, form.get("note"), desk.actor, for_shopper=for_shopper
        )

    done = gettext_noop("Sent to the customer") if for_shopper else gettext_noop("Noted")
    return await take(view, desk, code, step, done)


@post(f"{_PATH}/tags", opt=needs(Permission.ORDERS_ACCEPT))
async def change_tags(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Answer:
    typed = (await read_form(view.request)).get("tags")

    async def step(tx: TenantTx, order: Order) -> object:
        return await service.tag(tx, order.id, typed.split(","), desk.actor)

    return await take(view, desk, code, step, gettext_noop("Saved"))


@post(f"{_PATH}/cancel-rest", opt=needs(Permission.ORDERS_CANCEL))
async def cancel_rest(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Answer:
    form = await read_form(view.request)

    async def step(tx: TenantTx, order: Order) -> object:
        return await service.cancel_rest(
            tx,
            order.id,
            desk.actor,
            form.get("reason")[:300],
            restock=form.get("write_off") != "1",
        )

    return await take(view, desk, code, step, gettext_noop("The rest is cancelled"))


@post(f"{_PATH}/cash", opt=needs(Permission.ORDERS_EDIT))
async def take_money(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Answer:
    async def step(tx: TenantTx, order: Order) -> object:
        return await take_cash(tx, order.id, desk.actor)

    return await take(view, desk, code, step, gettext_noop("Cash taken"))


HANDLERS = (add_note, change_tags, cancel_rest, take_money)
