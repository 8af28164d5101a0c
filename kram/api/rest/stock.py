"""Units of a variant: told as differences, never as a number from a screen that may be old."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import post
from litestar.params import FromPath, JSONBody

from kram.api.rest.caller import DeskHere, needs
from kram.api.rest.inputs import Input
from kram.api.rest.once import OnceHere
from kram.api.rest.views.goods import StockView
from kram.kit.db.tx import TenantTx
from kram.shop.catalog.errors import VariantMissing
from kram.shop.catalog.models import Variant
from kram.shop.inventory.models import MoveCause
from kram.shop.inventory.rules import LARGEST_QUANTITY
from kram.shop.inventory.service import levels, receive
from kram.tenants.permissions import Permission

Delta = Annotated[int, msgspec.Meta(ge=-LARGEST_QUANTITY, le=LARGEST_QUANTITY)]


class StockChange(Input, frozen=True):
    """`delta` units came (positive) or went (negative). Shipping takes its units by itself."""

    delta: Delta
    cause: Literal["received", "corrected", "written_off", "returned"] = "received"


@post("/variants/{variant_id:uuid}/stock", opt=needs(Permission.CATALOG_EDIT), status_code=200)
async def change_stock(
    desk: DeskHere,
    once: OnceHere,
    variant_id: FromPath[UUID],
    data: JSONBody[StockChange],
) -> StockView:
    """Send an `Idempotency-Key`: a difference that is counted twice is wrong."""

    async def change(tx: TenantTx) -> StockView:
        if await tx.get(Variant, variant_id) is None:
            raise VariantMissing
        await receive(tx, variant_id, data.delta, MoveCause(data.cause), desk.actor)
        return StockView.of(variant_id, (await levels(tx, [variant_id]))[variant_id])

    return await once.run(change, StockView)


ROUTES = [change_stock]
