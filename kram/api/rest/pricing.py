"""Taxes and points; and the routes of all that makes a price."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post, put
from litestar.params import FromPath, JSONBody

from kram.api.rest import gift_cards, promotions
from kram.api.rest.caller import DeskHere, needs
from kram.api.rest.inputs import NO_NUL, Input, Note
from kram.api.rest.once import OnceHere
from kram.api.rest.services import ServicesHere
from kram.api.rest.views.base import View
from kram.api.rest.views.promotions import PointMoveView, PointsView
from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.customers.errors import CustomerMissing
from kram.shop.customers.models import Customer
from kram.shop.loyalty import queries as points
from kram.shop.loyalty import service as loyalty
from kram.shop.loyalty.rules import Loyalty
from kram.shop.taxes import service as taxes
from kram.shop.taxes.rules import TaxMode, TaxPolicy, TaxRate, TaxRounding
from kram.tenants.permissions import Permission

_SETTINGS = needs(Permission.SETTINGS_EDIT)
_POINTS = needs(Permission.PROMOTIONS_EDIT)

Country = Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]
Rate = Annotated[int, msgspec.Meta(ge=0, le=10_000)]
Gift = Annotated[int, msgspec.Meta(ge=0, le=10**13)]
Delta = Annotated[int, msgspec.Meta(ge=-(10**13), le=10**13)]


class RateInput(Input, frozen=True):
    """`rate_ppm` in millionths: 200000 is 20 %. Without a category it is for all the others."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=NO_NUL)]
    rate_ppm: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
    country: Country = "UA"
    category_id: UUID | None = None


class TaxInput(Input, frozen=True):
    mode: TaxMode
    rounding: TaxRounding = TaxRounding.LINE
    country: Country = "UA"
    taxes_delivery: bool = True
    rates: Annotated[Sequence[RateInput], msgspec.Meta(max_length=200)] = ()


class TaxView(View, frozen=True):
    mode: TaxMode
    rounding: TaxRounding
    country: str
    taxes_delivery: bool
    rates: list[TaxRate]

    @classmethod
    def of(cls, policy: TaxPolicy) -> "TaxView":
        return cls(
            policy.mode,
            policy.rounding,
            policy.country,
            policy.taxes_delivery,
            list(policy.rates),
        )


class LoyaltyInput(Input, frozen=True):
    """Rates in hundredths of a percent; points are minor units of the shop's currency."""

    is_active: bool
    earn_rate: Rate = 300
    spend_limit: Rate = 3_000
    kept_days: Annotated[int, msgspec.Meta(ge=1, le=3_650)] | None = 365
    welcome_points: Gift = 0
    referral_points: Gift = 0


class PointsChange(Input, frozen=True):
    delta: Delta
    note: Note = ""


@get("/taxes", opt=_SETTINGS)
async def show_taxes(desk: DeskHere, services: ServicesHere) -> TaxView:
    async with services.db.tenant_read(desk.tenant) as tx:
        return TaxView.of(await taxes.policy(tx))


@put("/taxes", opt=_SETTINGS)
async def change_taxes(desk: DeskHere, services: ServicesHere, data: JSONBody[TaxInput]) -> TaxView:
    """For the orders to come; placed ones keep theirs."""
    policy = msgspec.convert(msgspec.to_builtins(data), TaxPolicy)
    async with services.db.tenant(desk.tenant) as tx:
        await taxes.save(tx, policy)
    return TaxView.of(policy)


@get("/loyalty", opt=_SETTINGS)
async def show_loyalty(desk: DeskHere, services: ServicesHere) -> Loyalty:
    async with services.db.tenant_read(desk.tenant) as tx:
        return await loyalty.loyalty(tx)


@put("/loyalty", opt=_SETTINGS)
async def change_loyalty(
    desk: DeskHere, services: ServicesHere, data: JSONBody[LoyaltyInput]
) -> Loyalty:
    wanted = Loyalty(**msgspec.structs.asdict(data))
    async with services.db.tenant(desk.tenant) as tx:
        await loyalty.save(tx, wanted)
    return wanted


@get("/customers/{customer_id:uuid}/points", opt=_POINTS)
async def show_points(
    desk: DeskHere, services: ServicesHere, customer_id: FromPath[UUID]
) -> PointsView:
    async with services.db.tenant_read(desk.tenant) as tx:
        return await _points(tx, customer_id)


@post("/customers/{customer_id:uuid}/points", opt=_POINTS, status_code=200)
async def change_points(
    desk: DeskHere,
    once: OnceHere,
    customer_id: FromPath[UUID],
    data: JSONBody[PointsChange],
) -> PointsView:
    """By a difference, never to a number that may be old. Send an `Idempotency-Key`."""

    async def change(tx: TenantTx) -> PointsView:
        if await tx.get(Customer, customer_id) is None:
            raise CustomerMissing
        await loyalty.adjust(tx, customer_id, data.delta, desk.actor, data.note)
        return await _points(tx, customer_id)

    return await once.run(change, PointsView)


async def _points(tx: TenantRead, customer_id: UUID) -> PointsView:
    if await tx.get(Customer, customer_id) is None:
        raise CustomerMissing
    moves = await points.moves_of(tx, customer_id)
    balance = await loyalty.balance(tx, customer_id)
    return PointsView(customer_id, balance, [PointMoveView.of(move) for move in moves])


ROUTES = [
    *promotions.ROUTES,
    *gift_cards.ROUTES,
    show_taxes,
    change_taxes,
    show_loyalty,
    change_loyalty,
    show_points,
    change_points,
]
