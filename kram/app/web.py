"""The web process: storefront, dashboard, REST, incoming webhooks. It carries no bot library."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar
from litestar.datastructures import CacheControlHeader
from litestar.static_files import create_static_files_router
from litestar.types import ASGIApp, ControllerRouterHandler

from kram.api import hooks, rest
from kram.api.rest.description import openapi_config
from kram.app.front import front
from kram.app.parts import TEMPLATES, payments, providers, url_policy
from kram.app.process import Core, open_core, run
from kram.app.settings import BotMode, Settings
from kram.billing.checkout.tasks import Checkout
from kram.bot import webhook
from kram.dashboard import routes as dashboard
from kram.dashboard.problems import with_lost_pages
from kram.dashboard.services import Services as DashboardServices
from kram.integrations.telegram.connector import BotConnector
from kram.kit import assets
from kram.kit.assets import Assets
from kram.kit.db.lanes import Lanes
from kram.kit.health import HealthChecks
from kram.kit.jwt import Tokens
from kram.kit.storage import Storage
from kram.kit.storage.addresses import storage_from_url
from kram.kit.storage.local import LocalStorage
from kram.kit.valkey import BOTS_CHANNEL, Waker
from kram.kit.web.asgi import armoured
from kram.kit.web.operations import health_routes, metrics_route
from kram.kit.web.problems import problem_handlers
from kram.miniapp import routes as miniapp
from kram.miniapp.cache import news
from kram.miniapp.cache.layer import PageCache
from kram.miniapp.cache.versions import VersionCache
from kram.miniapp.services import Services as MiniappServices
from kram.shop.cart.store import CartStore
from kram.shop.catalog.storefront import StorefrontReader
from kram.shop.digital.links import DownloadLinks
from kram.shop.orders.track import TrackLinks
from kram.tenants.schema.provision import refill_spares

LARGEST_BODY_BYTES = 64 * 2**20
"""Of any request; each route has a smaller limit of its own."""

_FOR_EVER = CacheControlHeader(public=True, max_age=31536000, immutable=True)
_PAGE_CACHE_BYTES = 128 * 2**20
_THEMES = ("market",)
_PAYMENT_METHODS = ("cod",)
_TELEGRAM_WEB = "https://web.telegram.org"


@asynccontextmanager
async def open_app(core: Core) -> AsyncIterator[ASGIApp]:
    """The whole application with what it keeps open; `core` stays the caller's."""
    lanes = Lanes(core.settings.hot_database_url)
    async with httpx.AsyncClient(trust_env=False, timeout=10) as http:
        reader = StorefrontReader(lanes)
        versions = VersionCache(core.registry, reader)
        app = _compose(core, lanes, versions, http)
        async with asyncio.TaskGroup() as group:
            listener = group.create_task(news.listen(core.redis, versions))
            try:
                yield app
            finally:
                listener.cancel()
                await lanes.close()


def _compose(core: Core, lanes: Lanes, versions: VersionCache, http: httpx.AsyncClient) -> ASGIApp:
    settings = core.settings
    storage = storage_from_url(settings.storage_url)
    bundles = Assets(is_watched=settings.is_development)
    merchants = _dashboard(core, storage, bundles, http)
    litestar = Litestar(
        [
            front,
            *health_routes(_checks(core, lanes)),
            *([metrics_route()] if settings.shows_metrics else ()),
            *_files(storage),
            *miniapp.routes(_storefront(core, lanes, versions, storage, bundles, http)),
            *dashboard.routes(merchants),
            *rest.routes(_rest(core, storage)),
            *hooks.routes(hooks.HookServices(core.db, core.registry, providers(core, http))),
            *webhook.routes(webhook.Intake(core.db, Waker(core.redis, BOTS_CHANNEL))),
        ],
        exception_handlers=with_lost_pages(merchants, problem_handlers()),
        openapi_config=openapi_config(),
        logging_config=None,  # our own handlers log; Litestar would log everything once more
        request_max_body_size=LARGEST_BODY_BYTES,
    )
    pages = PageCache(litestar, versions, max_bytes=_PAGE_CACHE_BYTES)
    return armoured(
        pages,
        max_body_bytes=LARGEST_BODY_BYTES,
        https=settings.is_https,
        trusted_proxies=settings.trusted_proxies,
    )


def _checks(core: Core, lanes: Lanes) -> HealthChecks:
    return HealthChecks(
        {"database": core.db.probe, "lanes": lanes.probe, "valkey": core.redis.ping}
    )


def _files(storage: Storage) -> list[ControllerRouterHandler]:
    """Names carry a hash of the content, so that they may be kept for ever."""
    folders: dict[str, Path] = {"/assets": assets.FOLDER}
    if isinstance(storage, LocalStorage):
        storage.public_folder.mkdir(parents=True, exist_ok=True)
        folders["/media"] = storage.public_folder
    return [
        create_static_files_router(path, [folder], cache_control=_FOR_EVER, include_in_schema=False)
        for path, folder in folders.items()
    ]


def _storefront(
    core: Core,
    lanes: Lanes,
    versions: VersionCache,
    storage: Storage,
    bundles: Assets,
    http: httpx.AsyncClient,
) -> MiniappServices:
    settings = core.settings
    carts = CartStore(core.redis)
    collecting = payments(core, http)
    phone = settings.telegram_control_url
    return MiniappServices(
        db=core.db,
        redis=core.redis,
        versions=versions,
        reader=StorefrontReader(lanes),
        carts=carts,
        checkout=Checkout(core.db, carts, collecting, collecting.providers),
        tokens=Tokens(settings.keys.derive_all("storefront session"), issuer="kram"),
        track=TrackLinks(settings.keys),
        downloads=DownloadLinks(settings.keys),
        keys=settings.keys,
        templates=TEMPLATES,
        assets=bundles.url,
        storage=storage,
        https=settings.is_https,
        framed_by=(_TELEGRAM_WEB, phone) if phone else (_TELEGRAM_WEB,),
        templates_change=settings.is_development,
    )


def _dashboard(
    core: Core, storage: Storage, bundles: Assets, http: httpx.AsyncClient
) -> DashboardServices:
    settings = core.settings
    return DashboardServices(
        db=core.db,
        keys=settings.keys,
        redis=core.redis,
        registry=core.registry,
        storage=storage,
        assets=bundles,
        url_policy=url_policy(settings),
        bots=BotConnector(settings.telegram_api_url, http, core.redis),
        refill_spares=lambda: refill_spares(settings.database_url, wanted=1),
        public_url=settings.public_url,
        themes=_THEMES,
        payment_methods=(*_PAYMENT_METHODS, "sandbox")
        if settings.acquirer_url
        else _PAYMENT_METHODS,
        bots_poll=settings.bot_mode is BotMode.POLLING,
    )


def _rest(core: Core, storage: Storage) -> rest.RestServices:
    settings = core.settings
    return rest.RestServices(
        db=core.db,
        redis=core.redis,
        keys=settings.keys,
        registry=core.registry,
        storage=storage,
        url_policy=url_policy(settings),
        refill_spares=lambda: refill_spares(settings.database_url, wanted=1),
    )


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """One process on one core; start several behind a proxy for more."""
    async with open_core(settings, pool_size=20) as core, open_app(core) as app:
        server = Server(
            app,
            settings.web_host,
            settings.web_port,
            interface=Interfaces.ASGINL,
            log_enabled=False,
            backlog=1024,
        )
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(server.serve())
            await stop.wait()
            server.stop()  # type: ignore[no-untyped-call]
            await serving


def main() -> None:
    run(serve)
