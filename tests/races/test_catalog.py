"""Two people change the catalogue at once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from uuid import UUID

import pytest
from sqlalchemy import select, update

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.shop.catalog import queries, service
from kram.shop.catalog.errors import BundleNested, CategoryCycle
from kram.shop.catalog.models import BundleComponent, Category
from tests.conftest import make_settings
from tests.factories.catalog import make_category, make_variant

pytestmark = pytest.mark.anyio


@pytest.fixture
async def crowd(database_url: str, redis_url: str) -> AsyncIterator[Database]:
    settings = make_settings(database_url, redis_url)
    database = Database(settings.app_database_url, pool_size=40)
    yield database
    await database.close()


async def circles(db: Database, tenant: Tenant) -> int:
    """Categories from which no way leads to a root."""
    async with db.tenant_read(tenant) as tx:
        parents = {row.id: row.parent_id for row in await queries.categories(tx)}
    return sum(_is_lost(parents, each) for each in parents)


def _is_lost(parents: Mapping[UUID, UUID | None], at: UUID | None) -> bool:
    for _ in range(len(parents) + 1):
        if at is None:
            return False
        at = parents[at]
    return True


async def ring_of(db: Database, tenant: Tenant) -> list[UUID]:
    async with db.tenant(tenant) as tx:
        return [(await make_category(tx, f"C{number}")).id for number in range(8)]


async def test_moves_at_once_close_no_circle(crowd: Database, tenant: Tenant) -> None:
    ring = await ring_of(crowd, tenant)

    async def move(category: UUID, parent: UUID) -> str:
        try:
            async with crowd.tenant(tenant) as tx:
                await service.move_category(tx, category, parent)
        except CategoryCycle:
            return "cycle"
        return "moved"

    async def grow(parent: UUID) -> str:
        async with crowd.tenant(tenant) as tx:
            await service.create_category(tx, f"Child {parent}", parent)
        return "grown"

    pairs = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    ended = Counter(
        await asyncio.gather(*(move(*pair) for pair in pairs), *(grow(each) for each in ring))
    )
    assert ended == {"moved": 7, "cycle": 1, "grown": 8}
    assert await circles(crowd, tenant) == 0
    async with crowd.tenant_read(tenant) as reading:
        rows = {row.id: row for row in await queries.categories(reading)}
    for row in rows.values():
        above = rows[row.parent_id].path if row.parent_id else ""
        assert row.path == f"{above}{row.id.hex}."


async def test_without_the_lock_the_same_moves_close_a_circle(
    crowd: Database, tenant: Tenant
) -> None:
    """The negative control: each looks at the tree, all of them have looked, each writes."""
    ring = await ring_of(crowd, tenant)
    looked = asyncio.Barrier(len(ring))

    async def move(category: UUID, parent: UUID) -> None:
        async with crowd.tenant(tenant) as tx:
            tree = {row.id: row.parent_id for row in await queries.categories(tx)}
            assert not _leads_to(tree, parent, category)
            await looked.wait()
            await tx.execute(
                update(Category).where(Category.id == category).values(parent_id=parent)
            )

    await asyncio.gather(*(move(*pair) for pair in zip(ring, [*ring[1:], ring[0]], strict=True)))
    assert await circles(crowd, tenant) == len(ring)


def _leads_to(tree: Mapping[UUID, UUID | None], at: UUID | None, goal: UUID) -> bool:
    while at is not None:
        if at == goal:
            return True
        at = tree[at]
    return False


async def test_bundles_made_at_once_never_nest(crowd: Database, tenant: Tenant) -> None:
    async with crowd.tenant(tenant) as tx:
        ring = [await make_variant(tx) for _ in range(12)]

    async def make(bundle: UUID, part: UUID) -> str:
        try:
            async with crowd.tenant(tenant) as tx:
                await service.set_components(tx, bundle, {part: 1})
        except BundleNested:
            return "nested"
        return "made"

    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    ended = Counter(await asyncio.gather(*(make(*pair) for pair in pairs)))
    assert ended["made"] >= 1
    async with crowd.tenant_read(tenant) as reading:
        rows = (await reading.execute(select(BundleComponent))).scalars().all()
    assert len(rows) == ended["made"]
    assert not {row.bundle_id for row in rows} & {row.component_id for row in rows}
