"""A storefront as a process would serve it, without sockets."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from litestar import Litestar
from litestar.types import ControllerRouterHandler
from redis.asyncio import Redis

from kram.app.settings import Settings
from kram.kit.clock import utc_now
from kram.kit.db.database import Database
from kram.kit.db.lanes import Lanes
from kram.kit.jwt import Tokens
from kram.kit.storage.addresses import storage_from_url
from kram.kit.telegram import sign_init_data, webapp_key
from kram.kit.web.problems import problem_handlers
from kram.miniapp.cache.layer import PageCache
from kram.miniapp.cache.versions import VersionCache
from kram.miniapp.routes import routes
from kram.miniapp.services import AssetAddresses, Services
from kram.shop.catalog.storefront import StorefrontReader
from kram.shop.digital.links import DownloadLinks
from kram.shop.orders.track import TrackLinks
from kram.tenants.models import Shop
from kram.tenants.registry import Registry
from tests.factories.billing import Stall, open_stall
from tests.factories.tenants import make_bot, new_telegram_id

TEMPLATES = Path(__file__).parents[2] / "templates"
ORIGIN = "http://kram.test"
PAGE_BYTES = 1_000_000


class Clock:
    """Moves when told."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self.seconds = 0.0

    def now(self) -> datetime:
        return utc_now() + self.ahead

    def monotonic(self) -> float:
        return self.seconds


def bundle_address(name: str) -> str:
    return f"/assets/{name}"


@dataclass
class Storefront:
    """`browse` is a browser of nobody in particular; cookies are kept."""

    stall: Stall
    services: Services
    app: PageCache
    browse: httpx.AsyncClient
    clock: Clock
    bot_tokens: dict[str, str] = field(default_factory=dict)

    @property
    def base(self) -> str:
        return f"/m/{self.stall.tenant.slug}"

    def auth_date(self, age: timedelta = timedelta()) -> str:
        return str(int((self.clock.now() - age).timestamp()))

    def launch_data(
        self,
        *,
        user: int = 42,
        language: str = "uk",
        age: timedelta = timedelta(),
        **changes: str,
    ) -> str:
        """As Telegram signs it for this shop's bot; `changes` are further fields."""
        person = {"id": user, "first_name": "Ivan", "language_code": language}
        fields = {
            "user": json.dumps(person),
            "auth_date": self.auth_date(age),
            "query_id": "AAE",
            **changes,
        }
        return sign_init_data(fields, webapp_key(self.bot_tokens[self.stall.tenant.slug]))

    async def sign_in(self, user: int = 42) -> dict[str, str]:
        """Headers of a shopper who came from Telegram."""
        body = {"init_data": self.launch_data(user=user)}
        answer = await self.browse.post(f"{self.base}/api/session", json=body)
        assert answer.status_code == 200, answer.text
        return {"authorization": f"Bearer {answer.json()['token']}"}

    def another_browser(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=ORIGIN)


def order_words(total: int, **changes: Any) -> dict[str, Any]:
    """What checkout sends: one parcel brought by the courier, paid on delivery."""
    return {
        "recipient": "Ivan Franko",
        "phone": "+380 44 123-45-67",
        "address": "Lviv, Rynok 1",
        "comment": "",
        "delivery": "courier",
        "payment": "cod",
        "expected_total_minor": total,
        "language": "en",
        **changes,
    }


@asynccontextmanager
async def open_storefront(
    db: Database,
    settings: Settings,
    valkey: Redis,
    shop: Shop,
    *,
    assets: AssetAddresses = bundle_address,
    more_routes: Sequence[ControllerRouterHandler] = (),
    **changes: Any,
) -> AsyncIterator[Storefront]:
    """`more_routes` are what a process serves beside the shop; `changes` are `Services`' own."""
    async with db.platform() as tx:
        bot_id = new_telegram_id()
        await make_bot(tx, shop, settings.keys, telegram_id=bot_id)
    lanes = Lanes(settings.hot_database_url, size=2)
    clock = Clock()
    reader = StorefrontReader(lanes)
    registry = Registry(db, settings.keys, clock.monotonic)
    versions = VersionCache(registry, reader, clock=clock.monotonic)
    try:
        async with open_stall(db, settings.keys, valkey, shop) as stall:
            services = Services(
                db=db,
                redis=valkey,
                versions=versions,
                reader=reader,
                carts=stall.carts,
                checkout=stall.checkout,
                tokens=Tokens(settings.keys.derive_all("tokens"), "kram"),
                track=TrackLinks(settings.keys),
                downloads=DownloadLinks(settings.keys),
                keys=settings.keys,
                templates=TEMPLATES,
                assets=assets,
                storage=storage_from_url(settings.storage_url),
                https=False,
                clock=clock.now,
                **changes,
            )
            app = PageCache(application(services, more_routes), versions, max_bytes=PAGE_BYTES)
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as browse:
                tokens = {shop.slug: f"{bot_id}:test-token"}
                yield Storefront(stall, services, app, browse, clock, tokens)
    finally:
        await lanes.close()


def application(
    services: Services, more_routes: Sequence[ControllerRouterHandler] = ()
) -> Litestar:
    return Litestar(
        [*routes(services), *more_routes],
        exception_handlers=problem_handlers(),
        openapi_config=None,
        logging_config=None,
    )
