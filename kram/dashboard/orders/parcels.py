"""Parcels of an order: pack, send, hand over, take apart."""

from uuid import UUID

from litestar import post
from litestar.params import FromPath

from kram.dashboard.orders.steps import take, units_of
from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.view import Answer, ViewHere
from kram.dashboard.people import DeskHere, needs
from kram.kit.db.tx import TenantTx
from kram.kit.messages import gettext_noop
from kram.shop.orders import service
from kram.shop.orders.models import Order
from kram.shop.orders.service import Tracking
from kram.tenants.permissions import Permission

_PATH = "/{shop_slug:str}/orders/{code:str}/parcels"
_LONGEST = 200


@post(_PATH, opt=needs(Permission.ORDERS_SHIP))
async def pack_parcel(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Answer:
    form = await read_form(view.request)

    async def step(tx: TenantTx, order: Order) -> object:
        return await service.pack(
            tx, order.id, units_of(form, "units."), desk.actor, _tracking(form)
        )

    return await take(view, desk, code, step, gettext_noop("Parcel packed"))


@post(f"{_PATH}/{{parcel_id:uuid}}/ship", opt=needs(Permission.ORDERS_SHIP))
async def ship_parcel(
    view: ViewHere, desk: DeskHere, code: FromPath[str], parcel_id: FromPath[UUID]
) -> Answer:
    tracking = _tracking(await read_form(view.request))

    async def step(tx: TenantTx, order: Order) -> object:
        return await service.send(tx, order.id, parcel_id, desk.actor, tracking)

    return await take(view, desk, code, step, gettext_noop("Parcel sent"))


@post(f"{_PATH}/{{parcel_id:uuid}}/deliver", opt=needs(Permission.ORDERS_SHIP))
async def deliver_parcel(
    view: ViewHere, desk: DeskHere, code: FromPath[str], parcel_id: FromPath[UUID]
) -> Answer:
    async def step(tx: TenantTx, order: Order) -> object:
        return await service.arrive(tx, order.id, parcel_id, desk.actor)

    return await take(view, desk, code, step, gettext_noop("Parcel delivered"))


@post(f"{_PATH}/{{parcel_id:uuid}}/unpack", opt=needs(Permission.ORDERS_SHIP))
async def unpack_parcel(
    view: ViewHere, desk: DeskHere, code: FromPath[str], parcel_id: FromPath[UUID]
) -> Answer:
    async def step(tx: TenantTx, order: Order) -> object:
        return await service.unpack(tx, order.id, parcel_id, desk.actor)

    return await take(view, desk, code, step, gettext_noop("Parcel unpacked"))


def _tracking(form: Form) -> Tracking:
    return Tracking(form.get("number")[:_LONGEST], "", form.get("carrier")[:_LONGEST])


HANDLERS = (pack_parcel, ship_parcel, deliver_parcel, unpack_parcel)
