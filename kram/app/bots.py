"""The bots' process: every shop's bot, over the rows that the web process stored."""

import asyncio

from kram.app.parts import TEMPLATES
from kram.app.process import Core, open_core, run
from kram.app.settings import BotMode, Settings
from kram.bot.process import CHATS_AT_ONCE, TAPS_AT_ONCE, Needs, serve_bots


def needs(core: Core) -> Needs:
    return Needs(
        db=core.db,
        redis=core.redis,
        keys=core.settings.keys,
        telegram_api_url=core.settings.telegram_api_url,
        public_url=core.settings.public_url,
        templates=TEMPLATES / "bot",
        heartbeat=core.settings.heartbeats["bots"],
        polls=core.settings.bot_mode is BotMode.POLLING,
    )


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    async with open_core(settings, pool_size=CHATS_AT_ONCE + TAPS_AT_ONCE) as core:
        await serve_bots(needs(core), stop)


def main() -> None:
    run(serve)
