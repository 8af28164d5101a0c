"""Units of a variant: told as differences, never as a number from a screen that may be old."""

from uuid import UUID

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from kram.api.rest.caller import Desk, needs
from kram.api.rest.services import RestServices
from kram.shop.inventory.models import MoveCause
from kram.shop.inventory.service import StockLevel, levels, receive
from kram.tenants.permissions import Permission


class StockChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`delta` units came (positive) or went (negative)."""

    delta: int
    cause: MoveCause = MoveCause.RECEIVED


@post("/variants/{variant_id:uuid}/stock", opt=needs(Permission.CATALOG_EDIT), status_code=200)
async def change_stock(
    desk: NamedDependency[Desk],
    services: NamedDependency[RestServices],
    variant_id: FromPath[UUID],
    data: JSONBody[StockChange],
) -> StockLevel:
    async with services.db.tenant(desk.tenant) as tx:
        await receive(tx, variant_id, data.delta, data.cause, desk.actor)
        known = await levels(tx, [variant_id])
    return known[variant_id]


ROUTES = [change_stock]
