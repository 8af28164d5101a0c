"""The hosted-payment adapter against the acquirer, which shares only the bodies with it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from kram.app.devstack.acquirer.acquirer import Acquirer
from kram.billing.providers.contract import CallingProvider, Notice, ProviderState, ProviderStatus
from kram.billing.providers.errors import (
    BadSignature,
    ProviderRefused,
    ProviderUnavailable,
    UnreadableCallback,
)
from kram.billing.providers.hosted import client as hosted
from kram.billing.providers.hosted.provider import HostedPayments
from kram.billing.providers.sandbox import sandbox_account
from kram.kit.clock import utc_now
from kram.kit.crypto import KeyRing
from kram.kit.ids import new_id
from kram.kit.money import Money
from tests.billing.conformance import Harness, OnlineProvider, payment_request
from tests.factories.billing import ACQUIRER_URL, acquirer_app, the_acquirer

pytestmark = pytest.mark.anyio

SHOP = new_id()
CALLBACK_URL = "http://kram.test/hooks"


class Recorder:
    """The merchant's end of the callbacks."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(200)


@pytest.fixture
def heard() -> Recorder:
    return Recorder()


@pytest.fixture
def keys() -> KeyRing:
    return KeyRing("k", {"k": b"k" * 32})


@pytest.fixture
async def sides(
    keys: KeyRing, heard: Recorder, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[HostedPayments, Acquirer]]:
    monkeypatch.setattr(hosted, "PAUSES_SECONDS", (0.0, 0.0))
    app = acquirer_app(keys, httpx.MockTransport(heard))
    account = sandbox_account(keys, SHOP, acquirer_url=ACQUIRER_URL, callback_url=CALLBACK_URL)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http:
        yield HostedPayments("sandbox", account, http), the_acquirer(app)


@pytest.fixture
def provider(sides: tuple[HostedPayments, Acquirer]) -> HostedPayments:
    return sides[0]


@pytest.fixture
def acquirer(sides: tuple[HostedPayments, Acquirer]) -> Acquirer:
    return sides[1]


@pytest.fixture
def harness(provider: HostedPayments, acquirer: Acquirer) -> Harness:
    def collect(payment_id: object) -> None:
        payment = acquirer.book.payment_of(str(SHOP), payment_id)  # type: ignore[arg-type]
        assert payment is not None
        acquirer.succeed(payment)

    return Harness(provider, collect)


class TestSandbox(OnlineProvider):
    pass


async def test_it_calls_back(provider: HostedPayments) -> None:
    assert isinstance(provider, CallingProvider)


async def test_callback_is_verified_and_read(
    provider: HostedPayments, acquirer: Acquirer, heard: Recorder
) -> None:
    request = payment_request()
    started = await provider.start(request)
    [payment] = acquirer.book.payments()
    acquirer.succeed(payment)
    for callback in acquirer.book.due_callbacks(utc_now()):
        await acquirer.callbacks.send(callback)
    [call] = heard.requests
    assert str(call.url) == CALLBACK_URL
    assert provider.verify(call.content, call.headers, utc_now()).startswith("msg_")
    assert provider.read(call.content) == Notice(
        payment_id=request.payment_id,
        state=ProviderState(
            status=ProviderStatus.SUCCEEDED,
            amount=Money(21_500, "UAH"),
            provider_ref=started.provider_ref,
        ),
    )
    with pytest.raises(BadSignature):
        provider.verify(call.content + b" ", call.headers, utc_now())
    with pytest.raises(BadSignature):
        provider.verify(call.content, call.headers, utc_now() + timedelta(minutes=6))


@pytest.mark.parametrize("event", ["refund.succeeded", "payment.disputed", ""])
async def test_event_that_tells_no_state_asks_to_fetch(
    provider: HostedPayments, event: str
) -> None:
    body = (
        b'{"event":"%s","provider_payment_id":"p","payment_id":"%s","amount_minor":1,'
        b'"currency":"UAH","occurred_at":"2026-01-01T00:00:00Z","new_field":[]}'
    ) % (event.encode(), str(SHOP).encode())
    assert provider.read(body) == Notice(payment_id=SHOP)


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"\xff", b'{"payment_id":"7"}'])
async def test_body_against_the_contract_is_unreadable(
    provider: HostedPayments, body: bytes
) -> None:
    with pytest.raises(UnreadableCallback):
        provider.read(body)


async def test_foreign_secret_is_refused(provider: HostedPayments, acquirer: Acquirer) -> None:
    acquirer.config.secret_of = lambda merchant: "whsec_" + "A" * 44
    with pytest.raises(ProviderRefused) as refused:
        await provider.start(payment_request())
    assert refused.value.extra["provider_says"] == "bad_signature"
    assert acquirer.book.payments() == []


async def test_lost_answer_is_repeated_and_makes_no_second_payment(
    provider: HostedPayments, acquirer: Acquirer
) -> None:
    acquirer.faults.lose_next = 2
    started = await provider.start(payment_request())
    [payment] = acquirer.book.payments()
    assert started.provider_ref == payment.id


async def test_acquirer_that_is_away_is_unavailable(
    provider: HostedPayments, acquirer: Acquirer
) -> None:
    acquirer.faults.refuse_next = 3
    with pytest.raises(ProviderUnavailable):
        await provider.start(payment_request())
    assert acquirer.book.payments() == []


async def test_refund_made_in_its_cabinet_is_told(
    provider: HostedPayments, acquirer: Acquirer
) -> None:
    request = payment_request()
    await provider.start(request)
    [payment] = acquirer.book.payments()
    acquirer.succeed(payment)
    acquirer.refund_by_hand(payment, 700)
    state = await provider.fetch(request.payment_id)
    [refund] = state.refunds
    assert (refund.refund_id, refund.amount, refund.status) == (
        None,
        Money(700, "UAH"),
        ProviderStatus.SUCCEEDED,
    )
