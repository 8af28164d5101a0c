"""The shops' bots as the processes that speak for them know them."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from kram.integrations.telegram.client import NamedBot, TelegramClient
from kram.integrations.telegram.settings import BotSettings, read_settings
from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.tenants.bots import NO_SECRET, mark, token_of
from kram.tenants.models import Bot, BotState, Shop, ShopStatus
from kram.tenants.queries import card_rows

_TTL_SECONDS = 5.0
_MOST_BOTS = 2_048


@dataclass(frozen=True, slots=True)
class ShopBot:
    """A shop with the bot that speaks for it. `telegram` holds the token and a shared session."""

    id: UUID
    tenant: Tenant
    shop_name: str
    shop_status: ShopStatus
    language: str
    timezone: str
    public_id: str
    state: BotState
    staff_chat_id: int | None
    is_configured: bool
    is_polled: bool
    """Its updates are asked for, or were when it was set up last; otherwise Telegram calls us."""
    settings: BotSettings
    telegram: NamedBot


class BotDirectory:
    """One per process. What it gives is at most five seconds old."""

    def __init__(
        self,
        db: Database,
        keys: KeyRing,
        client: TelegramClient,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._db = db
        self._keys = keys
        self._client = client
        self._clock = clock
        self._known: OrderedDict[UUID, tuple[ShopBot | None, float]] = OrderedDict()

    async def of_shop(self, shop_id: UUID) -> ShopBot | None:
        """None: the shop has no bot, or had it removed."""
        known = self._known.get(shop_id)
        if known is not None and known[1] > self._clock():
            self._known.move_to_end(shop_id)
            return known[0]
        return await self._load(shop_id)

    def forget(self, shop_id: UUID) -> None:
        """Called after a commit that changed the bot; other processes follow by themselves."""
        self._known.pop(shop_id, None)

    async def mark_refused(self, shop: ShopBot) -> None:
        """Telegram does not know the token any more: nothing is sent until there is a new one."""
        async with self._db.platform() as tx:
            await mark(tx, shop.tenant.id, BotState.TOKEN_INVALID)
        self.forget(shop.tenant.id)

    async def _load(self, shop_id: UUID) -> ShopBot | None:
        async with self._db.platform() as tx:
            row = await card_rows(tx, shop_id=shop_id)
        bot = self._shop_bot(row[0], row[1]) if row and row[1] else None
        self._known[shop_id] = (bot, self._clock() + _TTL_SECONDS)
        self._known.move_to_end(shop_id)
        if len(self._known) > _MOST_BOTS:
            self._known.popitem(last=False)
        return bot

    def _shop_bot(self, shop: Shop, bot: Bot) -> ShopBot:
        token = token_of(bot, self._keys)
        return ShopBot(
            id=bot.id,
            tenant=shop.tenant,
            shop_name=shop.name,
            shop_status=ShopStatus(shop.status),
            language=shop.language,
            timezone=shop.timezone,
            public_id=bot.public_id,
            state=BotState(bot.state),
            staff_chat_id=bot.staff_chat_id,
            is_configured=bot.configured_at is not None,
            is_polled=bot.secret_hash == NO_SECRET,
            settings=read_settings(bot.settings),
            telegram=self._client.bot(token, bot.username, bot.title),
        )
