"""What holds for every page alike, those of tomorrow included."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from kram.dashboard.people import PUBLIC
from kram.kit.db.database import Database
from kram.kit.ids import new_id
from kram.tenants.models import Merchant, Role, Shop
from kram.tenants.permissions import Permission, allows
from tests.factories.dashboard import Browser, Dashboard, shown
from tests.factories.tenants import make_member

pytestmark = pytest.mark.anyio

SOME_ID = str(UUID("01890000-0000-7000-8000-00000000000f"))


def pages(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """(method, path with parameters, handler) of the whole door."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                for method in sorted(handler.http_methods & {"GET", "POST"}):
                    yield method, route.path_format, handler


def filled(path: str, slug: str) -> str:
    """What has a name of its own stands here; whatever else a path asks for is an id."""
    known = {"shop_slug": slug, "code": "NOSUCHCODE", "number": "1"}
    return re.sub(r"\{(\w+)\}", lambda asked: known.get(asked[1], SOME_ID), path)


def is_public(handler: HTTPRouteHandler) -> bool:
    return dict(PUBLIC).items() <= dict(handler.opt).items()


async def ask(browser: Browser, method: str, path: str) -> int:
    answer = await (browser.get(path) if method == "GET" else browser.send(path))
    return answer.status_code


async def test_without_sign_in_only_the_ways_in_open(
    dashboard: Dashboard, stranger: Browser, shop: Shop
) -> None:
    opened = set()
    for method, path, handler in pages(dashboard.app):
        answer = await (
            stranger.get(filled(path, shop.slug))
            if method == "GET"
            else stranger.send(filled(path, shop.slug))
        )
        if answer.headers.get("location", "").startswith("/dashboard/sign-in?next="):
            continue
        opened.add((method, path))
        assert is_public(handler), path
    assert opened == {
        ("GET", "/dashboard/sign-in"),
        ("POST", "/dashboard/sign-in"),
        ("GET", "/dashboard/sign-up"),
        ("POST", "/dashboard/sign-up"),
        ("POST", "/dashboard/sign-out"),
        ("POST", "/dashboard/account/language"),
        ("POST", "/dashboard/account/look"),
    }


async def test_no_form_is_taken_without_the_token_of_our_own_page(
    dashboard: Dashboard, browser: Browser, shop: Shop
) -> None:
    await browser.get("/dashboard/account")
    for method, path, _ in pages(dashboard.app):
        if method == "POST":
            answer = await browser.client.post(filled(path, shop.slug), data={"name": "Mallory"})
            assert answer.status_code == 403, path
            assert "Reload the page" in shown(answer)


async def test_a_token_of_another_session_is_refused_and_nothing_changes(
    dashboard: Dashboard, browser: Browser, db: Database, shop: Shop, merchant: Merchant, path: str
) -> None:
    async with dashboard.browser() as other:
        await other.enter(merchant.id)
        await other.get(path)
        planted = other.client.cookies["kram_csrf"]
    await browser.get(path)
    browser.keep("kram_csrf", planted)
    answer = await browser.client.post(
        f"{path}/settings",
        data={"csrf": planted, "name": "Mallory", "language": "en", "accent": "#000000"},
    )
    assert answer.status_code == 403
    async with db.platform() as tx:
        unchanged = await tx.get(Shop, shop.id)
        assert unchanged is not None
        assert unchanged.name == "Kvitka"


def test_every_page_at_a_desk_says_what_right_it_needs(dashboard: Dashboard) -> None:
    for _, path, handler in pages(dashboard.app):
        if "{shop_slug}" in path:
            assert isinstance(handler.opt.get("permission"), Permission), path


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_reaches_exactly_what_its_rights_allow(
    dashboard: Dashboard, db: Database, shop: Shop, role: Role
) -> None:
    async with db.platform() as tx:
        member = await make_member(tx, shop, role, language="en")
    async with dashboard.browser() as browser:
        await browser.enter(member.id)
        for method, path, handler in pages(dashboard.app):
            if "{shop_slug}" not in path:
                continue
            status = await ask(browser, method, filled(path, shop.slug))
            if allows(role, handler.opt["permission"]):
                assert status != 403, (method, path)
            else:
                assert status == 403, (method, path)


async def test_another_shop_looks_as_if_there_were_none(
    dashboard: Dashboard, browser: Browser, other_shop: Shop
) -> None:
    for method, path, _ in pages(dashboard.app):
        if "{shop_slug}" in path:
            assert await ask(browser, method, filled(path, other_shop.slug)) == 404, path


async def test_no_page_fails_on_ids_that_mean_nothing(
    dashboard: Dashboard, browser: Browser, shop: Shop
) -> None:
    for method, path, _ in pages(dashboard.app):
        status = await ask(browser, method, filled(path, shop.slug))
        assert status < 500, (method, path, status)
        if path.endswith("sign-out"):
            break


async def test_an_address_that_leads_nowhere_is_told_kindly(stranger: Browser) -> None:
    for path in ("/dashboard/kvitka/x/y/z", f"/dashboard/kvitka/products/{new_id()}/x"):
        answer = await stranger.get(path)
        assert answer.status_code == 404
        assert "To the dashboard" in shown(answer)
        assert answer.headers["content-type"].startswith("text/html")


async def test_other_doors_keep_their_own_words_for_it(stranger: Browser) -> None:
    answer = await stranger.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_browser_that_is_lost_anywhere_sees_a_page(stranger: Browser) -> None:
    answer = await stranger.get("/nothing", headers={"accept": "text/html,*/*;q=0.8"})
    assert (answer.status_code, answer.headers["content-type"][:9]) == (404, "text/html")
    assert "This page does not exist" in shown(answer)
