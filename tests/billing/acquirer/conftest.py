from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from kram.app.devstack.acquirer.acquirer import Acquirer
from kram.app.devstack.acquirer.records import PaymentRecord
from kram.billing.providers.hosted.wire import CreatePayment, Customer
from kram.kit.clock import utc_now
from kram.kit.crypto import KeyRing
from kram.kit.ids import new_id
from tests.factories.billing import ACQUIRER_URL, acquirer_app, the_acquirer

MERCHANT = str(new_id())


class Shop:
    """The merchant's end of the callbacks: refuses the first `deaf` of them."""

    def __init__(self) -> None:
        self.heard: list[httpx.Request] = []
        self.deaf = 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.heard.append(request)
        self.deaf -= 1
        return httpx.Response(503 if self.deaf >= 0 else 200)


@pytest.fixture
def merchant() -> Shop:
    return Shop()


@pytest.fixture
async def pages(merchant: Shop, keys: KeyRing) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at the acquirer, which itself is `pages.acquirer`."""
    app = acquirer_app(keys, httpx.MockTransport(merchant))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=ACQUIRER_URL) as client:
        client.acquirer = the_acquirer(app)  # type: ignore[attr-defined]
        yield client


@pytest.fixture
def acquirer(pages: Any) -> Acquirer:
    assert isinstance(pages.acquirer, Acquirer)
    return pages.acquirer


def order(
    *, payment_id: UUID | None = None, expires_at: datetime | None = None, language: str = "en"
) -> CreatePayment:
    return CreatePayment(
        merchant_id=MERCHANT,
        payment_id=payment_id or new_id(),
        order_number="7K3QZ",
        amount_minor=21_500,
        currency="UAH",
        description="Kvitka <b>& Co</b>",
        return_url="http://kram.test/back",
        cancel_url="http://kram.test/cancelled",
        callback_url="http://kram.test/hooks",
        expires_at=expires_at or utc_now() + timedelta(minutes=30),
        customer=Customer(locale=language),
    )


@pytest.fixture
def payment(acquirer: Acquirer) -> PaymentRecord:
    return acquirer.create(MERCHANT, order(), b"body")
