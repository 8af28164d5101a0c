"""Signed calls to an acquirer.

Time: 2 s to connect, 8 s for a call with all its repetitions. Repeated are only failures of the
network, 5xx and 429, always with the same idempotency key, at most three tries; what the acquirer
has understood and refused is refused for good.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from uuid import uuid4

import httpx
import msgspec

from kram.billing.providers.errors import ProviderRefused, ProviderUnavailable
from kram.billing.providers.hosted.signing import signed_headers
from kram.billing.providers.hosted.wire import Body, Refusal

T = TypeVar("T", bound=Body)

TOTAL_SECONDS = 8.0
TIMEOUT = httpx.Timeout(TOTAL_SECONDS, connect=2.0)
PAUSES_SECONDS = (0.2, 0.8)
_LATER = 429


class SignedClient:
    """Calls of one merchant account; a call is signed with the newest of its secrets."""

    def __init__(self, http: httpx.AsyncClient, secret: str, clock: Callable[[], datetime]) -> None:
        self._http = http
        self._secret = secret
        self._clock = clock

    async def post(self, url: str, body: Body, *, key: str, answer: type[T]) -> T:
        content = msgspec.json.encode(body)
        headers = {"content-type": "application/json", "idempotency-key": key}
        return await self._call("POST", url, content, headers, answer)

    async def get(self, url: str, *, answer: type[T]) -> T:
        return await self._call("GET", url, b"", {}, answer)

    async def _call(
        self, method: str, url: str, content: bytes, headers: dict[str, str], answer: type[T]
    ) -> T:
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                response = await self._patiently(method, url, content, headers)
        except TimeoutError as error:
            raise ProviderUnavailable from error
        return _read(response, answer)

    async def _patiently(
        self, method: str, url: str, content: bytes, headers: dict[str, str]
    ) -> httpx.Response:
        for pause in PAUSES_SECONDS:
            try:
                return await self._once(method, url, content, headers)
            except ProviderUnavailable:
                await asyncio.sleep(pause)
        return await self._once(method, url, content, headers)

    async def _once(
        self, method: str, url: str, content: bytes, headers: dict[str, str]
    ) -> httpx.Response:
        request_id = uuid4().hex
        signed = signed_headers(self._secret, request_id, self._clock(), content)
        try:
            response = await self._http.request(
                method,
                url,
                content=content,
                headers={**headers, **signed, "x-request-id": request_id},
                timeout=TIMEOUT,
                follow_redirects=False,
            )
        except httpx.TransportError as error:
            raise ProviderUnavailable from error
        if response.is_server_error or response.status_code == _LATER:
            raise ProviderUnavailable
        return response


def _read(response: httpx.Response, answer: type[T]) -> T:
    if not response.is_success:
        raise ProviderRefused(provider_says=_refusal(response))
    try:
        return msgspec.json.decode(response.content, type=answer)
    except msgspec.DecodeError as error:
        # It did something, and what it did we cannot read: the next fetch may tell.
        raise ProviderUnavailable from error


def _refusal(response: httpx.Response) -> str:
    try:
        refusal = msgspec.json.decode(response.content, type=Refusal)
    except msgspec.DecodeError:
        refusal = Refusal()
    return refusal.code or f"http_{response.status_code}"
