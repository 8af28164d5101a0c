"""The REST door as a process would serve it, without sockets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from litestar import Litestar
from litestar.types import ASGIApp
from redis.asyncio import Redis

from kram.api.rest import RestServices, routes
from kram.api.rest.description import openapi_config
from kram.app.settings import Settings
from kram.kit.clock import utc_now
from kram.kit.db.database import Database
from kram.kit.http import UrlPolicy
from kram.kit.storage.addresses import storage_from_url
from kram.kit.web.asgi import armoured
from kram.kit.web.problems import problem_handlers
from kram.tenants.models import Merchant, Role, Shop
from kram.tenants.registry import Registry
from kram.tenants.schema.provision import refill_spares
from kram.tenants.sessions import open_session
from tests.factories.tenants import make_member

ORIGIN = "http://kram.test"
LARGEST_BODY_BYTES = 64 * 2**20


@dataclass
class Api:
    """`http` is nobody in particular; `token` signs somebody in."""

    services: RestServices
    app: ASGIApp
    litestar: Litestar
    http: httpx.AsyncClient

    async def token(self, merchant: Merchant) -> str:
        async with self.services.db.platform() as tx:
            session = await open_session(tx, merchant.id, "tests")
        return self.services.access_tokens.issue(session, utc_now())

    async def member(self, shop: Shop, role: Role) -> "Desk":
        """Somebody new who works there."""
        async with self.services.db.platform() as tx:
            merchant = await make_member(tx, shop, role)
        return Desk(self, shop, await self.token(merchant))


@dataclass
class Desk:
    """One person in one shop; paths are below that shop's."""

    api: Api
    shop: Shop
    token: str

    async def ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.token}", **request.pop("headers", {})}
        url = f"/api/v1/shops/{self.shop.slug}{path}"
        return await self.api.http.request(method, url, headers=headers, **request)

    async def get(self, path: str, **request: Any) -> httpx.Response:
        return await self.ask("GET", path, **request)

    async def post(self, path: str, json: Any = None, **request: Any) -> httpx.Response:
        return await self.ask("POST", path, json=json, **request)

    async def put(self, path: str, json: Any) -> httpx.Response:
        return await self.ask("PUT", path, json=json)

    async def delete(self, path: str) -> httpx.Response:
        return await self.ask("DELETE", path)


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document of an answer that must be exactly this refusal."""
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "application/problem+json",
    ), answer.text
    content: dict[str, Any] = answer.json()
    assert (content["status"], content["code"]) == (status, code), content
    assert content["type"] == f"/problems/{code}"
    assert content["title"]
    assert content.get("detail") or content.get("errors"), f"says no next step: {content}"
    return content


def pointers(problem: dict[str, Any]) -> list[str]:
    return [error["pointer"] for error in problem.get("errors", [])]


@asynccontextmanager
async def open_api(db: Database, settings: Settings, valkey: Redis) -> AsyncIterator[Api]:
    services = RestServices(
        db=db,
        redis=valkey,
        keys=settings.keys,
        registry=Registry(db, settings.keys),
        storage=storage_from_url(settings.storage_url),
        url_policy=UrlPolicy(),
        refill_spares=lambda: refill_spares(settings.database_url, wanted=1),
    )
    litestar = Litestar(
        routes(services),
        exception_handlers=problem_handlers(),
        openapi_config=openapi_config(),
        request_max_body_size=LARGEST_BODY_BYTES,
        logging_config=None,
    )
    app = armoured(litestar, max_body_bytes=LARGEST_BODY_BYTES, https=False)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as http:
        yield Api(services, app, litestar, http)
