"""kill -9 of the bots' process, over and over, while people write and the staff taps.

`KRAM_KILLS=200` makes it the long run.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from kram.app.settings import Settings
from kram.integrations.notify.buttons import OrderTap, Tap
from kram.shop.orders.models import Order, OrderStatus
from kram.tenants.models import Role
from tests.conftest import SECRET_KEY
from tests.factories.bots import TEMPLATES, ShopInTown, Stand, until

pytestmark = pytest.mark.anyio

KILLS = int(os.environ.get("KRAM_KILLS", "8"))
STAFF = 20
"""A person's taps wait behind each other, and after a minute nobody waits for them any more."""


async def test_nothing_is_lost_and_no_step_is_doubled(
    kvitka: ShopInTown, inshyi: ShopInTown, stand: Stand, settings: Settings
) -> None:
    staff = [await _member(kvitka) for _ in range(STAFF)]
    shoppers: list[int] = []
    orders: list[Order] = []
    async with _process(stand, settings) as calm:
        while not calm.done():
            shoppers.append(await kvitka.person())
            await kvitka.says(shoppers[-1], "hello")
            orders.append(await _place_and_accept(kvitka, staff[len(orders) % STAFF]))
            await asyncio.sleep(0.1)
        await _all_ended(kvitka, len(shoppers) * 2)
    for shopper in shoppers:
        # Around a kill an answer may be said twice; it is never missing.
        assert 1 <= len(await kvitka.said_in(kvitka.chat(shopper))) <= 2
        assert await kvitka.customer(shopper) is not None
    for order in orders:
        steps = [step.kind for step in (await kvitka.look(order.id)).steps]
        assert steps == ["placed", "accepted"]
    rows = await stand.rows(kvitka.shop)
    assert not [row for row in rows if row.dead_at]
    assert [row for row in rows if row.attempts > 1], "no kill hit anything: kill harder"
    assert await stand.rows(inshyi.shop) == []


@asynccontextmanager
async def _process(stand: Stand, settings: Settings) -> AsyncIterator[asyncio.Task[bytes]]:
    """The task is done when the last kill is over; the process lives until the block ends."""
    process = await _start(stand, settings)
    assert process.stdout is not None
    async with asyncio.TaskGroup() as group:
        calm = group.create_task(process.stdout.readline())
        try:
            yield calm
        finally:
            process.terminate()
            await process.wait()


async def _start(stand: Stand, settings: Settings) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bot.killed",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    told = {
        "database_url": settings.app_database_url,
        "redis_url": settings.redis_url,
        "secret_key": SECRET_KEY,
        "telegram_api_url": stand.needs.telegram_api_url,
        "public_url": stand.needs.public_url,
        "templates": str(TEMPLATES),
        "heartbeat": str(settings.heartbeats["bots"]),
        "kills": KILLS,
        "seed": 7,
        "lease_seconds": 1,
    }
    assert process.stdin is not None
    process.stdin.write(json.dumps(told).encode() + b"\n")
    await process.stdin.drain()
    return process


async def _member(place: ShopInTown) -> int:
    person = await place.person("Petro")
    await place.member(Role.MANAGER, person)
    return person


async def _place_and_accept(place: ShopInTown, staff: int) -> Order:
    """A new order, accepted by a tap on its card."""
    order = await place.order()
    tap = OrderTap(tap=Tap.ACCEPT, order=order.id, seen=OrderStatus.PLACED).pack()
    query: dict[str, Any] = {
        "id": order.code,
        "from": {"id": staff, "is_bot": False, "first_name": "Petro"},
        "chat_instance": "1",
        "data": tap,
        "message": {
            "message_id": 1,
            "date": 1_700_000_000,
            "chat": {"id": staff, "type": "private", "first_name": "Petro"},
        },
    }
    await place.stand.store(place, callback_query=query)
    return order


async def _all_ended(place: ShopInTown, count: int) -> None:
    async def ended() -> bool:
        rows = await place.stand.rows(place.shop)
        return len(rows) == count and all(row.done_at or row.dead_at for row in rows)

    await until(ended, seconds=60)
