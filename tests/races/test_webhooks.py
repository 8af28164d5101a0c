"""Many addresses added at the same moment never become more than a shop may have."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from kram.integrations.crm import queries, service
from kram.integrations.crm.errors import TooManyEndpoints
from kram.integrations.crm.service import MOST_ENDPOINTS
from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.http import UrlPolicy

pytestmark = pytest.mark.anyio

RUNNERS = 6


async def add(db: Database, tenant: Tenant, keys: KeyRing) -> str:
    try:
        async with db.tenant(tenant) as tx:
            await service.add_endpoint(tx, keys, UrlPolicy(), "https://crm.example.com/hook")
            await asyncio.sleep(0.02)
    except TooManyEndpoints:
        return "refused"
    return "added"


async def race(db: Database, tenant: Tenant, keys: KeyRing) -> tuple[list[str], int]:
    """What became of the runners, with room for two, and how many endpoints there are then."""
    for _ in range(MOST_ENDPOINTS - 2):
        assert await add(db, tenant, keys) == "added"
    ends = await asyncio.gather(*(add(db, tenant, keys) for _ in range(RUNNERS)))
    async with db.tenant_read(tenant) as tx:
        return sorted(ends), len(await queries.endpoints(tx))


async def test_a_shop_never_has_more_than_it_may(
    db: Database, tenant: Tenant, keys: KeyRing
) -> None:
    ends, count = await race(db, tenant, keys)
    assert ends == ["added"] * 2 + ["refused"] * (RUNNERS - 2)
    assert count == MOST_ENDPOINTS


async def test_without_the_lock_it_would(
    db: Database, tenant: Tenant, keys: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the test above."""

    async def unguarded(tx: Any) -> int:
        return int(await tx.scalar(text("SELECT count(*) FROM webhook_endpoint")))

    monkeypatch.setattr(queries, "count_endpoints_alone", unguarded)
    _, count = await race(db, tenant, keys)
    assert count > MOST_ENDPOINTS


async def test_another_shops_addresses_do_not_count(
    db: Database, tenant: Tenant, other_tenant: Tenant, keys: KeyRing
) -> None:
    await race(db, tenant, keys)
    assert await add(db, other_tenant, keys) == "added"
