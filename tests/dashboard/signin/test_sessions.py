"""Cookies in, cookies out, and what becomes of a session."""

from datetime import timedelta
from urllib.parse import quote
from uuid import UUID

import httpx
import pytest

from kram.dashboard.signin import gate
from kram.dashboard.signin.gate import ACCESS, REFRESH
from kram.kit.clock import utc_now
from kram.kit.db.database import Database
from kram.tenants import sessions
from kram.tenants.models import LoginSession, Merchant
from tests.factories.dashboard import Browser, Dashboard, open_dashboard

pytestmark = pytest.mark.anyio


def set_cookies(answer: httpx.Response) -> dict[str, str]:
    lines = answer.headers.get_list("set-cookie")
    return {line.partition("=")[0]: line for line in lines}


async def test_every_answer_forbids_scripts_from_elsewhere_and_inline(stranger: Browser) -> None:
    for path in ("/dashboard/sign-in", "/dashboard/no/such/page/at/all"):
        answer = await stranger.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy


async def test_pages_of_a_person_are_kept_by_nobody(browser: Browser, path: str) -> None:
    answer = await browser.get(path)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"


async def test_no_page_carries_inline_script_or_style(browser: Browser, path: str) -> None:
    for page in ("", "/products", "/products/new", "/orders", "/settings", "/bot"):
        text = (await browser.get(path + page)).text
        assert "<script>" not in text
        assert " style=" not in text
        assert " onclick=" not in text


async def test_a_session_that_has_run_out_leads_to_sign_in_and_back(
    stranger: Browser, path: str
) -> None:
    answer = await stranger.get(f"{path}/orders?status=placed")
    assert answer.status_code == 303
    wanted = quote(f"{path}/orders?status=placed", safe="")
    assert answer.headers["location"] == f"/dashboard/sign-in?next={wanted}"


async def test_a_piece_of_a_page_asks_the_browser_to_leave_the_page(
    stranger: Browser, path: str
) -> None:
    answer = await stranger.get(
        f"{path}/import/x/progress".replace("x", "01890000-0000-7000-8000-000000000000"),
        headers={"hx-request": "true", "hx-current-url": f"http://kram.test{path}/import"},
    )
    assert answer.status_code == 200
    back = quote(f"{path}/import", safe="")
    assert answer.headers["hx-redirect"] == f"/dashboard/sign-in?next={back}"


async def test_a_lapsed_access_token_is_renewed_without_a_word(browser: Browser, path: str) -> None:
    before = browser.client.cookies[REFRESH]
    del browser.client.cookies[ACCESS]
    answer = await browser.get(path)
    assert answer.status_code == 200
    cookies = set_cookies(answer)
    assert ACCESS in cookies
    assert browser.client.cookies[REFRESH] != before


async def test_two_tabs_that_renew_together_stay_signed_in(browser: Browser, path: str) -> None:
    spent = browser.client.cookies[REFRESH]
    del browser.client.cookies[ACCESS]
    first = await browser.get(path)
    successor = browser.client.cookies[REFRESH]
    browser.client.cookies.clear()
    browser.keep(REFRESH, spent)
    second = await browser.get(path)
    assert (first.status_code, second.status_code) == (200, 200)
    assert browser.client.cookies[REFRESH] == successor


async def test_a_stolen_spent_token_ends_the_session_for_both(
    dashboard: Dashboard, browser: Browser, db: Database, path: str
) -> None:
    stolen = browser.client.cookies[REFRESH]
    del browser.client.cookies[ACCESS]
    assert (await browser.get(path)).status_code == 200
    session_id = stolen.partition(".")[0]
    async with db.platform() as tx:
        row = await tx.get(LoginSession, UUID(hex=session_id))
        assert row is not None
        row.rotated_at = utc_now() - timedelta(minutes=1)
    async with dashboard.browser() as thief:
        thief.keep(REFRESH, stolen)
        assert (await thief.get(path)).status_code == 303
    del browser.client.cookies[ACCESS]
    assert (await browser.get(path)).status_code == 303


async def test_signing_out_ends_the_session_for_good(
    browser: Browser, db: Database, merchant: Merchant, path: str
) -> None:
    kept = browser.client.cookies[ACCESS]
    answer = await browser.send("/dashboard/sign-out")
    assert answer.headers["location"] == "/dashboard/sign-in"
    assert 'kram_access=""' in set_cookies(answer)[ACCESS]
    async with db.platform() as tx:
        assert list(await sessions.sessions_of(tx, merchant.id)) == []
    browser.keep(ACCESS, kept)
    assert (await browser.get(path)).status_code == 303


async def test_cookies_are_for_this_door_alone(browser: Browser, path: str) -> None:
    del browser.client.cookies[ACCESS]
    for line in set_cookies(await browser.get(path)).values():
        assert "HttpOnly" in line
        assert "SameSite=lax" in line
        assert "Path=/dashboard" in line
        assert "Secure" not in line


async def test_over_https_cookies_never_travel_in_clear(
    db: Database,
    settings,
    valkey,  # type: ignore[no-untyped-def]
) -> None:
    async with (
        open_dashboard(db, settings, valkey, public_url="https://kram.test") as dashboard,
        dashboard.browser() as browser,
    ):
        lines = set_cookies(await browser.get("/dashboard/sign-in"))
    assert "Secure" in lines[gate.CSRF]
