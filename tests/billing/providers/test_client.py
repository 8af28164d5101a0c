"""What is repeated, what is not, and for how long."""

import asyncio
import time
from collections.abc import Callable

import httpx
import pytest

from kram.billing.providers.errors import ProviderRefused, ProviderUnavailable
from kram.billing.providers.hosted import client as hosted
from kram.billing.providers.hosted.client import SignedClient
from kram.billing.providers.hosted.signing import verify
from kram.billing.providers.hosted.wire import CreatedPayment, Customer
from kram.kit.clock import utc_now
from tests.billing.providers.test_signing import SECRET

pytestmark = pytest.mark.anyio

URL = "https://acquirer.test/payments"
CREATED = {"provider_payment_id": "p1", "status": "pending", "redirect_url": "https://a.test/p1"}
Answer = Callable[[httpx.Request], httpx.Response]


class Wire:
    """Answers in turn; the last answer stays."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer(request)

    async def post(self) -> CreatedPayment:
        async with httpx.AsyncClient(transport=httpx.MockTransport(self)) as http:
            client = SignedClient(http, SECRET, utc_now)
            return await client.post(URL, Customer(), key="k1", answer=CreatedPayment)


def says(status: int, body: object = None) -> Answer:
    return lambda request: httpx.Response(status, json=CREATED if body is None else body)


def breaks(error: type[httpx.TransportError]) -> Answer:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error("gone", request=request)

    return answer


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosted, "PAUSES_SECONDS", (0.0, 0.0))


async def test_call_is_signed_and_carries_its_key() -> None:
    wire = Wire(says(201))
    assert (await wire.post()).provider_payment_id == "p1"
    [request] = wire.requests
    assert verify([SECRET], request.headers, request.content, utc_now())
    assert request.headers["idempotency-key"] == "k1"
    assert request.headers["x-request-id"] == request.headers["webhook-id"]


@pytest.mark.parametrize("status", [500, 502, 503, 429])
async def test_status_that_may_heal_is_repeated_with_the_same_key(status: int) -> None:
    wire = Wire(says(status), says(status), says(201))
    assert (await wire.post()).provider_payment_id == "p1"
    assert [request.headers["idempotency-key"] for request in wire.requests] == ["k1"] * 3


@pytest.mark.parametrize(
    "error", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError]
)
async def test_failure_of_the_network_is_repeated_with_the_same_key(
    error: type[httpx.TransportError],
) -> None:
    failure = breaks(error)
    wire = Wire(failure, failure, says(201))
    assert (await wire.post()).provider_payment_id == "p1"
    assert [request.headers["idempotency-key"] for request in wire.requests] == ["k1"] * 3


async def test_it_gives_up_after_three_tries() -> None:
    wire = Wire(says(503))
    with pytest.raises(ProviderUnavailable):
        await wire.post()
    assert len(wire.requests) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 301, 307])
async def test_what_was_refused_is_not_repeated(status: int) -> None:
    wire = Wire(says(status, {"code": "no_such_merchant"}))
    with pytest.raises(ProviderRefused) as refused:
        await wire.post()
    assert refused.value.extra == {"provider_says": "no_such_merchant"}
    assert len(wire.requests) == 1


async def test_refusal_without_a_readable_body_says_its_status() -> None:
    with pytest.raises(ProviderRefused) as refused:
        await Wire(lambda request: httpx.Response(400, text="<html>")).post()
    assert refused.value.extra == {"provider_says": "http_400"}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"provider_payment_id":1}'])
async def test_unreadable_success_is_unknown_not_done(body: bytes) -> None:
    with pytest.raises(ProviderUnavailable):
        await Wire(lambda request: httpx.Response(200, content=body)).post()


async def test_all_tries_share_one_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosted, "TOTAL_SECONDS", 0.1)

    async def never(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(30)
        raise AssertionError

    began = time.monotonic()
    async with httpx.AsyncClient(transport=httpx.MockTransport(never)) as http:
        with pytest.raises(ProviderUnavailable):
            await SignedClient(http, SECRET, utc_now).get(URL, answer=CreatedPayment)
    assert time.monotonic() - began < 1


def test_limits_are_two_seconds_to_connect_and_eight_in_all() -> None:
    assert (hosted.TIMEOUT.connect, hosted.TOTAL_SECONDS) == (2.0, 8.0)
