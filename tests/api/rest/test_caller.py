"""Who may ask what."""

from datetime import timedelta

import httpx
import jwt
import pytest

from kram.api.rest import auth
from kram.kit.clock import utc_now
from kram.kit.crypto import KeyRing, generate_key
from kram.kit.db.database import Database
from kram.kit.ids import new_id
from kram.kit.passwords import hash_password
from kram.tenants.access import AccessTokens
from kram.tenants.models import Role, Shop
from kram.tenants.sessions import OpenSession
from tests.factories.rest import Api, Desk, refused
from tests.factories.tenants import make_merchant

pytestmark = pytest.mark.anyio

PASSWORD = "correct horse battery"


async def with_token(api: Api, shop: Shop, token: str) -> httpx.Response:
    return await Desk(api, shop, token).get("/products")


async def test_no_token_is_answered_with_the_way_in(api: Api, shop: Shop) -> None:
    answer = await api.http.get(f"/api/v1/shops/{shop.slug}/products")
    problem = refused(answer, 401, "session_ended")
    assert "sign in" in problem["detail"]
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "Ж", "x" * 10_000])
async def test_what_is_no_token_opens_nothing(api: Api, shop: Shop, token: str) -> None:
    headers = {"authorization": f"Bearer {token}".encode()}
    answer = await api.http.get(f"/api/v1/shops/{shop.slug}/products", headers=headers)
    refused(answer, 401, "session_ended")


async def test_a_token_of_another_scheme_opens_nothing(api: Api, desk: Desk) -> None:
    headers = {"authorization": f"Basic {desk.token}"}
    refused(await api.http.get("/api/v1/shops", headers=headers), 401, "session_ended")


async def test_an_expired_token_opens_nothing(api: Api, db: Database, shop: Shop) -> None:
    session = OpenSession(new_id(), new_id(), "")
    token = api.services.access_tokens.issue(session, utc_now() - timedelta(minutes=11))
    refused(await with_token(api, shop, token), 401, "session_ended")


async def test_a_foreign_token_opens_nothing(api: Api, desk: Desk, shop: Shop) -> None:
    claims = jwt.decode(desk.token, options={"verify_signature": False})
    session = OpenSession(new_id(), new_id(), "")
    theirs = AccessTokens(KeyRing.parse(f"theirs:{generate_key()}")).issue(session, utc_now())
    unsigned = jwt.encode(claims, "", "none", headers={"kid": "test"})
    for token in (theirs, unsigned, desk.token[:-2]):
        refused(await with_token(api, shop, token), 401, "session_ended")


async def test_a_token_ends_with_its_session(api: Api, desk: Desk, shop: Shop) -> None:
    headers = {"authorization": f"Bearer {desk.token}"}
    assert (await with_token(api, shop, desk.token)).status_code == 200
    answer = await api.http.post("/api/v1/auth/sign-out", headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    refused(await with_token(api, shop, desk.token), 401, "session_ended")


async def test_a_person_signs_in_and_renews_the_token(api: Api, db: Database) -> None:
    async with db.platform() as tx:
        merchant = await make_merchant(tx, password_hash=await hash_password(PASSWORD))
    body = {"email": merchant.email.upper(), "password": PASSWORD}
    pair = (await api.http.post("/api/v1/auth/token", json=body)).json()
    assert (pair["expires_in"], pair["token_type"]) == (600, "Bearer")
    renewal = {"refresh_token": pair["refresh_token"]}
    renewed = (await api.http.post("/api/v1/auth/refresh", json=renewal)).json()
    assert renewed["refresh_token"] != pair["refresh_token"]
    headers = {"authorization": f"Bearer {renewed['access_token']}"}
    assert (await api.http.get("/api/v1/shops", headers=headers)).json() == []


async def test_a_wrong_password_and_an_unknown_address_are_one_answer(
    api: Api, db: Database
) -> None:
    async with db.platform() as tx:
        merchant = await make_merchant(tx, password_hash=await hash_password(PASSWORD))
    for email in (merchant.email, "nobody@example.com", "no address", "\0@example.com"):
        body = {"email": email, "password": "wrong wrong wrong"}
        answer = await api.http.post("/api/v1/auth/token", json=body)
        refused(answer, 401, "credentials_wrong")


async def test_guessing_passwords_is_slowed_down(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    async def wrong(*_: object) -> None:
        raise auth.SessionEnded

    monkeypatch.setattr(auth, "_proved", wrong)
    body = {"email": "olena@example.com", "password": "guess"}
    statuses = [(await api.http.post("/api/v1/auth/token", json=body)) for _ in range(9)]
    assert [answer.status_code for answer in statuses] == [401] * 8 + [429]
    refused(statuses[-1], 429, "too_many_requests")
    assert int(statuses[-1].headers["retry-after"]) > 0


async def test_a_household_of_addresses_is_slowed_down_as_one(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def wrong(*_: object) -> None:
        raise auth.SessionEnded

    async def guess(number: int, network: str = "2001:db8::") -> int:
        transport = httpx.ASGITransport(api.app, client=(f"{network}{number:x}", 50123))
        body = {"email": f"{number}@example.com", "password": "guess"}
        async with httpx.AsyncClient(transport=transport, base_url="http://kram.test") as http:
            return (await http.post("/api/v1/auth/token", json=body)).status_code

    monkeypatch.setattr(auth, "_proved", wrong)
    assert [await guess(number) for number in range(41)] == [401] * 40 + [429]
    assert await guess(41, "2001:db8:0:1::") == 401


async def test_a_bad_refresh_token_is_refused(api: Api) -> None:
    for token in ("", "x", "\0", "0" * 32 + ".x"):
        answer = await api.http.post("/api/v1/auth/refresh", json={"refresh_token": token})
        refused(answer, 401, "session_ended")


async def test_another_persons_shop_does_not_exist(api: Api, desk: Desk, other_desk: Desk) -> None:
    refused(await with_token(api, other_desk.shop, desk.token), 404, "shop_not_found")


@pytest.mark.parametrize("slug", ["nothing-here", "UPPER", "%00", "a" * 300, "admin", "..%2f"])
async def test_an_unknown_shop_is_not_found(api: Api, desk: Desk, slug: str) -> None:
    headers = {"authorization": f"Bearer {desk.token}"}
    answer = await api.http.get(f"/api/v1/shops/{slug}/products", headers=headers)
    refused(answer, 404, "shop_not_found")


FORBIDDEN = {
    Role.MANAGER: [("GET", "/webhooks"), ("POST", "/webhooks")],
    Role.SUPPORT: [
        ("GET", "/webhooks"),
        ("POST", "/products"),
        ("PUT", f"/products/{new_id()}"),
        ("DELETE", f"/products/{new_id()}"),
        ("POST", f"/products/{new_id()}/restore"),
        ("POST", "/categories"),
        ("DELETE", f"/categories/{new_id()}"),
        ("POST", f"/variants/{new_id()}/stock"),
        ("POST", "/imports"),
        ("GET", "/imports"),
        ("POST", f"/orders/{new_id()}/ship"),
        ("POST", f"/orders/{new_id()}/deliver"),
        ("POST", f"/orders/{new_id()}/refunds"),
    ],
    Role.COURIER: [
        ("GET", ""),
        ("GET", "/products"),
        ("GET", f"/products/{new_id()}"),
        ("GET", "/categories"),
        ("POST", f"/orders/{new_id()}/accept"),
        ("POST", f"/orders/{new_id()}/cancel"),
        ("GET", f"/imports/{new_id()}"),
        ("GET", f"/imports/{new_id()}/errors"),
        ("GET", f"/imports/{new_id()}/errors.csv"),
        ("DELETE", f"/webhooks/{new_id()}"),
        ("POST", f"/webhook-deliveries/{new_id()}/replay"),
    ],
}


@pytest.mark.parametrize("role", FORBIDDEN)
async def test_a_role_without_the_permission_is_told_so(api: Api, shop: Shop, role: Role) -> None:
    desk = await api.member(shop, role)
    for method, path in FORBIDDEN[role]:
        answer = await desk.ask(method, path)
        problem = refused(answer, 403, "not_allowed")
        assert "ask its owner" in problem["detail"], path


async def test_a_courier_sees_orders(api: Api, shop: Shop) -> None:
    desk = await api.member(shop, Role.COURIER)
    assert (await desk.get("/orders")).json() == {"items": [], "next_cursor": None}
