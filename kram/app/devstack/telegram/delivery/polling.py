"""getUpdates: waits for updates and forgets those the bot confirms by a higher offset."""

import asyncio

from kram.app.devstack.telegram.delivery.pollers import Poller
from kram.app.devstack.telegram.errors import conflict
from kram.app.devstack.telegram.state.records import Bot, PendingUpdate
from kram.app.devstack.telegram.telegram import Telegram
from kram.app.devstack.telegram.updates import pending

WEBHOOK_IS_ACTIVE = (
    "can't use getUpdates method while webhook is active;"
    " use deleteWebhook to delete the webhook first"
)


async def poll(
    telegram: Telegram, bot: Bot, offset: int, limit: int, seconds: int
) -> list[PendingUpdate]:
    """The bot's oldest updates from `offset` on; a negative offset counts from the end.

    Raises a conflict while a webhook is set, and when another poller takes over.
    """
    if bot.webhook is not None:
        raise conflict(WEBHOOK_IS_ACTIVE)
    poller = telegram.pollers.start(bot.id)
    start = _confirm(telegram, bot.id, offset)
    try:
        return await _wait(telegram, bot.id, start, limit, seconds, poller)
    finally:
        telegram.pollers.stop(bot.id, poller)


async def _wait(
    telegram: Telegram, bot_id: int, start: int, limit: int, seconds: int, poller: Poller
) -> list[PendingUpdate]:
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        if poller.conflict:
            raise conflict(poller.conflict)
        found = [row for row in pending(telegram, bot_id) if row.update_id >= start][:limit]
        remaining = deadline - asyncio.get_running_loop().time()
        if found or remaining <= 0:
            return found
        poller.wake.clear()
        try:
            await asyncio.wait_for(poller.wake.wait(), remaining)
        except TimeoutError:
            continue


def _confirm(telegram: Telegram, bot_id: int, offset: int) -> int:
    """Forgets what comes before the offset; returns the first number to hand out."""
    updates = pending(telegram, bot_id)
    if offset < 0:
        kept = updates[offset:]
        offset = kept[0].update_id if kept else 0
    for update in updates:
        if update.update_id < offset:
            telegram.world.updates.drop(update.key)
    return offset
