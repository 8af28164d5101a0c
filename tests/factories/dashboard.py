"""The dashboard as a process would serve it, and a browser with a merchant before it."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from uuid import UUID

import httpx
from litestar import Litestar
from redis.asyncio import Redis

from kram.app.settings import Settings
from kram.dashboard.problems import with_lost_pages
from kram.dashboard.routes import routes
from kram.dashboard.services import Services
from kram.dashboard.signin.gate import ACCESS, CSRF, REFRESH
from kram.kit.clock import utc_now
from kram.kit.db.database import Database
from kram.kit.http import UrlPolicy
from kram.kit.storage.addresses import storage_from_url
from kram.kit.web.problems import problem_handlers
from kram.tenants import sessions
from kram.tenants.access import AccessTokens
from kram.tenants.bots import BotIdentity
from kram.tenants.errors import TokenRefused
from kram.tenants.registry import Registry
from kram.tenants.schema.provision import refill_spares

ORIGIN = "http://kram.test"
MACHINE = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@dataclass
class FakeTelegram:
    """Knows the tokens it was told of; counts how often the bots' process was woken."""

    tokens: dict[str, BotIdentity] = field(default_factory=dict)
    woken: int = 0

    async def connect(self, token: str) -> BotIdentity:
        try:
            return self.tokens[token]
        except KeyError:
            raise TokenRefused from None

    async def configure(self) -> None:
        self.woken += 1


class Bundles:
    def url(self, name: str) -> str:
        return f"/assets/{name}"


@dataclass
class Dashboard:
    app: Litestar
    services: Services
    telegram: FakeTelegram

    @asynccontextmanager
    async def browser(self, **headers: str) -> AsyncIterator["Browser"]:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=True)
        async with httpx.AsyncClient(
            transport=transport, base_url=ORIGIN, headers={"user-agent": MACHINE, **headers}
        ) as client:
            yield Browser(client, self.services)


@dataclass
class Browser:
    """Keeps cookies, follows no redirect unless asked, sends forms as our own pages do."""

    client: httpx.AsyncClient
    services: Services

    async def enter(self, merchant_id: UUID) -> UUID:
        """Signs in without the form; returns the session's id."""
        async with self.services.db.platform() as tx:
            session = await sessions.open_session(tx, merchant_id, MACHINE)
        token = AccessTokens(self.services.keys).issue(session, utc_now())
        self.keep(ACCESS, token)
        self.keep(REFRESH, session.refresh_token)
        return session.id

    def keep(self, name: str, value: str) -> None:
        """A cookie as if we had set it."""
        self.client.cookies.set(name, value, domain="kram.test", path="/dashboard")

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.client.get(path, **options)

    async def send(
        self, path: str, fields: Mapping[str, Any] | None = None, **options: Any
    ) -> httpx.Response:
        """With the CSRF token that any page of ours would carry."""
        if CSRF not in self.client.cookies:
            await self.client.get("/dashboard/sign-in")
        return await self.client.post(
            path, data={"csrf": self.client.cookies[CSRF], **(fields or {})}, **options
        )

    async def send_on(self, path: str, fields: Mapping[str, Any] | None = None) -> str:
        """Sends a form, follows the redirect that must come, and returns the page it leads to."""
        answer = await self.send(path, fields)
        assert answer.status_code == 303, (answer.status_code, shown(answer))
        return (await self.get(answer.headers["location"], follow_redirects=True)).text


def shown(answer: httpx.Response | str) -> str:
    """The words of a page as a person reads them."""
    text = answer if isinstance(answer, str) else answer.text
    body = re.sub(r"(?s)<(script|style|template)\b.*?</\1>|<head>.*?</head>", " ", text)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@asynccontextmanager
async def open_dashboard(
    db: Database, settings: Settings, valkey: Redis, **changes: Any
) -> AsyncIterator[Dashboard]:
    telegram = FakeTelegram()
    values: dict[str, Any] = {
        "db": db,
        "keys": settings.keys,
        "redis": valkey,
        "registry": Registry(db, settings.keys),
        "storage": storage_from_url(settings.storage_url),
        "assets": Bundles(),
        "url_policy": UrlPolicy.for_development(),
        "bots": telegram,
        "refill_spares": lambda: refill_spares(settings.database_url, wanted=1),
        "public_url": ORIGIN,
        "themes": ("market", "boutique"),
        "payment_methods": ("cod", "sandbox"),
        **changes,
    }
    services = Services(**values)
    app = Litestar(
        routes(services),
        exception_handlers=with_lost_pages(services, problem_handlers()),
        openapi_config=None,
    )
    yield Dashboard(app, services, telegram)
