"""What every request asks first, whose shop this is, answered from memory.

A card is at most `TTL_SECONDS` old. While one caller renews it the others are served the old one,
so that a busy shop costs one query per worker and period.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.tenants import queries
from kram.tenants.bots import secret_matches, webapp_key_of
from kram.tenants.models import Bot, BotState, Shop, ShopStatus

TTL_SECONDS = 5.0
_MOST_CARDS = 4096


@dataclass(frozen=True, slots=True)
class BotCard:
    """`webapp_key` verifies launch data; it is never written anywhere."""

    id: UUID
    telegram_id: int
    username: str
    public_id: str
    state: BotState
    staff_chat_id: int | None
    webapp_key: bytes = field(repr=False)
    secret_hash: bytes = field(repr=False)

    def has_secret(self, header: str) -> bool:
        return secret_matches(self.secret_hash, header)


@dataclass(frozen=True, slots=True)
class ShopCard:
    """`currency`, `language` (uk, ru, en) and `timezone` are the shop's, not a person's."""

    tenant: Tenant
    name: str
    status: ShopStatus
    currency: str
    language: str
    timezone: str
    theme: str
    accent: str
    payment_methods: tuple[str, ...]
    bot: BotCard | None


class _Key(NamedTuple):
    slug: str | None = None
    shop_id: UUID | None = None
    public_id: str = ""


@dataclass(slots=True)
class _Entry:
    card: ShopCard | None
    fresh_until: float


class Registry:
    """One per process."""

    def __init__(
        self, db: Database, keys: KeyRing, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._db = db
        self._keys = keys
        self._clock = clock
        self._entries: OrderedDict[_Key, _Entry] = OrderedDict()

    async def by_slug(self, slug: str) -> ShopCard | None:
        return await self._find(_Key(slug=slug))

    async def by_id(self, tenant_id: UUID) -> ShopCard | None:
        return await self._find(_Key(shop_id=tenant_id))

    async def by_public_id(self, public_id: str) -> ShopCard | None:
        """The shop whose bot has that opaque address; `card.bot` is never None here."""
        return await self._find(_Key(public_id=public_id)) if public_id else None

    def forget(self, shop_id: UUID) -> None:
        """Called after a commit that changed the shop; other processes follow within the TTL."""
        stale = [
            key
            for key, entry in self._entries.items()
            if entry.card is None or entry.card.tenant.id == shop_id
        ]
        for key in stale:
            del self._entries[key]

    async def _find(self, key: _Key) -> ShopCard | None:
        entry = self._entries.get(key)
        if entry is None:
            return await self._load(key)
        self._entries.move_to_end(key)
        if entry.fresh_until <= self._clock():
            entry.fresh_until = self._clock() + TTL_SECONDS
            return await self._load(key)
        return entry.card

    async def _load(self, key: _Key) -> ShopCard | None:
        async with self._db.platform() as tx:
            row = await queries.card_rows(
                tx, slug=key.slug, shop_id=key.shop_id, public_id=key.public_id
            )
        card = self._card(*row) if row else None
        self._entries[key] = _Entry(card, self._clock() + TTL_SECONDS)
        if len(self._entries) > _MOST_CARDS:
            self._entries.popitem(last=False)
        return card

    def _card(self, shop: Shop, bot: Bot | None) -> ShopCard:
        return ShopCard(
            tenant=shop.tenant,
            name=shop.name,
            status=ShopStatus(shop.status),
            currency=shop.currency,
            language=shop.language,
            timezone=shop.timezone,
            theme=shop.theme,
            accent=shop.accent,
            payment_methods=tuple(shop.payment_methods),
            bot=self._bot_card(bot) if bot else None,
        )

    def _bot_card(self, bot: Bot) -> BotCard:
        return BotCard(
            id=bot.id,
            telegram_id=bot.telegram_id,
            username=bot.username,
            public_id=bot.public_id,
            state=BotState(bot.state),
            staff_chat_id=bot.staff_chat_id,
            webapp_key=webapp_key_of(bot, self._keys),
            secret_hash=bot.secret_hash,
        )
