"""Connects a bot and sets it up at once, for commands and the seed; the dashboard leaves the second
half to the bots' process."""

from uuid import UUID

import httpx

from kram.bot.process import Needs, wire
from kram.integrations.telegram.connector import BotConnector
from kram.tenants.bots import connect_bot
from kram.tenants.errors import NoBot


async def connect_and_configure(needs: Needs, shop_id: UUID, token: str) -> None:
    """Raises: TokenRefused, TelegramAway, BotTaken, TelegramFailure."""
    async with httpx.AsyncClient(timeout=10) as http:
        connector = BotConnector(needs.telegram_api_url, http, needs.redis)
        identity = await connector.connect(token)
    async with needs.db.platform() as tx:
        await connect_bot(tx, shop_id, token, identity, needs.keys)
    bots = wire(needs)
    try:
        shop = await bots.directory.of_shop(shop_id)
        if shop is None:
            raise NoBot
        await bots.upkeep.setup.configure(shop)
    finally:
        await bots.client.close()
