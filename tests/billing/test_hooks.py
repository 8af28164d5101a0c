"""The door for providers' callbacks: verified, stored once, answered."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from sqlalchemy.exc import OperationalError

from kram.api.hooks import payments as door
from kram.api.hooks.payments import MAX_BODY_BYTES
from kram.billing.providers.hosted.signing import signed_headers
from kram.billing.providers.sandbox import sandbox_secrets
from kram.kit.clock import utc_now
from kram.kit.crypto import KeyRing
from kram.kit.ids import new_id
from kram.tenants.models import Shop
from tests.factories.billing import Stall

pytestmark = pytest.mark.anyio

BODY = b'{"event":"payment.succeeded"}'


@pytest.fixture
def secret(stall: Stall, keys: KeyRing) -> str:
    return sandbox_secrets(keys, str(stall.tenant.id))[0]


def path(stall: Stall, provider: str = "sandbox", shop: object = None) -> str:
    return f"/hooks/pay/{provider}/{shop or stall.tenant.id}"


def signed(
    secret: str, body: bytes = BODY, message_id: str = "msg_1", **late: float
) -> dict[str, str]:
    return signed_headers(secret, message_id, utc_now() + timedelta(**late), body)


async def stored(owner: asyncpg.Connection) -> list[asyncpg.Record]:
    return await owner.fetch(
        "SELECT tenant_id, kind, source, external_id, body FROM relay.inbox ORDER BY id"
    )


async def test_signed_message_is_stored_as_it_came(
    stall: Stall, secret: str, owner: asyncpg.Connection
) -> None:
    answer = await stall.hooks.post(path(stall), content=BODY, headers=signed(secret))
    assert (answer.status_code, answer.content) == (200, b"")
    [row] = await stored(owner)
    assert tuple(row) == (
        stall.tenant.id,
        "payment",
        f"pay:sandbox:{stall.tenant.id}",
        "msg_1",
        BODY,
    )


async def test_repeated_message_is_stored_once_and_answered_alike(
    stall: Stall, secret: str, owner: asyncpg.Connection
) -> None:
    headers = signed(secret)
    answers = await asyncio.gather(
        *(stall.hooks.post(path(stall), content=BODY, headers=headers) for _ in range(10))
    )
    assert {answer.status_code for answer in answers} == {200}
    assert len(await stored(owner)) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"webhook-id": "msg_2"},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-timestamp": "1760000000"},
    ],
)
async def test_bad_signature_is_refused_and_not_stored(
    stall: Stall, secret: str, owner: asyncpg.Connection, headers: dict[str, str]
) -> None:
    given = {**signed(secret), **headers} if headers else {}
    answer = await stall.hooks.post(path(stall), content=BODY, headers=given)
    assert answer.status_code == 401
    assert answer.json()["code"] == "bad_signature"
    assert await stored(owner) == []


async def test_changed_body_is_refused(
    stall: Stall, secret: str, owner: asyncpg.Connection
) -> None:
    answer = await stall.hooks.post(path(stall), content=BODY + b" ", headers=signed(secret))
    assert answer.status_code == 401
    assert await stored(owner) == []


@pytest.mark.parametrize("seconds", [-310, 310])
async def test_old_and_early_messages_are_refused(
    stall: Stall, secret: str, owner: asyncpg.Connection, seconds: int
) -> None:
    headers = signed(secret, seconds=seconds)
    answer = await stall.hooks.post(path(stall), content=BODY, headers=headers)
    assert answer.status_code == 401
    assert await stored(owner) == []


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
async def test_header_sent_twice_is_refused(
    stall: Stall, secret: str, owner: asyncpg.Connection, name: str
) -> None:
    headers = httpx.Headers([*signed(secret).items(), (name, signed(secret)[name])])
    answer = await stall.hooks.post(path(stall), content=BODY, headers=headers)
    assert answer.status_code == 401
    assert await stored(owner) == []


async def test_other_shops_signature_is_refused(
    stall: Stall, secret: str, owner: asyncpg.Connection, other_shop: Shop
) -> None:
    answer = await stall.hooks.post(
        path(stall, shop=other_shop.id), content=BODY, headers=signed(secret)
    )
    assert answer.status_code == 401
    assert await stored(owner) == []


async def test_same_message_id_of_two_shops_is_two_messages(
    stall: Stall, secret: str, owner: asyncpg.Connection, other_shop: Shop, keys: KeyRing
) -> None:
    theirs = sandbox_secrets(keys, str(other_shop.id))[0]
    for shop, signer in ((stall.tenant.id, secret), (other_shop.id, theirs)):
        answer = await stall.hooks.post(
            path(stall, shop=shop), content=BODY, headers=signed(signer)
        )
        assert answer.status_code == 200
    assert [row["tenant_id"] for row in await stored(owner)] == [stall.tenant.id, other_shop.id]


@pytest.mark.parametrize(
    ("provider", "address"),
    [("sandbox", new_id()), ("cod", None), ("stripe", None), ("sandbox", "x")],
)
async def test_address_where_nobody_listens(
    stall: Stall, secret: str, owner: asyncpg.Connection, provider: str, address: Any
) -> None:
    answer = await stall.hooks.post(
        path(stall, provider, address), content=BODY, headers=signed(secret)
    )
    assert answer.status_code == 404
    assert await stored(owner) == []


async def test_body_over_the_limit_is_refused(
    stall: Stall, secret: str, owner: asyncpg.Connection
) -> None:
    body = b"x" * (MAX_BODY_BYTES + 1)
    answer = await stall.hooks.post(path(stall), content=body, headers=signed(secret, body))
    assert answer.status_code == 413
    whole = body[:-1]
    answer = await stall.hooks.post(path(stall), content=whole, headers=signed(secret, whole))
    assert answer.status_code == 200
    assert len(await stored(owner)) == 1


@pytest.mark.parametrize(
    "error", [OperationalError("INSERT", {}, Exception("gone")), ConnectionResetError("gone")]
)
async def test_message_that_is_not_stored_must_be_sent_again(
    stall: Stall,
    secret: str,
    owner: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    async def broken(*args: Any, **kwargs: Any) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(door, "receive", broken)
        answer = await stall.hooks.post(path(stall), content=BODY, headers=signed(secret))
    assert (answer.status_code, answer.json()["code"]) == (503, "hook_not_stored")
    assert answer.headers["retry-after"] == "5"
    assert await stored(owner) == []
    answer = await stall.hooks.post(path(stall), content=BODY, headers=signed(secret))
    assert answer.status_code == 200


async def test_message_about_nobodys_payment_is_set_aside(
    stall: Stall, secret: str, owner: asyncpg.Connection
) -> None:
    for number, body in enumerate(
        (
            BODY,
            b'{"event":"payment.succeeded","provider_payment_id":"p","payment_id":"%s",'
            b'"amount_minor":1,"currency":"UAH","occurred_at":"2026-01-01T00:00:00Z"}'
            % str(new_id()).encode(),
        )
    ):
        headers = signed(secret, body, f"msg_{number}")
        assert (
            await stall.hooks.post(path(stall), content=body, headers=headers)
        ).status_code == 200
    await stall.work()
    errors = await owner.fetch("SELECT last_error FROM relay.inbox WHERE dead_at IS NOT NULL")
    assert len(errors) == 2
