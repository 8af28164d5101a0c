import re
from collections.abc import Iterable
from typing import Any

import pytest

from kram.kit.web.asgi import armoured
from kram.kit.web.body_limit import BodyLimit, BodyTooLarge
from kram.kit.web.request_id import RequestId, request_id

pytestmark = pytest.mark.anyio


class Exchange:
    """Plays an ASGI server for one request."""

    def __init__(self, chunks: Iterable[bytes] = (b"",), **headers: str) -> None:
        self.messages = [
            {"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks
        ]
        self.messages[-1]["more_body"] = False
        self.received = 0
        self.sent: list[dict[str, Any]] = []
        self.scope: Any = {
            "type": "http",
            "method": "POST",
            "path": "/x",
            "headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()],
        }

    async def receive(self) -> Any:
        self.received += 1
        return self.messages[self.received - 1]

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    async def through(self, app: Any) -> "Exchange":
        await app(self.scope, self.receive, self.send)
        return self

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.sent[0]["headers"]}


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Reads all of the body, answers its length."""
    length, more = 0, True
    while more:
        message = await receive()
        length, more = length + len(message["body"]), message["more_body"]
    headers = [(b"content-security-policy", b"default-src 'self'")] if length else []
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": f"{length} {request_id()}".encode()})


async def test_a_body_within_the_limit_passes() -> None:
    exchange = await Exchange([b"abc", b"de"]).through(BodyLimit(echo, 5))
    assert (exchange.status, exchange.sent[1]["body"]) == (200, b"5 ")


async def test_an_announced_body_over_the_limit_is_refused_unread() -> None:
    exchange = await Exchange([b"x"], content_length="6").through(BodyLimit(echo, 5))
    assert (exchange.status, exchange.received) == (413, 0)
    assert exchange.headers["connection"] == "close"


@pytest.mark.parametrize("length", ["9" * 18, "9" * 100])
async def test_absurd_announcements_are_refused(length: str) -> None:
    assert (await Exchange(content_length=length).through(BodyLimit(echo, 5))).status == 413


async def test_chunks_are_refused_as_soon_as_they_pass_the_limit() -> None:
    exchange = await Exchange([b"abc"] * 100, content_length="1").through(BodyLimit(echo, 5))
    assert (exchange.status, exchange.received) == (413, 2)


async def test_after_the_answer_has_begun_the_failure_goes_to_the_server() -> None:
    async def eager(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await receive()

    with pytest.raises(BodyTooLarge):
        await Exchange([b"abcdef"]).through(BodyLimit(eager, 5))


async def test_a_request_gets_an_id_and_forgets_it_afterwards() -> None:
    exchange = await Exchange().through(RequestId(echo))
    one = exchange.headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-f]{32}", one)
    assert exchange.sent[1]["body"].decode() == f"0 {one}"
    assert request_id() == ""


@pytest.mark.parametrize(
    ("given", "kept"),
    [("proxy-id-1", True), ("short", False), ("a b c d e f", False), ("x" * 65, False)],
)
async def test_a_given_id_is_kept_only_if_well_formed(given: str, kept: bool) -> None:
    exchange = await Exchange(x_request_id=given).through(RequestId(echo))
    assert (exchange.headers["x-request-id"] == given) is kept


async def test_security_headers_are_added_and_never_overwrite() -> None:
    app = armoured(echo, max_body_bytes=10, https=True)
    bare, own = await Exchange().through(app), await Exchange([b"x"]).through(app)
    assert bare.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert own.headers["content-security-policy"] == "default-src 'self'"
    for headers in (bare.headers, own.headers):
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["strict-transport-security"].startswith("max-age=31536000")


async def test_without_https_browsers_are_not_told_to_insist_on_it() -> None:
    exchange = await Exchange().through(armoured(echo, max_body_bytes=10, https=False))
    assert "strict-transport-security" not in exchange.headers


async def test_a_refusal_by_the_armour_carries_its_headers_too() -> None:
    app = armoured(echo, max_body_bytes=5, https=False)
    exchange = await Exchange([b"x"], content_length="6").through(app)
    assert exchange.status == 413
    assert {"x-request-id", "x-content-type-options"} <= exchange.headers.keys()


@pytest.mark.parametrize("kind", ["lifespan", "websocket"])
async def test_other_scopes_pass_untouched(kind: str) -> None:
    seen: list[tuple[Any, ...]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope, receive, send))

    exchange = Exchange()
    exchange.scope = {"type": kind}
    await exchange.through(armoured(app, max_body_bytes=5, https=True))
    assert seen == [(exchange.scope, exchange.receive, exchange.send)]


async def test_a_nul_in_a_path_reaches_nobody() -> None:
    paths: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        paths.append(scope["path"])
        await echo(scope, receive, send)

    exchange = Exchange()
    exchange.scope["path"] = "/m/a\0b"
    await exchange.through(armoured(app, max_body_bytes=5, https=False))
    assert paths == ["/m/a\N{REPLACEMENT CHARACTER}b"]
