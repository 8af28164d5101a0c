"""The client's address through the armour, and the key that limits use."""

from typing import Any

import pytest
from litestar import Request

from kram.kit.proxies import read_networks
from kram.kit.web.asgi import armoured
from kram.kit.web.client import client_of
from tests.kit.web.test_asgi import Exchange, echo

pytestmark = pytest.mark.anyio


async def bucket(
    peer: str | None, *forwarded: str, trusted: str = "10.0.0.0/8", header: str = "x-forwarded-for"
) -> str:
    """The key of a request's limits, as a handler sees it."""
    seen: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(client_of(Request(scope)))
        await echo(scope, receive, send)

    exchange = Exchange()
    exchange.scope["client"] = (peer, 50123) if peer else None
    exchange.scope["headers"] = [(header.encode(), line.encode("latin-1")) for line in forwarded]
    networks = read_networks(trusted)
    await exchange.through(armoured(app, max_body_bytes=10, https=False, trusted_proxies=networks))
    return seen[0]


async def test_a_trusted_proxy_is_believed() -> None:
    assert await bucket("10.0.0.1", "198.51.100.1, 203.0.113.9") == "203.0.113.9"


async def test_several_headers_are_one_list() -> None:
    assert await bucket("10.0.0.1", "203.0.113.9", "10.0.0.7, 10.0.0.8") == "203.0.113.9"


async def test_by_default_nobody_is_believed() -> None:
    assert await bucket("10.0.0.1", "203.0.113.9", trusted="") == "10.0.0.1"


async def test_a_client_that_plays_a_proxy_is_not_believed() -> None:
    assert await bucket("203.0.113.9", "198.51.100.1") == "203.0.113.9"


@pytest.mark.parametrize("header", ["\xff\xfe", "," * 1000, "1.2.3.4.5", "[::1", "1.1.1.1 2.2.2.2"])
async def test_a_malformed_header_counts_against_the_proxy(header: str) -> None:
    assert await bucket("10.0.0.1", header) == "10.0.0.1"


async def test_a_household_of_ipv6_is_one_key() -> None:
    assert await bucket("2001:db8::1") == await bucket("2001:db8::2") == "2001:db8::/64"
    assert await bucket("10.0.0.1", "2001:db8:0:1::5") == "2001:db8:0:1::/64"


async def test_without_an_address_all_share_one_key() -> None:
    assert await bucket(None) == "unknown"
    assert await bucket("testclient") == "unknown"
