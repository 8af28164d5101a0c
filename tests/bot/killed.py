"""The bots' process, started and killed again and again: `python -m tests.bot.killed`.

Reads its settings as JSON from the standard input. Every child handles what it can until it is
killed; the last one stays until SIGTERM.
"""

import asyncio
import json
import os
import random
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from kram.bot.process import Needs, serve_bots
from kram.kit import valkey
from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database


async def serve(told: dict[str, Any]) -> None:
    redis = valkey.connect(told["redis_url"])
    db = Database(told["database_url"], pool_size=12)
    needs = Needs(
        db=db,
        redis=redis,
        keys=KeyRing.parse(told["secret_key"]),
        telegram_api_url=told["telegram_api_url"],
        public_url=told["public_url"],
        templates=Path(told["templates"]),
        heartbeat=Path(told["heartbeat"]),
    )
    await serve_bots(needs, asyncio.Event(), lease=timedelta(seconds=told["lease_seconds"]))


def child(told: dict[str, Any]) -> int:
    """Forked: the library's import is paid once, not with every start."""
    pid = os.fork()
    if pid == 0:
        asyncio.run(serve(told))
        os._exit(0)
    return pid


def main() -> None:
    told = json.loads(sys.stdin.readline())
    rng = random.Random(told["seed"])
    running: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: [os.kill(pid, signal.SIGKILL) for pid in running])
    for _ in range(told["kills"]):
        running[:] = [child(told)]
        time.sleep(rng.uniform(0.05, 0.35))
        os.kill(running[0], signal.SIGKILL)
        os.waitpid(running[0], 0)
    running[:] = [child(told)]
    print("calm", flush=True)
    os.waitpid(running[0], 0)


if __name__ == "__main__":
    main()
