"""A thousand bots in one process."""

import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

from kram.bot.assemble import assemble
from kram.bot.shelf import RouterShelf
from kram.integrations.telegram.settings import BotSettings

ROOT = Path(__file__).parents[2]

MEASURE = """
import asyncio, json, time, uuid
from kram.bot.assemble import assemble
from kram.bot.shelf import RouterShelf
from kram.integrations.telegram.client import TelegramClient
from kram.integrations.telegram.settings import BotSettings
from kram.integrations.telegram.throttle import Throttle
from kram.kit.valkey import connect


def rss_kb() -> int:
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


async def main() -> None:
    client = TelegramClient("http://127.0.0.1:1", Throttle(connect("redis://127.0.0.1:1/0")))
    shelf = RouterShelf(assemble)
    shelf.router(uuid.uuid4(), BotSettings())
    before, started = rss_kb(), time.process_time()
    bots = [client.bot(f"{n + 1}:AAAA", f"shop{n}_bot", "Shop") for n in range(1000)]
    for n in range(1000):
        shelf.router(uuid.uuid4(), BotSettings(welcome=f"Shop {n}"))
    seconds = time.process_time() - started
    print(json.dumps({"mb": (rss_kb() - before) / 1024, "seconds": seconds, "bots": len(bots)}))
    await client.close()


asyncio.run(main())
"""


def test_a_thousand_bots_cost_little_and_ask_nothing() -> None:
    """The address answers nobody: a single call of Telegram's would have failed loudly."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env={**os.environ},
        text=True,
    )
    measured = json.loads(done.stdout)
    assert measured["bots"] == 1000
    assert measured["mb"] < 20, measured


def test_a_shop_keeps_its_router_until_its_settings_change() -> None:
    shelf, bot = RouterShelf(assemble), uuid4()
    first = shelf.router(bot, BotSettings())
    assert shelf.router(bot, BotSettings()) is first
    changed = shelf.router(bot, BotSettings(shows_orders=False))
    assert changed is not first
    assert shelf.router(bot, BotSettings(shows_orders=False)) is changed
    assert len(shelf) == 1


def test_the_shelf_keeps_the_routers_in_use() -> None:
    shelf = RouterShelf(assemble, most=3)
    used = uuid4()
    kept = shelf.router(used, BotSettings())
    for _ in range(10):
        shelf.router(uuid4(), BotSettings())
        assert shelf.router(used, BotSettings()) is kept
    assert len(shelf) == 3


def test_two_shops_never_share_a_router() -> None:
    shelf = RouterShelf(assemble)
    assert shelf.router(uuid4(), BotSettings()) is not shelf.router(uuid4(), BotSettings())
