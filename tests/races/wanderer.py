"""One process that does anything to a shop's stock; what it is to do comes by stdin.

Kept apart from pytest: what many processes do at once is not what many tasks of one loop do.
"""

import asyncio
import random
import sys
from collections import Counter
from uuid import UUID

import msgspec
from sqlalchemy.exc import DBAPIError

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant, TenantId
from kram.kit.errors import AppError
from kram.kit.ids import new_id
from tests.races.anything import any_step


class Walk(msgspec.Struct, frozen=True):
    """`database_url` is the application role's."""

    database_url: str
    shop_id: UUID
    schema: str
    slug: str
    variants: list[UUID]
    places: list[UUID]
    seed: int
    steps: int


async def wander(walk: Walk) -> Counter[str]:
    tenant = Tenant(TenantId(walk.shop_id), walk.schema, walk.slug)
    chance, orders = random.Random(walk.seed), [new_id() for _ in range(5)]
    ended: Counter[str] = Counter()
    db = Database(walk.database_url, pool_size=1)
    for _ in range(walk.steps):
        try:
            async with db.tenant(tenant) as tx:
                await any_step(chance, orders, walk.variants, walk.places)(tx)
        except AppError as error:
            ended[error.code] += 1
        except DBAPIError as error:
            ended[getattr(error.orig, "sqlstate", "?")] += 1
        else:
            ended["done"] += 1
    await db.close()
    return ended


if __name__ == "__main__":
    told = msgspec.json.decode(sys.stdin.buffer.read(), type=Walk)
    sys.stdout.buffer.write(msgspec.json.encode(asyncio.run(wander(told))))
