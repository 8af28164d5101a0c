"""What an order was given: read it to the shopper, give it anew, end the access, tell of it."""

from uuid import UUID

from litestar import post
from litestar.params import FromPath

from kram.dashboard.orders.detail import order_of, order_page
from kram.dashboard.orders.steps import take
from kram.dashboard.pages.forms import Form
from kram.dashboard.pages.view import Answer, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.errors import AppError
from kram.kit.ids import new_id
from kram.kit.messages import gettext_noop
from kram.shop.digital.models import GrantKind
from kram.shop.digital.service import given_to
from kram.shop.orders.errors import OrderMissing
from kram.shop.orders.models import Order
from kram.shop.orders.service import give as giving
from kram.tenants.permissions import Permission, require

_PATH = "/{shop_slug:str}/orders/{code:str}/given"
_EDIT = needs(Permission.ORDERS_EDIT)


@post(f"{_PATH}/{{grant_id:uuid}}/open", opt=_EDIT)
async def read_given(
    view: ViewHere, desk: DeskHere, code: FromPath[str], grant_id: FromPath[UUID]
) -> Answer:
    """On this one page: the key stands in no address, cookie or cache."""
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            order = await order_of(tx, code)
            await _check_cards(tx, desk, order, grant_id)
            text = await giving.open_grant(tx, view.services.keys, order.id, grant_id, desk.actor)
    except OrderMissing:
        raise
    except AppError as error:
        return view.go_refused(desk.path("orders", code), error)
    form = Form.of(refund_id=str(new_id()))
    return await order_page(view, desk, code, form, opened={grant_id: text})


@post(f"{_PATH}/{{grant_id:uuid}}/again", opt=_EDIT)
async def give_again(
    view: ViewHere, desk: DeskHere, code: FromPath[str], grant_id: FromPath[UUID]
) -> Answer:
    async def step(tx: TenantTx, order: Order) -> object:
        await _check_cards(tx, desk, order, grant_id)
        return await giving.give_again(tx, order.id, grant_id, desk.actor)

    return await take(view, desk, code, step, gettext_noop("It was given anew"))


@post(f"{_PATH}/{{grant_id:uuid}}/revoke", opt=_EDIT)
async def end_access(
    view: ViewHere, desk: DeskHere, code: FromPath[str], grant_id: FromPath[UUID]
) -> Answer:
    async def step(tx: TenantTx, order: Order) -> object:
        return await giving.revoke(tx, order.id, desk.actor, grant_id)

    return await take(view, desk, code, step, gettext_noop("The access is ended"))


@post(f"{_PATH}/tell", opt=_EDIT)
async def tell_again(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Answer:
    async def step(tx: TenantTx, order: Order) -> object:
        return await giving.tell_again(tx, order.id)

    return await take(view, desk, code, step, gettext_noop("The shopper is told"))


async def _check_cards(tx: TenantRead, desk: Desk, order: Order, grant_id: UUID) -> None:
    """Whoever reads a gift card's code can spend it. Raises: NotAllowed."""
    given = await given_to(tx, order.id)
    if any(each.id == grant_id and each.kind is GrantKind.CARD for each in given):
        require(desk.role, Permission.GIFT_CARDS_ISSUE)


HANDLERS = (read_given, give_again, end_access, tell_again)
