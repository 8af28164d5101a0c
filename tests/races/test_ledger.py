"""Property 7: the ledger adds up to what is on hand after anything, done by many processes."""

import asyncio
import sys
from collections import Counter
from uuid import UUID

import msgspec
import pytest

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.shop.inventory.models import MAIN_WAREHOUSE
from kram.shop.inventory.queries import shelves
from tests.conftest import ROOT, make_settings
from tests.factories.catalog import make_variant
from tests.factories.inventory import make_warehouse, put_into, to_order
from tests.races.anything import REFUSALS
from tests.races.test_places import promises_add_up
from tests.races.wanderer import Walk

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("processes", "steps"), [(2, 60), pytest.param(8, 1250, marks=pytest.mark.stress)]
)
async def test_the_ledger_adds_up_after_many_processes(
    db: Database, tenant: Tenant, database_url: str, redis_url: str, processes: int, steps: int
) -> None:
    variants, places = await furnish(db, tenant)
    url = make_settings(database_url, redis_url).app_database_url
    walks = [
        Walk(url, tenant.id, tenant.schema, tenant.slug, variants, places, seed, steps)
        for seed in range(processes)
    ]
    ended: Counter[str] = Counter()
    for told in await asyncio.gather(*map(walked, walks)):
        ended.update(told)
    assert ended.total() == processes * steps
    assert set(ended) <= {"done"} | REFUSALS
    async with db.tenant_read(tenant) as reading:
        assert await shelves.ledger_difference(reading) == 0
        await promises_add_up(reading, variants)


async def furnish(db: Database, tenant: Tenant) -> tuple[list[UUID], list[UUID]]:
    async with db.tenant(tenant) as tx:
        places = [MAIN_WAREHOUSE, await make_warehouse(tx), await make_warehouse(tx)]
        variants = [await make_variant(tx) for _ in range(4)]
        for variant in variants:
            for place in places:
                await put_into(tx, place, variant, 10)
        for variant in variants[:2]:
            await to_order(tx, variant, limit=25)
    return variants, places


async def walked(walk: Walk) -> dict[str, int]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.races.wanderer",
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate(msgspec.json.encode(walk))
    assert process.returncode == 0
    return msgspec.json.decode(said, type=dict[str, int])
