"""The client for URLs that people give us.

No redirects, no proxy from the environment, no cookies, no decompression; one deadline over
everything; a bounded answer.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

from kram.kit.http.addresses import parse_address
from kram.kit.http.policy import Target, UrlPolicy, UrlRefused

USER_AGENT = "Kram/1 (+https://kram.example/webhooks)"
_MAX_ANSWER_BYTES = 64 * 1024
_CONNECT_SECONDS = 5  # for each address: one that is silent leaves time for the next

_FAILURES = (httpcore.ProtocolError, httpcore.NetworkError, httpcore.TimeoutException, OSError)

Resolve = Callable[[str, int], Awaitable[list[str]]]

# Names that do not answer must not take the threads in which passwords and pictures are worked on.
_resolvers = ThreadPoolExecutor(max_workers=16, thread_name_prefix="resolve")


class OutgoingError(Exception):
    """No usable answer; the text says why and may be shown to the merchant."""


class TargetRefused(OutgoingError):
    """The URL, or an address its name resolves to, is not for us to call. Nothing was sent."""


class NotDelivered(OutgoingError):
    """Connecting, sending or reading failed, or took too long. It may have been received."""


@dataclass(frozen=True, slots=True)
class OutgoingResponse:
    """`headers` have lower-case names; `is_truncated` says that there was more than `content`."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    is_truncated: bool

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")


async def resolve(host: str, port: int) -> list[str]:
    """All addresses of a name, as text."""
    answers = await asyncio.get_running_loop().run_in_executor(
        _resolvers, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    )
    return [str(address[0]) for _, _, _, _, address in answers]


class OutgoingClient:
    def __init__(
        self,
        policy: UrlPolicy,
        *,
        resolve: Resolve = resolve,
        ssl_context: ssl.SSLContext | None = None,
        max_connections: int = 100,
    ) -> None:
        self._policy = policy
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl_context or httpx.create_ssl_context(trust_env=False),
            max_connections=max_connections,
            max_keepalive_connections=20,
            keepalive_expiry=10,
            network_backend=_JudgedNetwork(policy, resolve),
        )

    async def __aenter__(self) -> "OutgoingClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._pool.aclose()

    async def post(
        self,
        url: str,
        *,
        content: bytes,
        headers: Mapping[str, str],
        timeout: float,
        max_bytes: int = _MAX_ANSWER_BYTES,
    ) -> OutgoingResponse:
        """`timeout` is in seconds, for all of it. Raises: OutgoingError."""
        return await self.request("POST", url, content, headers, timeout, max_bytes)

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: float,
        max_bytes: int = _MAX_ANSWER_BYTES,
    ) -> OutgoingResponse:
        """`timeout` is in seconds, for all of it. Raises: OutgoingError."""
        return await self.request("GET", url, None, headers or {}, timeout, max_bytes)

    async def request(
        self,
        method: str,
        url: str,
        content: bytes | None,
        headers: Mapping[str, str],
        timeout: float,
        max_bytes: int,
    ) -> OutgoingResponse:
        try:
            target = self._policy.check(url)
            async with asyncio.timeout(timeout):
                return await self._exchange(method, target, content, headers, max_bytes)
        except UrlRefused as error:
            raise TargetRefused(error.detail) from error
        except TimeoutError as error:
            raise NotDelivered(f"no answer within {timeout:g} s") from error
        except _FAILURES as error:
            raise NotDelivered(_told(error)) from error

    async def _exchange(
        self,
        method: str,
        target: Target,
        content: bytes | None,
        headers: Mapping[str, str],
        max_bytes: int,
    ) -> OutgoingResponse:
        url = httpcore.URL(
            scheme=target.scheme, host=target.host, port=target.port, target=target.path
        )
        sent = {
            "user-agent": USER_AGENT,
            "accept-encoding": "identity",
            **{name.lower(): value for name, value in headers.items()},
            "host": target.host_header,
        }
        async with self._pool.stream(
            method, url, headers=list(sent.items()), content=content
        ) as answer:
            body, is_truncated = await _bounded(answer, max_bytes)
            return OutgoingResponse(answer.status, _headers(answer), body, is_truncated)


class _JudgedNetwork(httpcore.AsyncNetworkBackend):
    """Resolves once, judges every answer, connects to a judged one: no second look-up to fool."""

    def __init__(self, policy: UrlPolicy, resolve: Resolve) -> None:
        self._policy = policy
        self._resolve = resolve
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        failure: Exception | None = None
        for address in await self._judged(host, port):
            try:
                return await self._network.connect_tcp(
                    address, port, timeout or _CONNECT_SECONDS, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"{host} has no address")

    async def _judged(self, host: str, port: int) -> list[str]:
        try:
            answers = [host] if parse_address(host) else await self._resolve(host, port)
        except OSError as error:
            raise httpcore.ConnectError(f"{host} has no address") from error
        if not self._policy.trusts(host, port):
            for answer in answers:
                address = parse_address(answer)
                if address is None or not self._policy.permits(address):
                    raise TargetRefused(f"{host} leads into a private network")
        return answers


async def _bounded(answer: httpcore.Response, max_bytes: int) -> tuple[bytes, bool]:
    body = bytearray()
    async for chunk in answer.aiter_stream():
        body += chunk
        if len(body) > max_bytes:
            return bytes(body[:max_bytes]), True
    return bytes(body), False


def _headers(answer: httpcore.Response) -> dict[str, str]:
    return {name.decode("ascii").lower(): value.decode("latin-1") for name, value in answer.headers}


def _told(error: Exception) -> str:
    return str(error) or type(error).__name__
