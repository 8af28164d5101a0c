"""Sign-in: whom launch data lets in, and that everything else is refused without a crash."""

import json
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from redis.asyncio import Redis

from kram.app.settings import Settings
from kram.kit.db.database import Database
from kram.kit.ratelimit import TokenBucket
from kram.kit.telegram import sign_init_data, webapp_key
from kram.miniapp.api import limits
from kram.shop.customers.queries import customers_page
from kram.tenants.models import Shop
from tests.factories.storefront import Storefront, open_storefront
from tests.factories.telegram_signature import ed25519_signed

pytestmark = pytest.mark.anyio


async def enter(storefront: Storefront, init_data: str, refresh: str = "") -> httpx.Response:
    return await storefront.browse.post(
        f"{storefront.base}/api/session", json={"init_data": init_data, "refresh": refresh}
    )


async def customers(storefront: Storefront) -> list[tuple[int | None, str]]:
    async with storefront.stall.db.tenant_read(storefront.stall.tenant) as tx:
        page = await customers_page(tx)
    return [(customer.telegram_id, customer.name) for customer in page.items]


async def test_launch_data_opens_a_session(storefront: Storefront) -> None:
    answer = await enter(storefront, storefront.launch_data(user=42))

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["expires_in_seconds"] == 1800
    assert "set-cookie" not in answer.headers
    assert await customers(storefront) == [(42, "Ivan")]
    headers = {"authorization": f"Bearer {answer.json()['token']}"}
    cart = await storefront.browse.get(f"{storefront.base}/api/cart", headers=headers)
    assert cart.status_code == 200


async def test_the_same_person_is_the_same_customer(storefront: Storefront) -> None:
    await enter(storefront, storefront.launch_data(user=42))
    await enter(storefront, storefront.launch_data(user=42))

    assert await customers(storefront) == [(42, "Ivan")]


def _changed_field(launch: Callable[..., str]) -> str:
    return launch().replace("Ivan", "Oleh")


def _foreign_bot(launch: Callable[..., str]) -> str:
    fields = {"user": '{"id": 42}', "auth_date": "1700000000"}
    return sign_init_data(fields, webapp_key("1:another"))


def _blank_signature(launch: Callable[..., str]) -> str:
    return launch().replace("hash=", "signature=&hash=")


REFUSED: dict[str, Callable[[Callable[..., str]], str]] = {
    "a changed field": _changed_field,
    "another bot's": _foreign_bot,
    "older than a day": lambda launch: launch(age=timedelta(hours=25)),
    "older than an hour at sign-in": lambda launch: launch(age=timedelta(minutes=61)),
    "from the future": lambda launch: launch(age=timedelta(minutes=-5)),
    "a key twice": lambda launch: 'user={"id":1}&' + launch(),
    "no hash": lambda launch: launch().rpartition("&hash=")[0],
    "no date": lambda launch: launch(auth_date=""),
    "a date that is none": lambda launch: launch(auth_date="yesterday"),
    "a huge date": lambda launch: launch(auth_date="9" * 30),
    "a hash of other letters": lambda launch: launch().rpartition("hash=")[0] + "hash=їжак",
    "a hash of broken bytes": lambda launch: launch().rpartition("hash=")[0] + "hash=%ff%fe",
    "five kilobytes": lambda launch: launch(padding="a" * 5000),
    "no user": lambda launch: launch(user_data="", user=42).replace("user=", "uzer=", 1),
    "a user that is no JSON": lambda launch: launch(receiver="{"),
    "no query at all": lambda launch: "hello",
    "separators alone": lambda launch: "&&&===",
    "a null byte": lambda launch: launch() + "&x=%00",
    "a blank signature": _blank_signature,
    "nested JSON": lambda launch: launch(chat="[" * 2000),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_launch_data_is_refused(storefront: Storefront, name: str) -> None:
    body = json.dumps({"init_data": REFUSED[name](storefront.launch_data)})
    answer = await storefront.browse.post(
        f"{storefront.base}/api/session",
        content=body,
        headers={"content-type": "application/json", "accept-language": "en"},
    )

    assert answer.status_code == 401, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "init_data_refused"
    assert answer.json()["title"] == "Open the shop again from the button in its bot"
    assert await customers(storefront) == []


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{", '{"init_data": 5}', '"x"', "null", "\xff", r'{"init_data": "\ud800"}'],
)
async def test_a_body_that_is_no_request_is_refused_politely(
    storefront: Storefront, body: str
) -> None:
    answer = await storefront.browse.post(
        f"{storefront.base}/api/session",
        content=body.encode("latin-1"),
        headers={"content-type": "application/json"},
    )

    assert answer.status_code in (400, 422), answer.text


async def test_a_body_that_no_shopper_sends_is_refused_unread(storefront: Storefront) -> None:
    assert (await enter(storefront, "x" * 100_000)).status_code == 413


async def test_launch_data_of_one_shop_opens_no_other(
    storefront: Storefront, other_storefront: Storefront
) -> None:
    answer = await enter(other_storefront, storefront.launch_data())

    assert answer.status_code == 401
    assert await customers(other_storefront) == []


async def test_a_session_of_one_shop_opens_no_other(
    storefront: Storefront, other_storefront: Storefront
) -> None:
    session = await storefront.sign_in()
    answer = await other_storefront.browse.get(
        f"{other_storefront.base}/api/orders", headers=session
    )

    assert answer.status_code == 401
    assert answer.json()["code"] == "token_refused"


async def test_a_session_ends_after_half_an_hour(storefront: Storefront) -> None:
    session = await storefront.sign_in()
    storefront.clock.ahead = timedelta(minutes=31)
    answer = await storefront.browse.get(f"{storefront.base}/api/cart", headers=session)

    assert answer.status_code == 401


async def test_a_session_is_renewed_for_a_day_by_the_same_launch_data(
    storefront: Storefront,
) -> None:
    launch = storefront.launch_data()
    first = (await enter(storefront, launch)).json()
    storefront.clock.ahead = timedelta(hours=23)
    alone, renewed = (
        await enter(storefront, launch),
        await enter(storefront, launch, first["refresh"]),
    )
    storefront.clock.ahead = timedelta(hours=24, minutes=1)
    too_late = await enter(storefront, launch, renewed.json()["refresh"])

    assert (alone.status_code, renewed.status_code, too_late.status_code) == (401, 200, 401)


async def test_a_refresh_token_renews_nobody_elses_session(storefront: Storefront) -> None:
    launch = storefront.launch_data(user=42)
    stranger = (await enter(storefront, storefront.launch_data(user=7))).json()
    storefront.clock.ahead = timedelta(hours=2)

    assert (await enter(storefront, launch, stranger["refresh"])).status_code == 401


async def test_a_refresh_token_is_no_session(storefront: Storefront) -> None:
    refresh = (await enter(storefront, storefront.launch_data())).json()["refresh"]
    answer = await storefront.browse.get(
        f"{storefront.base}/api/cart", headers={"authorization": f"Bearer {refresh}"}
    )

    assert answer.status_code == 401


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "їжак", "." * 5000])
async def test_a_token_that_is_none_is_refused(storefront: Storefront, token: str) -> None:
    answer = await storefront.browse.get(
        f"{storefront.base}/api/cart",
        headers={"authorization": f"Bearer {token}".encode()},
    )

    assert answer.status_code == 401


async def test_telegrams_own_signature_is_enough_when_the_bots_key_has_changed(
    db: Database, settings: Settings, valkey: Redis, shop: Shop
) -> None:
    telegram = Ed25519PrivateKey.generate()
    public_key = telegram.public_key().public_bytes_raw()
    async with open_storefront(
        db, settings, valkey, shop, telegram_keys=(public_key,)
    ) as storefront:
        bot_id = int(storefront.bot_tokens[shop.slug].partition(":")[0])
        fields = {"user": '{"id": 42}', "auth_date": storefront.auth_date()}
        signed = ed25519_signed(telegram, bot_id, fields)
        foreign = ed25519_signed(telegram, bot_id + 1, fields)
        answers = [await enter(storefront, data) for data in (signed, foreign)]

    assert [answer.status_code for answer in answers] == [200, 401]


async def test_a_guest_is_known_by_a_cookie_that_no_script_can_read(
    storefront: Storefront,
) -> None:
    answer = await enter(storefront, "")
    cookie = answer.headers["set-cookie"]

    assert answer.json() == {"token": None, "refresh": None, "expires_in_seconds": 15_552_000}
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert f"Path={storefront.base}/api" in cookie
    assert await customers(storefront) == []
    cart = await storefront.browse.get(f"{storefront.base}/api/cart")
    assert cart.status_code == 200


async def test_without_cookie_and_token_there_is_nobody(storefront: Storefront) -> None:
    answer = await storefront.browse.get(f"{storefront.base}/api/cart")

    assert (answer.status_code, answer.json()["code"]) == (401, "session_needed")


async def test_a_guests_cookie_of_another_shop_is_worth_nothing(
    storefront: Storefront, other_storefront: Storefront
) -> None:
    cookie = (await enter(storefront, "")).cookies["kram_guest"]
    answer = await other_storefront.browse.get(
        f"{other_storefront.base}/api/cart", headers={"cookie": f"kram_guest={cookie}"}
    )

    assert answer.status_code == 401


async def test_another_site_cannot_order_with_a_guests_cookie(storefront: Storefront) -> None:
    await enter(storefront, "")
    answers = [
        await storefront.browse.request(
            method, f"{storefront.base}/api/cart", headers={"sec-fetch-site": "cross-site"}
        )
        for method in ("DELETE", "GET")
    ]

    assert [answer.status_code for answer in answers] == [403, 200]


async def test_sign_in_to_an_unknown_shop_is_not_found(storefront: Storefront) -> None:
    answer = await storefront.browse.post("/m/none/api/session", json={"init_data": quote("x")})

    assert (answer.status_code, answer.json()["code"]) == (404, "shop_not_found")


def too_many(answer: httpx.Response) -> None:
    assert answer.status_code == 429, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "too_many_requests"
    assert int(answer.headers["retry-after"]) >= 1


async def test_one_address_opens_so_many_sessions_of_a_shop(
    storefront: Storefront, other_storefront: Storefront, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_SESSIONS", TokenBucket("few", capacity=3, per_seconds=3600))
    for _ in range(2):
        assert (await enter(storefront, "")).status_code == 200
    assert (await enter(storefront, storefront.launch_data(user=1))).status_code == 200
    too_many(await enter(storefront, storefront.launch_data(user=2)))
    too_many(await enter(storefront, ""))
    assert await customers(storefront) == [(1, "Ivan")]
    assert (await enter(other_storefront, "")).status_code == 200
    elsewhere = httpx.ASGITransport(storefront.app, client=("203.0.113.9", 50123))
    async with httpx.AsyncClient(transport=elsewhere, base_url="http://kram.test") as browse:
        answer = await browse.post(f"{storefront.base}/api/session", json={})
    assert answer.status_code == 200


async def test_wrong_launch_data_is_slowed_down_and_shuts_nobody_out(
    storefront: Storefront,
) -> None:
    refused = [await enter(storefront, "hello") for _ in range(21)]
    assert [answer.status_code for answer in refused] == [401] * 20 + [429]
    too_many(refused[-1])
    assert (await enter(storefront, storefront.launch_data())).status_code == 200
