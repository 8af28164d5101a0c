import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from ipaddress import ip_network
from pathlib import Path

import pytest

from kram.kit.http import NotDelivered, OutgoingClient, OutgoingError, TargetRefused, UrlPolicy
from tests.fakes.certificates import server_context
from tests.fakes.listener import Listener, listening

pytestmark = pytest.mark.anyio

EVERY_LOOPBACK = pytest.mark.allow_hosts(["127.0.0.0/8", "0.0.0.0", "::", "::1", "::ffff:7f00:1"])

# Only the judgement of addresses stands between these policies and the listener.
GUARDED = UrlPolicy(allow_http=True, allow_any_port=True)
UNGUARDED = UrlPolicy(
    allow_http=True,
    allow_any_port=True,
    trusted_networks=tuple(ip_network(n) for n in ("0.0.0.0/0", "::/0")),
)
LITERAL_HOSTS = [
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0x7f.1",
    "0177.0.0.1",
    "017700000001",
    "0",
    "0.0.0.0",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:7f00:0001]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[2001:0:7f00:1::]",
    "[fe80::1%25lo]",
    "[fec0::1]",
    "[fd00:ec2::254]",
    "[ff02::1]",
    "localhost",
    "localhost.",
    "LocalHost",
    "x.localhost",
    "127。0。0。1",
    "１２７.0.0.1",
    "127%2e0.0.1",
    "user@127.0.0.1",
    "shop.example@127.0.0.1",
    "169.254.169.254",
    "metadata.google.internal",
    "10.0.0.1",
    "192.168.1.1",
    "100.100.100.200",
    "224.0.0.1",
]
RESOLVED = [
    ["127.0.0.1"],
    ["::1"],
    ["0.0.0.0"],
    ["93.184.216.34", "127.0.0.1"],
    ["127.0.0.1", "93.184.216.34"],
    ["::ffff:7f00:1"],
    ["64:ff9b::7f00:1"],
    ["2002:7f00:1::"],
    ["2001:0:7f00:1::"],
    ["fe80::1%lo"],
    ["fec0::1"],
    ["169.254.169.254"],
    ["100.64.0.1"],
    ["not an address"],
]


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    async with listening() as opened:
        yield opened


def resolving(*answers: list[str]) -> Callable[[str, int], Awaitable[list[str]]]:
    """Answers the look-ups one after the other, then for ever with the last."""
    left = list(answers)

    async def resolve(host: str, port: int) -> list[str]:
        return left.pop(0) if len(left) > 1 else left[0]

    return resolve


async def post(client: OutgoingClient, url: str, timeout: float = 5) -> int:
    answer = await client.post(url, content=b"{}", headers={}, timeout=timeout)
    return answer.status


@pytest.mark.parametrize("host", LITERAL_HOSTS)
async def test_no_notation_of_a_private_host_is_connected_to(host: str, listener: Listener) -> None:
    async with OutgoingClient(GUARDED) as client:
        with pytest.raises(TargetRefused):
            await post(client, f"http://{host}:{listener.port}/")
    assert listener.connections == 0


@pytest.mark.parametrize("answers", RESOLVED, ids=" ".join)
async def test_no_name_that_leads_inside_is_connected_to(
    answers: list[str], listener: Listener
) -> None:
    async with OutgoingClient(GUARDED, resolve=resolving(answers)) as client:
        with pytest.raises(TargetRefused):
            await post(client, f"http://shop.example:{listener.port}/")
    assert listener.connections == 0


@EVERY_LOOPBACK
async def test_with_the_guard_off_the_listener_is_reached() -> None:
    """The negative control: the two tests above can fail."""
    async with listening() as listener:
        for host in ("127.0.0.1", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "localhost"):
            async with OutgoingClient(UNGUARDED) as client:
                assert await post(client, f"http://{host}:{listener.port}/") == 200
        async with OutgoingClient(UNGUARDED, resolve=resolving(["127.0.0.1"])) as client:
            assert await post(client, f"http://shop.example:{listener.port}/") == 200
        assert listener.connections == 6


async def test_a_name_is_resolved_once_and_the_judged_address_is_used(listener: Listener) -> None:
    """Rebinding: the second look-up would lead elsewhere, so there must be none."""
    asked: list[str] = []

    async def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["192.0.2.1"]

    policy = UrlPolicy.for_development()
    async with OutgoingClient(policy, resolve=resolve) as client:
        assert await post(client, f"http://shop.example:{listener.port}/") == 200
    assert asked == ["shop.example"]


async def test_a_name_that_turns_inside_between_two_requests_is_refused(listener: Listener) -> None:
    policy = UrlPolicy(
        allow_http=True, allow_any_port=True, trusted_networks=(ip_network("127.0.0.1/32"),)
    )
    resolve = resolving(["127.0.0.1"], ["127.0.0.2"])
    async with OutgoingClient(policy, resolve=resolve) as client:
        assert await post(client, f"http://shop.example:{listener.port}/") == 200
        with pytest.raises(TargetRefused):
            await post(client, f"http://shop.example:{listener.port}/")
    assert listener.connections == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_answers_and_are_not_followed(status: int) -> None:
    async with listening() as trap, listening() as front:
        location = f"http://127.0.0.1:{trap.port}/"
        front.answer = (
            f"HTTP/1.1 {status} Moved\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n".encode()
        )
        async with OutgoingClient(UrlPolicy.for_development()) as client:
            assert await post(client, f"http://127.0.0.1:{front.port}/") == status
        assert (front.connections, trap.connections) == (1, 0)


async def test_proxies_of_the_environment_are_not_used(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening() as proxy:
        for name in ("http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        async with OutgoingClient(UrlPolicy.for_development()) as client:
            assert await post(client, f"http://127.0.0.1:{listener.port}/") == 200
        assert (listener.connections, proxy.connections) == (1, 0)


async def test_what_is_sent(listener: Listener) -> None:
    async with OutgoingClient(UrlPolicy.for_development()) as client:
        await client.post(
            f"http://localhost:{listener.port}/hook?a=1#part",
            content=b'{"x":1}',
            headers={"Webhook-Id": "m1", "Host": "evil.example"},
            timeout=5,
        )
    head, body = listener.requests[0].split(b"\r\n\r\n")
    first, *headers = head.decode().lower().split("\r\n")
    assert first == "post /hook?a=1 http/1.1"
    assert f"host: localhost:{listener.port}" in headers
    assert "webhook-id: m1" in headers
    assert "accept-encoding: identity" in headers
    assert "content-length: 7" in headers
    assert sum(line.startswith("host:") for line in headers) == 1
    assert body == b'{"x":1}'


async def test_the_answer_is_cut_at_the_limit(listener: Listener) -> None:
    listener.answer = b"HTTP/1.1 200 OK\r\nX-Mark: 1\r\n\r\n" + b"x" * 1_000_000
    async with OutgoingClient(UrlPolicy.for_development()) as client:
        answer = await client.get(f"http://127.0.0.1:{listener.port}/", timeout=5, max_bytes=1000)
    assert (len(answer.content), answer.is_truncated) == (1000, True)
    assert answer.headers["x-mark"] == "1"
    assert answer.text == "x" * 1000


async def test_one_deadline_covers_a_name_that_never_resolves(listener: Listener) -> None:
    async def never(host: str, port: int) -> list[str]:
        await asyncio.sleep(60)
        return []

    async with OutgoingClient(UrlPolicy(), resolve=never) as client:
        started = time.perf_counter()
        with pytest.raises(NotDelivered, match=r"no answer within 0\.2 s"):
            await post(client, "https://shop.example/", timeout=0.2)
        assert time.perf_counter() - started < 2


async def test_one_deadline_covers_an_answer_that_drips(listener: Listener) -> None:
    listener.answer = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n1"
    listener.delay_seconds = 60
    async with OutgoingClient(UrlPolicy.for_development()) as client:
        with pytest.raises(NotDelivered, match="no answer within"):
            await post(client, f"http://127.0.0.1:{listener.port}/", timeout=0.2)


@pytest.mark.parametrize(
    "answer", [b"", b"not http\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort"]
)
async def test_a_broken_answer_is_not_delivered(answer: bytes, listener: Listener) -> None:
    listener.answer = answer
    async with OutgoingClient(UrlPolicy.for_development()) as client:
        with pytest.raises(NotDelivered):
            await post(client, f"http://127.0.0.1:{listener.port}/")


async def test_an_address_where_nobody_listens_is_not_delivered() -> None:
    async with listening() as gone:
        port = gone.port
    async with OutgoingClient(UrlPolicy.for_development()) as client:
        with pytest.raises(NotDelivered):
            await post(client, f"http://127.0.0.1:{port}/")


@EVERY_LOOPBACK
async def test_the_next_address_of_a_name_is_tried() -> None:
    listener = Listener(port=0)
    server = await asyncio.start_server(listener.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    silent_first = resolving(["127.0.0.9", "127.0.0.1"])
    async with server, OutgoingClient(UrlPolicy.for_development(), resolve=silent_first) as client:
        assert await post(client, f"http://shop.example:{port}/") == 200
    assert listener.connections == 1


async def test_unknown_names_and_bad_headers_are_outgoing_errors(listener: Listener) -> None:
    async def unknown(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    async with OutgoingClient(UrlPolicy(), resolve=unknown) as client:
        with pytest.raises(NotDelivered, match=r"shop\.example has no address"):
            await post(client, "https://shop.example/")
    async with OutgoingClient(UrlPolicy.for_development()) as client:
        with pytest.raises(OutgoingError):
            await client.post(
                f"http://127.0.0.1:{listener.port}/",
                content=b"",
                headers={"x": "1\r\nevil: 1"},
                timeout=5,
            )
    assert listener.requests == []


async def test_the_certificate_is_checked_against_the_name(tmp_path: Path) -> None:
    policy = UrlPolicy(allow_any_port=True, trusted_networks=(ip_network("127.0.0.0/8"),))
    async with listening(server_context("shop.example", tmp_path)) as listener:
        trusting = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
        here = resolving(["127.0.0.1"])
        async with OutgoingClient(policy, resolve=here, ssl_context=trusting) as client:
            assert await post(client, f"https://shop.example:{listener.port}/") == 200
            with pytest.raises(NotDelivered, match=r"(?i)certificate"):
                await post(client, f"https://other.example:{listener.port}/")
        async with OutgoingClient(policy, resolve=here) as client:
            with pytest.raises(NotDelivered, match=r"(?i)certificate"):
                await post(client, f"https://shop.example:{listener.port}/")
        assert len(listener.requests) == 1
