"""A shop's page as it is answered from memory, against a bare handler of the same bytes."""

import gzip
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from litestar import Litestar, Response, get
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from bench.figures import Cost, Figure, cost_of
from bench.ground import Ground
from kram.app.devstack.assets import build
from kram.app.process import open_core
from kram.app.web import open_app
from kram.kit.db.lanes import Lanes
from kram.miniapp.cache.layer import PageCache
from kram.miniapp.cache.page import Page
from kram.miniapp.cache.versions import VersionCache
from kram.miniapp.pages.answer import PageAnswer
from kram.shop.catalog.storefront import StorefrontReader
from kram.tenants.registry import Registry

SLUG = "bench"
PATH = f"/m/{SLUG}/"
_COUNT, _AT_ONCE = 40_000, 16
_REQUEST_HEADERS = (
    (b"host", b"kram.example"),
    (b"user-agent", b"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Telegram-Android/12.1"),
    (b"accept", b"text/html,application/xhtml+xml"),
    (b"accept-encoding", b"gzip, deflate, br, zstd"),
    (b"accept-language", b"uk-UA,uk;q=0.9,en;q=0.8"),
    (b"sec-fetch-mode", b"navigate"),
)

_Headers = dict[str, str]


async def run(ground: Ground) -> list[Figure]:
    build(Path(__file__).parents[1])
    await ground.grow(1)
    await _open_shop(ground)
    async with open_core(ground.settings) as core, open_app(core) as app:
        body, headers = await _answer_of(app)
        bare = await _measure(_bare_handler(body, headers))
        whole = await _measure(app)
        lanes = Lanes(ground.settings.hot_database_url, size=1)
        versions = VersionCache(core.registry, StorefrontReader(lanes))
        layer = PageCache(_renders(body, headers), versions, max_bytes=2**20)
        alone = await _measure(layer)
        unchanged = await _measure(layer, (b"if-none-match", headers["etag"].encode()))
        rendered = await _measure(_forgetful(core.registry, lanes, body, headers), count=4000)
        await lanes.close()
    note = f"page of {len(gzip.decompress(body)) / 1024:.0f} kB, {len(body) / 1024:.1f} kB gzip"
    return [
        _figure("page from memory, the layer", alone, bare, "≥ 150 %", note),
        _figure("page unchanged (304), the layer", unchanged, bare, "≥ 150 %"),
        _figure("page from memory, the whole process", whole, bare, "≥ 150 %", "with ids, armour"),
        _figure("page sent and kept anew", rendered, bare, "", "compressing is most of it"),
    ]


def _figure(what: str, ours: Cost, limit: Cost, goal: str, note: str = "") -> Figure:
    return Figure(what, ours.client_cpu, limit.client_cpu, "µs CPU", goal, note)


async def _open_shop(ground: Ground) -> None:
    tenant = ground.tenants[0]
    owner = await ground.owner()
    await owner.execute(
        "INSERT INTO platform.shop (id, slug, name, schema, currency, language)"
        " VALUES ($1, $2, 'Kvitka', $3, 'UAH', 'uk')",
        tenant.id,
        SLUG,
        tenant.schema,
    )
    await owner.close()


def _bare_handler(body: bytes, headers: _Headers) -> ASGIApp:
    """The least that a framework's handler can do."""
    sent = {name: value for name, value in headers.items() if name != "content-length"}

    @get("/m/{slug:str}/")
    async def page(slug: str) -> Response[bytes]:
        return Response(body, headers=sent, media_type="text/html")

    return Litestar([page], openapi_config=None, logging_config=None)


def _renders(body: bytes, headers: _Headers) -> ASGIApp:
    kept = {
        name: value
        for name, value in headers.items()
        if name not in ("content-length", "content-encoding", "etag")
    }
    page = Page(gzip.decompress(body), kept)

    async def framework(scope: Scope, receive: Receive, send: Send) -> None:
        await PageAnswer(page)(scope, receive, send)

    return framework


def _forgetful(registry: Registry, lanes: Lanes, body: bytes, headers: _Headers) -> ASGIApp:
    """A layer without room: every request finds nothing and makes its page."""
    plain = gzip.decompress(body)

    async def framework(scope: Scope, receive: Receive, send: Send) -> None:
        await PageAnswer(Page(plain, {"content-type": headers["content-type"]}))(
            scope, receive, send
        )

    return PageCache(framework, VersionCache(registry, StorefrontReader(lanes)), max_bytes=0)


async def _answer_of(app: ASGIApp) -> tuple[bytes, _Headers]:
    messages: list[Message] = []

    async def send(message: Message) -> None:
        messages.append(message)

    await app(_scope(), _receive, send)
    start: Any = messages[0]
    assert start["status"] == 200, start
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return b"".join(message.get("body", b"") for message in messages), headers  # type: ignore[misc]


async def _measure(app: ASGIApp, *more_headers: tuple[bytes, bytes], count: int = _COUNT) -> Cost:
    """Calls the application itself: no socket, so that the load generator costs nothing."""
    call = _caller(app, more_headers)
    return await cost_of(call, count=count, at_once=_AT_ONCE, server_pid=None, warm_up=1000)


def _caller(
    app: ASGIApp, more_headers: tuple[tuple[bytes, bytes], ...]
) -> Callable[[int], Awaitable[None]]:
    async def call(_: int) -> None:
        status = 0

        async def send(message: Any) -> None:
            nonlocal status
            status = message.get("status", status)

        await app(_scope(more_headers), _receive, send)
        assert status in (200, 304), status

    return call


async def _receive() -> Any:
    return {"type": "http.request", "body": b"", "more_body": False}


def _scope(more_headers: tuple[tuple[bytes, bytes], ...] = ()) -> Any:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "path": PATH,
        "raw_path": PATH.encode(),
        "query_string": b"",
        "headers": [*_REQUEST_HEADERS, *more_headers],
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
        "root_path": "",
        "state": {},
    }
