"""Any of the things that can be done to the stock."""

import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.inventory import service
from kram.shop.inventory.models import MoveCause
from kram.shop.inventory.service import transfers
from tests.factories.inventory import STAFF

Step = Callable[[TenantTx], Awaitable[None]]

REFUSALS = {"out_of_stock", "stock_too_low", "units_not_here", "units_not_held"}
"""What may happen to a step instead of its effect; a deadlock is not among them."""


def any_step(
    chance: random.Random,
    orders: Sequence[UUID],
    variants: Sequence[UUID],
    places: Sequence[UUID],
) -> Step:
    """Orders are one walker's own, as each order's row is locked by whoever works on it."""
    order, place = chance.choice(orders), chance.choice(places)
    some = chance.sample(variants, chance.randint(1, 3))
    units = {variant: chance.randint(1, 6) for variant in some}

    async def attempt(tx: TenantTx) -> None:
        match chance.randint(0, 8):
            case 0:
                deltas = {variant: chance.choice((-3, -1, 1, 2, 5)) for variant in some}
                await service.receive_many(
                    tx, deltas, MoveCause.CORRECTED, STAFF, warehouse_id=place
                )
            case 1:
                counted = {variant: chance.randint(0, 20) for variant in some}
                await service.recount(tx, counted, STAFF, warehouse_id=place)
            case 2:
                await service.release(tx, order)
            case 3:
                await service.take(tx, order, STAFF)
            case 4:
                await service.take_part(tx, order, units, STAFF, new_id())
            case 5:
                await service.release_part(tx, order, units)
            case 6:
                await service.reserve_more(tx, order, units, None)
            case 7:
                other = chance.choice([one for one in places if one != place])
                await transfers.send(tx, place, other, units, STAFF, at_once=True)
            case _:
                await service.reserve(tx, order, units, tx.now + timedelta(minutes=1))

    return attempt
