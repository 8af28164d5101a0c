import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kram.kit.scrub import HIDDEN, scrub, scrub_text

BOT_TOKEN = "123456789:AAEhBP0av28fakefakefakefakefakefake"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJlc2lnbmF0dXJl"
SECRETS = [
    BOT_TOKEN,
    JWT,
    "whsec_MDEyMzQ1Njc4OWFiY2RlZg==",
    "sk_live_51HcanaryCanaryCanary",
    "rk_test_51HcanaryCanaryCanary",
    "4111111111111111",
    "4111 1111 1111 1111",
    "5555-5555-5555-4444",
    "378282246310005",
    "2221000000000009",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "around", ["{}", "before {} after", "x={}", '{{"a": "{}"}}', "({})", "card-{}.", "a: {}, b"]
)
def test_a_secret_is_known_by_its_shape(secret: str, around: str) -> None:
    assert secret not in scrub_text(around.format(secret))
    assert HIDDEN in scrub_text(around.format(secret))


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Authorization: Bearer abc", "Authorization: [hidden]"),
        ("GET / cookie: a=1; b=2\nnext line", "GET / cookie: [hidden]\nnext line"),
        ("got 'Set-Cookie': 'sid=1; Path=/'", "got 'Set-Cookie': [hidden]"),
        ("sent Bearer 0123456789abcdef", "sent Bearer [hidden]"),
        ("header tma query_id=1&user=%7B%7D&hash=ab", "header tma [hidden]"),
        ("postgresql://kram:s3cret@db/kram", "postgresql://kram:[hidden]@db/kram"),
        ("redis://:s3cret@valkey:6379/0", "redis://:[hidden]@valkey:6379/0"),
        ("password=hunter2&next=/", "password=[hidden]&next=/"),
        ("User(name='a', password_hash='x$y')", "User(name='a', password_hash='[hidden]')"),
        ('{"client_secret": "abc", "id": 1}', '{"client_secret": "[hidden]", "id": 1}'),
        ("api_key: k1 and X-Api-Key=k2", "api_key: [hidden] and X-Api-Key=[hidden]"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----", "[hidden]"),
        ("auth_date=1&hash=" + "a" * 64, "auth_date=1&hash=[hidden]"),
        ("/bot" + BOT_TOKEN + "/getMe", "/bot[hidden]/getMe"),
    ],
)
def test_what_stays_readable_around_a_secret(text: str, clean: str) -> None:
    assert scrub_text(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "order 0198c0de paid 12.50 UAH",
        "4111111111111112 is no card",
        "1732190400123456789 nanoseconds",
        "4820000000017 is a bar code",
        "chat -1001234567890",
        "0198f3a2-7c1e-7c3d-9a55-4111abc11111",
        "2026-11-21T12:00:00.123456+00:00",
        "token expired",
        "+380 67 123 45 67",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert scrub_text(text) == text


class Account(msgspec.Struct):
    name: str
    api_key: str


@pytest.mark.parametrize(
    ("value", "clean"),
    [
        ({"password": "x", "name": "y"}, {"password": HIDDEN, "name": "y"}),
        ({"deep": [{"X-Api-Key": {"a": 1}}]}, {"deep": [{"X-Api-Key": HIDDEN}]}),
        ({"token": None, "has_token": True}, {"token": None, "has_token": True}),
        (
            {"headers": [(b"cookie", b"sid=1"), (b"host", b"x")]},
            {"headers": [["cookie", HIDDEN], ["host", "x"]]},
        ),
        ({BOT_TOKEN: 1}, {HIDDEN: 1}),
        ([Account("a", "k")], ["Account(name='a', api_key='[hidden]')"]),
        (4111111111111111, HIDDEN),
        (b"sk_live_abcdef", HIDDEN),
        (ValueError("password=hunter2"), "password=[hidden]"),
        ((1, 2.5, True, None), [1, 2.5, True, None]),
        (UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        (datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01 00:00:00+00:00"),
    ],
)
def test_values_are_scrubbed_by_key_and_by_shape(value: object, clean: object) -> None:
    assert scrub(value) == clean


def test_a_loop_of_references_ends() -> None:
    loop: dict[str, Any] = {}
    loop["self"] = loop
    assert "[too deep]" in str(scrub(loop))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.binary(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
        ),
        max_leaves=10,
    )
)
def test_anything_can_be_scrubbed_and_written(value: object) -> None:
    msgspec.json.encode(str(scrub(value)).encode("utf-8", "replace"))


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "a=",
        "password",
        "token ",
        "token=",
        "eyJ.",
        "eyJ-",
        "1:",
        "://",
        "4 ",
        "-----BEGIN ",
        " ",
    ],
)
def test_hostile_text_does_not_take_long(unit: str) -> None:
    started = time.perf_counter()
    scrub_text(unit * 20_000)
    assert time.perf_counter() - started < 1
