"""What every payment provider must do: subclass `AnyProvider` or `OnlineProvider` in its test.

A harness gives the provider under test and plays the shopper: `collect` is them paying.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from kram.billing.providers.contract import (
    PaymentProvider,
    PaymentRequest,
    ProviderStatus,
    RefundRequest,
)
from kram.billing.providers.errors import ProviderRefused
from kram.kit.clock import utc_now
from kram.kit.ids import new_id
from kram.kit.money import Money


@dataclass(frozen=True)
class Harness:
    provider: PaymentProvider
    collect: Callable[[UUID], Any]


def payment_request(**changes: Any) -> PaymentRequest:
    values = {
        "payment_id": new_id(),
        "order_code": "7K3QZ",
        "amount": Money(21_500, "UAH"),
        "description": "Kvitka",
        "return_url": "http://kram.test/back",
        "cancel_url": "http://kram.test/cancelled",
        "expires_at": utc_now() + timedelta(minutes=30),
        "language": "uk",
    }
    return PaymentRequest(**{**values, **changes})


def refund_request(payment_id: UUID, minor: int, **changes: Any) -> RefundRequest:
    values = {
        "refund_id": new_id(),
        "payment_id": payment_id,
        "provider_ref": None,
        "amount": Money(minor, "UAH"),
        "reason": "broken",
    }
    return RefundRequest(**{**values, **changes})


class AnyProvider:
    async def test_start_may_be_repeated(self, harness: Harness) -> None:
        request = payment_request()
        first = await harness.provider.start(request)
        assert await harness.provider.start(request) == first

    async def test_unknown_payment_is_refused(self, harness: Harness) -> None:
        with pytest.raises(ProviderRefused):
            await harness.provider.fetch(new_id())

    async def test_refund_may_be_repeated(self, harness: Harness) -> None:
        request = await collected(harness)
        wanted = refund_request(request.payment_id, 5_000)
        first = await harness.provider.refund(wanted)
        assert (first.refund_id, first.amount, first.status) == (
            wanted.refund_id,
            Money(5_000, "UAH"),
            ProviderStatus.SUCCEEDED,
        )
        assert await harness.provider.refund(wanted) == first


class OnlineProvider(AnyProvider):
    """One that collects by itself, and knows what it did."""

    async def test_payments_are_told_apart(self, harness: Harness) -> None:
        first = await harness.provider.start(payment_request())
        second = await harness.provider.start(payment_request())
        assert first.provider_ref != second.provider_ref
        assert first.redirect_url != second.redirect_url

    async def test_same_key_with_another_amount_is_refused(self, harness: Harness) -> None:
        request = payment_request()
        await harness.provider.start(request)
        with pytest.raises(ProviderRefused):
            await harness.provider.start(
                payment_request(payment_id=request.payment_id, amount=Money(1, "UAH"))
            )

    async def test_started_payment_is_pending_then_succeeds(self, harness: Harness) -> None:
        request = payment_request()
        started = await harness.provider.start(request)
        state = await harness.provider.fetch(request.payment_id)
        assert (state.status, state.amount) == (ProviderStatus.PENDING, request.amount)
        harness.collect(request.payment_id)
        state = await harness.provider.fetch(request.payment_id)
        assert (state.status, state.amount) == (ProviderStatus.SUCCEEDED, request.amount)
        assert state.provider_ref == started.provider_ref

    async def test_repeated_refund_gives_back_once(self, harness: Harness) -> None:
        request = await collected(harness)
        wanted = refund_request(request.payment_id, 5_000)
        for _ in range(3):
            await harness.provider.refund(wanted)
        state = await harness.provider.fetch(request.payment_id)
        assert [refund.amount.minor for refund in state.refunds] == [5_000]

    async def test_never_gives_back_more_than_it_took(self, harness: Harness) -> None:
        request = await collected(harness)
        await harness.provider.refund(refund_request(request.payment_id, 21_000))
        with pytest.raises(ProviderRefused):
            await harness.provider.refund(refund_request(request.payment_id, 501))
        await harness.provider.refund(refund_request(request.payment_id, 500))
        with pytest.raises(ProviderRefused):
            await harness.provider.refund(refund_request(request.payment_id, 1))

    async def test_gives_nothing_back_that_it_did_not_take(self, harness: Harness) -> None:
        request = payment_request()
        await harness.provider.start(request)
        with pytest.raises(ProviderRefused):
            await harness.provider.refund(refund_request(request.payment_id, 1))


async def collected(harness: Harness) -> PaymentRequest:
    request = payment_request()
    await harness.provider.start(request)
    harness.collect(request.payment_id)
    return request
