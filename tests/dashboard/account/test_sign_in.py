import pytest

from kram.kit.db.database import Database
from kram.kit.ids import public_code
from kram.kit.passwords import hash_password
from kram.tenants import accounts, sessions
from kram.tenants.models import Merchant, Shop
from tests.factories.dashboard import Browser, Dashboard, shown
from tests.factories.tenants import make_merchant

pytestmark = pytest.mark.anyio

PASSWORD = "correct horse battery"


@pytest.fixture
async def known(db: Database) -> Merchant:
    async with db.platform() as tx:
        return await make_merchant(tx, password_hash=await hash_password(PASSWORD), language="ru")


def answers(**changes: str) -> dict[str, str]:
    email = f"{public_code().lower()}@example.com"
    return {"name": "Олена", "email": email, "password": PASSWORD, **changes}


async def test_a_new_person_goes_on_to_open_a_shop(stranger: Browser, db: Database) -> None:
    fields = answers(email=f" {public_code()}@Example.com ")
    answer = await stranger.send("/dashboard/sign-up", fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/dashboard/new")
    assert (await stranger.get("/dashboard/new")).status_code == 200
    async with db.platform() as tx:
        made = await accounts.by_email(tx, fields["email"])
    assert made is not None
    assert (made.name, made.language) == ("Олена", "en")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"email": "olena"}, "Write a full e-mail address"),
        ({"password": "short"}, "Choose a password of 10 to 256 characters"),
        ({"name": " "}, "Write a name of 1 to 60 letters"),
    ],
)
async def test_a_refused_answer_stands_beside_its_field_and_nothing_typed_is_lost(
    stranger: Browser, db: Database, change: dict[str, str], words: str
) -> None:
    fields = answers(**change)
    answer = await stranger.send("/dashboard/sign-up", fields)
    assert answer.status_code == 422
    assert words in shown(answer)
    assert 'aria-invalid="true"' in answer.text
    for name in ("name", "email"):
        if fields[name].strip():
            assert f'value="{fields[name]}"' in answer.text
    assert PASSWORD not in answer.text
    async with db.platform() as tx:
        assert await accounts.by_email(tx, fields["email"]) is None


async def test_a_taken_address_is_told_beside_its_field(stranger: Browser, known: Merchant) -> None:
    answer = await stranger.send("/dashboard/sign-up", answers(email=known.email))
    assert answer.status_code == 409
    assert "An account with this e-mail exists" in shown(answer)


async def test_signing_in_returns_to_where_one_was(stranger: Browser, known: Merchant) -> None:
    fields = {"email": known.email, "password": PASSWORD, "next": "/dashboard/account?x=1"}
    answer = await stranger.send("/dashboard/sign-in", fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/dashboard/account?x=1")
    account = await stranger.get("/dashboard/account")
    assert 'lang="ru"' in account.text


@pytest.mark.parametrize(
    "away",
    [
        "https://evil.example/dashboard",
        "//evil.example/dashboard",
        "/\\evil.example",
        "/dashboard\\@evil.example",
        "/dashboardevil",
        "javascript:alert(1)",
        "/dashboard/../m/kvitka",
        "/m/kvitka",
        "http:dashboard",
        " https://evil.example",
        "",
    ],
)
async def test_signing_in_leads_nowhere_else(stranger: Browser, known: Merchant, away: str) -> None:
    fields = {"email": known.email, "password": PASSWORD, "next": away}
    answer = await stranger.send("/dashboard/sign-in", fields)
    assert answer.headers["location"] == "/dashboard"


async def test_unknown_address_and_wrong_password_get_the_same_answer(
    stranger: Browser, known: Merchant, db: Database
) -> None:
    wrong = await stranger.send(
        "/dashboard/sign-in", {"email": known.email, "password": "wrong horse battery"}
    )
    unknown = await stranger.send(
        "/dashboard/sign-in", {"email": "nobody@example.com", "password": PASSWORD}
    )
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert shown(wrong) == shown(unknown)
    assert f'value="{known.email}"' in wrong.text
    async with db.platform() as tx:
        assert list(await sessions.sessions_of(tx, known.id)) == []


async def test_after_eight_tries_an_address_must_wait(
    dashboard: Dashboard, known: Merchant
) -> None:
    async with dashboard.browser(**{"accept-language": "en"}) as browser:
        for _ in range(8):
            await browser.send("/dashboard/sign-in", {"email": known.email, "password": "x"})
        fields = {"email": known.email.upper(), "password": PASSWORD}
        answer = await browser.send("/dashboard/sign-in", fields)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 900
    assert "Too many tries" in shown(answer)


async def test_who_knows_the_password_is_not_made_to_wait(
    dashboard: Dashboard, known: Merchant
) -> None:
    fields = {"email": known.email, "password": PASSWORD}
    for _ in range(10):
        async with dashboard.browser() as browser:
            assert (await browser.send("/dashboard/sign-in", fields)).status_code == 303


async def test_the_language_is_chosen_before_sign_in_too(stranger: Browser) -> None:
    assert 'lang="en"' in (await stranger.get("/dashboard/sign-in")).text
    page = await stranger.send_on(
        "/dashboard/account/language", {"language": "uk", "next": "/dashboard/sign-in"}
    )
    assert 'lang="uk"' in page


@pytest.mark.parametrize(
    ("asked", "spoken"), [("uk-UA,uk;q=0.9", "uk"), ("ru", "ru"), ("de,en;q=0.5", "en"), ("", "en")]
)
async def test_a_browser_is_spoken_to_in_its_language(
    dashboard: Dashboard, asked: str, spoken: str
) -> None:
    async with dashboard.browser(**{"accept-language": asked}) as browser:
        assert f'lang="{spoken}"' in (await browser.get("/dashboard/sign-in")).text


async def test_the_look_is_remembered(stranger: Browser) -> None:
    page = await stranger.send_on(
        "/dashboard/account/look", {"look": "dark", "next": "/dashboard/sign-in"}
    )
    assert 'data-look="dark"' in page
    page = await stranger.send_on(
        "/dashboard/account/look", {"look": "x;", "next": "/dashboard/sign-in"}
    )
    assert 'data-look="dark"' in page


async def test_sign_ins_are_listed_and_ended(
    dashboard: Dashboard, browser: Browser, merchant: Merchant, path: str
) -> None:
    async with dashboard.browser() as elsewhere:
        other = await elsewhere.enter(merchant.id)
        page = shown(await browser.get("/dashboard/account"))
        assert page.count("Firefox · Linux") == 2
        await browser.send_on(f"/dashboard/account/sessions/{other}/revoke")
        assert (await elsewhere.get(path)).status_code == 303
    assert shown(await browser.get("/dashboard/account")).count("Firefox · Linux") == 1


async def test_a_foreign_sign_in_is_not_ended(
    dashboard: Dashboard, browser: Browser, known: Merchant
) -> None:
    async with dashboard.browser() as elsewhere:
        foreign = await elsewhere.enter(known.id)
        await browser.send_on(f"/dashboard/account/sessions/{foreign}/revoke")
        assert (await elsewhere.get("/dashboard/account")).status_code == 200


async def test_all_others_are_ended_at_once(
    dashboard: Dashboard, browser: Browser, merchant: Merchant, shop: Shop
) -> None:
    async with dashboard.browser() as elsewhere:
        await elsewhere.enter(merchant.id)
        page = await browser.send_on("/dashboard/account/sessions/revoke-others")
        assert shown(page).count("Firefox · Linux") == 1
    async with dashboard.browser() as again:
        await again.enter(merchant.id)
        assert (await again.get("/dashboard/account")).status_code == 200


@pytest.mark.parametrize("page", ["sign-in", "sign-up", "sign-out"])
async def test_a_form_that_no_person_fills_in_is_refused_unread(
    stranger: Browser, page: str
) -> None:
    answer = await stranger.send(f"/dashboard/{page}", {"email": "x" * 100_000})
    assert answer.status_code == 413
