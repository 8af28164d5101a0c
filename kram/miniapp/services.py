"""What the storefront's door needs to be given."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from redis.asyncio import Redis

from kram.billing.checkout.tasks import Checkout
from kram.kit.clock import utc_now
from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.jwt import Tokens
from kram.kit.storage import Storage
from kram.kit.telegram import PRODUCTION_KEY
from kram.miniapp.cache.versions import VersionCache
from kram.miniapp.people import LivingProfiles
from kram.shop.cart.store import CartStore
from kram.shop.catalog.storefront import StorefrontReader
from kram.shop.digital.links import DownloadLinks
from kram.shop.orders.track import TrackLinks


class AssetAddresses(Protocol):
    def __call__(self, name: str) -> str:
        """Where the bundle of that name is, such as "miniapp/storefront.js"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """`framed_by` are origins that may show the shop in a frame, besides our own.

    `telegram_keys` are Telegram's own: they verify launch data where the bot's key does not.
    """

    db: Database
    redis: Redis
    versions: VersionCache
    reader: StorefrontReader
    carts: CartStore
    checkout: Checkout
    tokens: Tokens
    track: TrackLinks
    downloads: DownloadLinks
    keys: KeyRing
    templates: Path
    assets: AssetAddresses
    storage: Storage
    https: bool
    framed_by: Sequence[str] = ("https://web.telegram.org",)
    telegram_keys: Sequence[bytes] = (PRODUCTION_KEY,)
    templates_change: bool = False
    profiles: LivingProfiles = field(default_factory=LivingProfiles)
    clock: Callable[[], datetime] = utc_now
