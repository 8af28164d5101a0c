"""The layer in front of the framework: what it answers by itself, and what it asks for."""

import asyncio
import gzip
from typing import Any

import httpx
import pytest
from litestar.types import Receive, Scope, Send

from kram.kit.db.scope import Tenant, TenantId
from kram.kit.ids import new_id
from kram.miniapp.cache.layer import PageCache
from kram.miniapp.cache.page import Page
from kram.miniapp.cache.store import PageStore
from kram.miniapp.cache.versions import Edition, VersionCache
from kram.miniapp.pages.answer import PageAnswer
from kram.tenants.models import ShopStatus
from kram.tenants.registry import ShopCard
from tests.factories.storefront import Clock

pytestmark = pytest.mark.anyio

HEADERS = {"content-type": "text/html; charset=utf-8", "cache-control": "public"}


def shop_card(slug: str = "kvitka", **changes: Any) -> ShopCard:
    values = {
        "tenant": Tenant(TenantId(new_id()), "t_abcd", slug),
        "name": "Kvitka",
        "status": ShopStatus.OPEN,
        "currency": "UAH",
        "language": "uk",
        "timezone": "Europe/Kyiv",
        "theme": "market",
        "accent": "#2f7d4f",
        "payment_methods": ("cod",),
        "bot": None,
    }
    return ShopCard(**{**values, **changes})


class Town:
    """Shops by their addresses, and the versions of their catalogues."""

    def __init__(self) -> None:
        self.cards = {"kvitka": shop_card()}
        self.number = 1
        self.looks = 0
        self.broken = False

    async def by_slug(self, slug: str) -> ShopCard | None:
        return self.cards.get(slug)

    async def version(self, tenant: Tenant) -> int:
        self.looks += 1
        await asyncio.sleep(0)
        if self.broken:
            raise OSError("no route")
        return self.number


class Framework:
    """Renders a page that says how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.status = 200
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        number = self.asked
        await self.gate.wait()
        if self.status == 200:
            await PageAnswer(Page(f"page {number}".encode() * 50, HEADERS))(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": b"no", "more_body": False})


class Stage:
    def __init__(self, max_bytes: int = 100_000) -> None:
        self.town = Town()
        self.clock = Clock()
        self.framework = Framework()
        self.versions = VersionCache(self.town, self.town, clock=self.clock.monotonic)
        self.layer = PageCache(self.framework, self.versions, max_bytes=max_bytes)
        transport = httpx.ASGITransport(self.layer)
        self.browse = httpx.AsyncClient(transport=transport, base_url="http://kram.test")

    async def get(self, path: str = "/m/kvitka/", **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.browse.get(path, headers=named)


@pytest.fixture
def stage() -> Stage:
    return Stage()


async def test_a_page_is_rendered_once(stage: Stage) -> None:
    first, second = await stage.get(), await stage.get()

    assert (first.text, second.text) == ("page 1" * 50, "page 1" * 50)
    assert stage.framework.asked == 1
    assert first.headers == second.headers


async def test_languages_are_pages_of_their_own(stage: Stage) -> None:
    await stage.get(accept_language="en")
    await stage.get(accept_language="uk")
    await stage.get(accept_language="en-GB,de;q=0.5")

    assert stage.framework.asked == 2


async def test_marks_of_advertisers_do_not_make_another_page(stage: Stage) -> None:
    await stage.get("/m/kvitka/?utm_source=a")
    await stage.get("/m/kvitka/?utm_source=b")

    assert stage.framework.asked == 1


async def test_all_orders_are_one_page(stage: Stage) -> None:
    await stage.get("/m/kvitka/orders/AAAA")
    await stage.get("/m/kvitka/orders/BBBB")

    assert stage.framework.asked == 1


async def test_who_has_the_page_hears_that_it_is_unchanged(stage: Stage) -> None:
    etag = (await stage.get()).headers["etag"]

    answers = [await stage.get(if_none_match=known) for known in (etag, etag[2:], f'"x", {etag}')]

    assert [answer.status_code for answer in answers] == [304, 304, 304]
    assert all(answer.content == b"" for answer in answers)
    assert answers[0].headers["etag"] == etag
    assert "content-length" not in answers[0].headers


async def test_who_has_another_page_gets_this_one(stage: Stage) -> None:
    await stage.get()

    assert (await stage.get(if_none_match='W/"other"')).status_code == 200


async def test_pages_travel_compressed_and_plain_to_who_wants_that(stage: Stage) -> None:
    packed = await stage.get(accept_encoding="br, gzip")
    plain = await stage.get(accept_encoding="identity")

    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(packed.content)
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert stage.framework.asked == 1


async def test_head_says_the_same_without_the_page(stage: Stage) -> None:
    whole = await stage.get()
    head = await stage.browse.head("/m/kvitka/")

    assert head.content == b""
    assert head.headers == whole.headers


async def test_a_change_is_rendered_anew_when_it_is_announced(stage: Stage) -> None:
    await stage.get()
    stage.town.number = 2
    stage.versions.announced(stage.town.cards["kvitka"].tenant.id, 2)

    assert (await stage.get()).text == "page 2" * 50
    assert stage.framework.asked == 2


async def test_a_change_is_seen_within_two_seconds_without_any_message(stage: Stage) -> None:
    await stage.get()
    stage.town.number = 2
    stage.clock.seconds = 1.0
    before = await stage.get()
    stage.clock.seconds = 1.6
    after = await stage.get()

    assert (before.text, after.text) == ("page 1" * 50, "page 2" * 50)


async def test_the_database_is_asked_once_for_many_requests(stage: Stage) -> None:
    await asyncio.gather(*(stage.get() for _ in range(50)))

    assert (stage.town.looks, stage.framework.asked) == (1, 1)


async def test_an_unread_version_leaves_the_pages_as_they_are(stage: Stage) -> None:
    await stage.get()
    stage.town.broken = True
    stage.clock.seconds = 10.0

    assert (await stage.get()).text == "page 1" * 50


async def test_without_anything_known_the_framework_tells_of_a_broken_database(
    stage: Stage,
) -> None:
    stage.town.broken, stage.framework.status = True, 500

    assert (await stage.get()).text == "no"


async def test_another_shop_has_pages_of_its_own(stage: Stage) -> None:
    stage.town.cards["other"] = shop_card("other")

    assert (await stage.get("/m/kvitka/")).text != (await stage.get("/m/other/")).text


async def test_a_renamed_shop_is_rendered_anew(stage: Stage) -> None:
    await stage.get()
    old = stage.town.cards["kvitka"]
    stage.town.cards["kvitka"] = shop_card(tenant=old.tenant, name="Mak")
    stage.clock.seconds = 1.6

    assert (await stage.get()).text == "page 2" * 50


async def test_what_is_no_page_always_goes_to_the_framework(stage: Stage) -> None:
    for path in ("/m/kvitka/api/cart", "/m/kvitka/api/cart", "/m/nobody/", "/dashboard/"):
        await stage.get(path)
    await stage.browse.post("/m/kvitka/")

    assert stage.framework.asked == 5


async def test_refusals_are_not_kept(stage: Stage) -> None:
    stage.framework.status = 404
    first = await stage.get("/m/kvitka/p/tea")
    stage.framework.status = 200
    second = await stage.get("/m/kvitka/p/tea")

    assert (first.status_code, second.status_code) == (404, 200)


async def test_pages_leave_when_there_is_no_room_the_oldest_first() -> None:
    stage = Stage(max_bytes=2 * Page(b"page 1" * 50, HEADERS).size + 100)
    for path in ("a", "b", "a", "c", "a", "b"):
        await stage.get(f"/m/kvitka/p/{path}")

    # a, b, c were rendered; "a" was used again in time, "b" had to leave for "c".
    assert stage.framework.asked == 4


async def test_the_store_counts_its_bytes() -> None:
    store = PageStore(max_bytes=10_000)
    edition = Edition(shop_card(), 1)
    pages = [Page(str(n).encode() * 100, HEADERS) for n in range(40)]
    for number, page in enumerate(pages):
        store.put(("kvitka", str(number % 20), b"", "uk"), edition, page)

    assert 0 < store.size <= 10_000
    assert store.size == sum(pages[-1 - n].size for n in range(len(store)))


async def test_a_page_larger_than_the_store_is_not_kept() -> None:
    store = PageStore(max_bytes=100)
    store.put(("kvitka", "", b"", "uk"), Edition(shop_card(), 1), Page(b"x", HEADERS))

    assert (len(store), store.size) == (0, 0)


async def test_a_page_is_the_same_in_every_process() -> None:
    one, two = Page(b"tea", HEADERS), Page(b"tea", HEADERS)

    assert one.etag == two.etag
    assert one.etag != Page(b"coffee", HEADERS).etag
    assert gzip.decompress(gzip.compress(one.body)) == b"tea"


async def test_a_slow_reader_does_not_make_others_wait(stage: Stage) -> None:
    reading = asyncio.Event()

    async def slow_send(message: Any) -> None:
        await reading.wait()

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/m/kvitka/",
        "query_string": b"",
        "headers": [(b"accept-language", b"uk")],
    }
    async with asyncio.TaskGroup() as group:
        group.create_task(stage.layer(scope, receive, slow_send))  # type: ignore[arg-type]
        await asyncio.sleep(0.01)
        async with asyncio.timeout(2):
            answer = await stage.get(accept_language="uk")
        reading.set()

    assert answer.status_code == 200
