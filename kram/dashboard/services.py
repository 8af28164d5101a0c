"""What this door needs of the house; `app` builds it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from redis.asyncio import Redis

from kram.kit.assets import Assets
from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.http import UrlPolicy
from kram.kit.storage import Storage
from kram.tenants.bots import BotIdentity
from kram.tenants.registry import Registry


class BotConnector(Protocol):
    """The bot door's side of connecting; it calls Telegram, so never inside a transaction."""

    async def connect(self, token: str) -> BotIdentity:
        """Whose token this is. Raises: TokenRefused, and an AppError when Telegram is silent."""
        ...

    async def configure(self) -> None:
        """Wakes the bots' process: it sets up the bots that are not configured yet."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """`public_url` has no trailing slash; `themes` and `payment_methods` are what may be chosen.

    `refill_spares` makes schemas when a sign-up finds none ready.
    """

    db: Database
    keys: KeyRing
    redis: Redis
    registry: Registry
    storage: Storage
    assets: Assets
    url_policy: UrlPolicy
    bots: BotConnector
    refill_spares: Callable[[], Awaitable[object]]
    public_url: str
    themes: tuple[str, ...]
    payment_methods: tuple[str, ...]
    bots_poll: bool = False
    """Whether updates are fetched from Telegram instead of sent by it."""

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https:")
