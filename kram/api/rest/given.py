"""What an order was given: looked at, read, taken back, given anew."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath

from kram.api.rest.caller import Desk, DeskHere, needs
from kram.api.rest.services import ServicesHere
from kram.api.rest.views.digital import GivenView, OpenedView
from kram.kit.db.tx import TenantRead
from kram.shop.digital.models import GrantKind
from kram.shop.digital.service import given_to
from kram.shop.digital.service.given import Given
from kram.shop.orders.errors import OrderMissing
from kram.shop.orders.models import Order
from kram.shop.orders.service import give as giving
from kram.tenants.permissions import Permission, require

_OF_ORDER = "/orders/{order_id:uuid}/digital"
_GRANT = f"{_OF_ORDER}/{{grant_id:uuid}}"
_EDIT = needs(Permission.ORDERS_EDIT)


@get(_OF_ORDER, opt=needs(Permission.ORDERS_VIEW))
async def show_given(
    desk: DeskHere, services: ServicesHere, order_id: FromPath[UUID]
) -> list[GivenView]:
    """Files, keys and gift cards that stand on the order's page, and what was taken back of them;
    no key among it."""
    async with services.db.tenant_read(desk.tenant) as tx:
        return [GivenView.of(each) for each in await _given(tx, order_id)]


@post(f"{_GRANT}/open", opt=_EDIT, status_code=200)
async def open_given(
    desk: DeskHere, services: ServicesHere, order_id: FromPath[UUID], grant_id: FromPath[UUID]
) -> OpenedView:
    """The key, or a gift card's code (which needs the right to issue cards). It counts as seen: it
    is not sold again should the order be cancelled; and the timeline says who has read it.
    """
    async with services.db.tenant(desk.tenant) as tx:
        check_cards(desk, await _given(tx, order_id), grant_id)
        text = await giving.open_grant(tx, services.keys, order_id, grant_id, desk.actor)
        return OpenedView(text)


@post(f"{_GRANT}/give-again", opt=_EDIT, status_code=200)
async def give_again(
    desk: DeskHere, services: ServicesHere, order_id: FromPath[UUID], grant_id: FromPath[UUID]
) -> list[GivenView]:
    """Another key for one that does not work, a new card for one that nobody used; the downloads of
    files begin again. What it was is worthless from now on.
    """
    async with services.db.tenant(desk.tenant) as tx:
        check_cards(desk, await _given(tx, order_id), grant_id)
        await giving.give_again(tx, order_id, grant_id, desk.actor)
        tx.session.expire_all()
        return [GivenView.of(each) for each in await _given(tx, order_id)]


@post(f"{_GRANT}/revoke", opt=_EDIT, status_code=200)
async def revoke_given(
    desk: DeskHere, services: ServicesHere, order_id: FromPath[UUID], grant_id: FromPath[UUID]
) -> list[GivenView]:
    """Ends the access. A key that nobody has read is free again; a gift card is blocked."""
    async with services.db.tenant(desk.tenant) as tx:
        await giving.revoke(tx, order_id, desk.actor, grant_id)
        return [GivenView.of(each) for each in await _given(tx, order_id)]


@post(f"{_OF_ORDER}/tell", opt=_EDIT, status_code=202)
async def tell_given(
    desk: DeskHere, services: ServicesHere, order_id: FromPath[UUID]
) -> list[GivenView]:
    """The shopper's bot says once more that something is ready."""
    async with services.db.tenant(desk.tenant) as tx:
        await giving.tell_again(tx, order_id)
        return [GivenView.of(each) for each in await _given(tx, order_id)]


def check_cards(desk: Desk, given: list[Given], grant_id: UUID) -> None:
    """Raises: NotAllowed."""
    if any(each.id == grant_id and each.kind is GrantKind.CARD for each in given):
        require(desk.role, Permission.GIFT_CARDS_ISSUE)


async def _given(tx: TenantRead, order_id: UUID) -> list[Given]:
    """Raises: OrderMissing."""
    if await tx.get(Order, order_id) is None:
        raise OrderMissing
    return await given_to(tx, order_id, with_ended=True)


ROUTES = [show_given, open_given, give_again, revoke_given, tell_given]
