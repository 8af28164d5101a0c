"""The bots' process: two lanes over the inbox, upkeep of the bots, and polling when asked."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from kram.bot.assemble import assemble
from kram.bot.dispatch import make_dispatcher
from kram.bot.lane import LEASE, Lane
from kram.bot.polling import ANSWER_SECONDS, Polling
from kram.bot.runtime import Runtime
from kram.bot.saying import Speaker
from kram.bot.setup import Setup
from kram.bot.shelf import RouterShelf
from kram.bot.upkeep import Upkeep
from kram.integrations.telegram.bots import BotDirectory
from kram.integrations.telegram.client import TelegramClient
from kram.integrations.telegram.connector import SETUP_CHANNEL
from kram.integrations.telegram.outgoing import Outgoing
from kram.integrations.telegram.texts import Texts
from kram.integrations.telegram.throttle import Throttle
from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.heartbeat import Heartbeat
from kram.kit.valkey import BOTS_CHANNEL

CHATS_AT_ONCE = 12
TAPS_AT_ONCE = 8
_STOPPING_SECONDS = 10.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Needs:
    """What the process is given. `templates` is the folder of `templates/bot`, `heartbeat` the file
    that tells that both lanes turn.

    `polls`: updates are asked for; otherwise Telegram calls the webhook. The database's pool should
    hold a connection for each of `CHATS_AT_ONCE` + `TAPS_AT_ONCE`.
    """

    db: Database
    redis: Redis
    keys: KeyRing
    telegram_api_url: str
    public_url: str
    templates: Path
    heartbeat: Path
    polls: bool = False


@dataclass(frozen=True, slots=True)
class Bots:
    """The parts, wired; tests use them one by one."""

    client: TelegramClient
    directory: BotDirectory
    outgoing: Outgoing
    runtime: Runtime
    upkeep: Upkeep
    general: Lane
    fast: Lane


def wire(needs: Needs, *, lease: timedelta = LEASE) -> Bots:
    """`lease` is how long an update waits after the process that had it died."""
    client = TelegramClient(needs.telegram_api_url, Throttle(needs.redis))
    directory = BotDirectory(needs.db, needs.keys, client)
    outgoing = Outgoing(client, directory, needs.redis)
    texts = Texts(needs.templates)
    runtime = Runtime(
        db=needs.db,
        bots=directory,
        shelf=RouterShelf(assemble),
        dispatcher=make_dispatcher(needs.redis),
        speaker=Speaker(outgoing),
        texts=texts,
        public_url=needs.public_url,
    )
    setup = Setup(
        needs.db, directory, outgoing, needs.keys, texts, needs.public_url, polls=needs.polls
    )
    return Bots(
        client=client,
        directory=directory,
        outgoing=outgoing,
        runtime=runtime,
        upkeep=Upkeep(needs.db, needs.redis, directory, setup),
        general=Lane(needs.db, runtime.handle, False, CHATS_AT_ONCE, lease),
        fast=Lane(needs.db, runtime.handle, True, TAPS_AT_ONCE, lease),
    )


async def serve_bots(needs: Needs, stop: asyncio.Event, *, lease: timedelta = LEASE) -> None:
    """Until `stop`; then ends what it has begun, within ten seconds."""
    bots = wire(needs, lease=lease)
    heartbeat = Heartbeat(needs.heartbeat, ["general", "fast"])
    bots.general.turned, bots.fast.turned = heartbeat.of("general"), heartbeat.of("fast")
    try:
        async with asyncio.TaskGroup() as group:
            idle = [
                group.create_task(_listen(needs.redis, bots)),
                group.create_task(bots.upkeep.keep_reconciled(stop)),
                group.create_task(bots.upkeep.keep_configured(stop)),
            ]
            if needs.polls:
                idle.append(group.create_task(_poll(needs, bots, stop)))
            busy = [group.create_task(lane.run(stop)) for lane in (bots.general, bots.fast)]
            await stop.wait()
            for task in idle:
                task.cancel()
            bots.general.woken.set()
            bots.fast.woken.set()
            _, late = await asyncio.wait(busy, timeout=_STOPPING_SECONDS)
            for task in late:  # their leases end, another process takes them up
                task.cancel()
    finally:
        await bots.client.close()


async def _poll(needs: Needs, bots: Bots, stop: asyncio.Event) -> None:
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(timeout=ANSWER_SECONDS, limits=limits) as http:
        setup, api_url = bots.upkeep.setup, needs.telegram_api_url
        polling = Polling(needs.db, needs.redis, bots.directory, setup, http, api_url)
        await polling.run(stop)


async def _listen(redis: Redis, bots: Bots) -> None:
    """Wakes who has something to do; without Valkey their own polls find it."""
    sleepers = {
        BOTS_CHANNEL.encode(): (bots.general.woken, bots.fast.woken),
        SETUP_CHANNEL.encode(): (bots.upkeep.woken,),
    }
    while True:
        try:
            async with redis.pubsub() as channel:
                await channel.subscribe(BOTS_CHANNEL, SETUP_CHANNEL)
                while True:
                    heard = await channel.get_message(ignore_subscribe_messages=True, timeout=1)
                    for sleeper in sleepers[heard["channel"]] if heard else ():
                        sleeper.set()
        except (RedisError, OSError, TimeoutError):
            _log.warning("valkey is away; polling")
            await asyncio.sleep(0.5)
