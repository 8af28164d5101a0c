"""Two workers take the same import back at the same time."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from kram.integrations.imports import undo as undoing
from kram.integrations.imports.undo import request_undo, take_back
from kram.kit.db.tx import TenantTx
from tests.integrations.imports.yard import OLENA, Yard

pytestmark = pytest.mark.anyio
FILE = "sku,title,price,stock\nA,Cup,1,{units}\n"


@pytest.mark.parametrize("is_guarded", [True, False])
async def test_a_batch_is_taken_back_once(
    yard: Yard, monkeypatch: pytest.MonkeyPatch, is_guarded: bool
) -> None:
    """The second one comes while the first has not committed. Without the import's lock it takes
    the same batch, and the shelf has units that nobody brought."""
    await yard.take(FILE.format(units=8))
    job = await yard.take(FILE.format(units=3))
    async with yard.db.tenant(yard.tenant) as tx:
        await request_undo(tx, job.id, OLENA)
    if not is_guarded:
        get = TenantTx.get

        async def unlocked(tx: Any, entity: Any, key: Any, *, lock: bool = False) -> Any:
            return await get(tx, entity, key)

        monkeypatch.setattr(TenantTx, "get", unlocked)
    reached, may_go_on = asyncio.Event(), asyncio.Event()
    found = undoing.batch_queries.last_left

    async def pausing(*arguments: Any) -> Any:
        batch = await found(*arguments)
        if not reached.is_set():
            reached.set()
            await may_go_on.wait()
        return batch

    monkeypatch.setattr(undoing.batch_queries, "last_left", pausing)

    async def one() -> None:
        async with yard.db.tenant(yard.tenant) as tx:
            await take_back(tx, job.id, OLENA)

    first = asyncio.create_task(one())
    await reached.wait()
    second = asyncio.create_task(one())
    await asyncio.sleep(0.2)
    may_go_on.set()
    await asyncio.gather(first, second)
    on_hand = await yard.rows("SELECT on_hand FROM stock")
    assert on_hand == ([(8,)] if is_guarded else [(13,)])
    async with yard.db.tenant(yard.tenant) as tx:
        assert await tx.scalar(text("SELECT sum(delta) FROM stock_move")) == on_hand[0][0]
