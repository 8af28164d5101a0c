"""A merchant's account at an acquirer with a signed hosted page, as a payment provider."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

import httpx
import msgspec

from kram.billing.providers.contract import (
    Notice,
    PaymentRequest,
    ProviderRefund,
    ProviderState,
    ProviderStatus,
    RefundRequest,
    Started,
)
from kram.billing.providers.errors import UnreadableCallback
from kram.billing.providers.hosted import signing, wire
from kram.billing.providers.hosted.client import SignedClient
from kram.kit.clock import utc_now
from kram.kit.money import Money

_STATUSES = {
    "succeeded": ProviderStatus.SUCCEEDED,
    "failed": ProviderStatus.FAILED,
    "canceled": ProviderStatus.CANCELLED,
}
_EVENTS = {f"payment.{word}": status for word, status in _STATUSES.items()}


@dataclass(frozen=True, slots=True)
class Account:
    """`secrets`: the first signs our calls, any of them verifies callbacks."""

    merchant_id: str
    create_url: str
    status_url: str
    refund_url: str
    callback_url: str
    secrets: tuple[str, ...]


class HostedPayments:
    collects_on_delivery = False

    def __init__(
        self,
        name: str,
        account: Account,
        http: httpx.AsyncClient,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.name = name
        self._account = account
        self._client = SignedClient(http, account.secrets[0], clock)

    async def start(self, request: PaymentRequest) -> Started:
        created = await self._client.post(
            self._account.create_url,
            self._create(request),
            key=str(request.payment_id),
            answer=wire.CreatedPayment,
        )
        return Started(created.provider_payment_id, created.redirect_url)

    async def fetch(self, payment_id: UUID) -> ProviderState:
        query = urlencode({"payment_id": payment_id})
        url = f"{self._account.status_url}?{query}"
        return _state(await self._client.get(url, answer=wire.PaymentView))

    async def refund(self, request: RefundRequest) -> ProviderRefund:
        body = wire.CreateRefund(
            merchant_id=self._account.merchant_id,
            payment_id=request.payment_id,
            refund_id=request.refund_id,
            amount_minor=request.amount.minor,
            currency=request.amount.currency,
            reason=request.reason,
        )
        answer = await self._client.post(
            self._account.refund_url, body, key=str(request.refund_id), answer=wire.RefundView
        )
        return _refund(answer)

    def verify(self, body: bytes, headers: Mapping[str, str], now: datetime) -> str:
        return signing.verify(self._account.secrets, headers, body, now)

    def read(self, body: bytes) -> Notice:
        try:
            callback = msgspec.json.decode(body, type=wire.Callback)
        except msgspec.DecodeError as error:
            raise UnreadableCallback(str(error)) from error
        return Notice(payment_id=callback.payment_id, state=_told(callback))

    def _create(self, request: PaymentRequest) -> wire.CreatePayment:
        return wire.CreatePayment(
            merchant_id=self._account.merchant_id,
            payment_id=request.payment_id,
            order_number=request.order_code,
            amount_minor=request.amount.minor,
            currency=request.amount.currency,
            description=request.description,
            return_url=request.return_url,
            cancel_url=request.cancel_url,
            callback_url=self._account.callback_url,
            expires_at=request.expires_at,
            customer=wire.Customer(phone=request.phone, locale=request.language),
        )


def _told(callback: wire.Callback) -> ProviderState | None:
    """None for events of refunds and for unknown ones: only a fetch tells the whole of those."""
    status = _EVENTS.get(callback.event)
    if status is None:
        return None
    return ProviderState(
        status=status,
        amount=Money(callback.amount_minor, callback.currency),
        provider_ref=callback.provider_payment_id,
        failure=callback.failure,
    )


def _state(view: wire.PaymentView) -> ProviderState:
    return ProviderState(
        status=_STATUSES.get(view.status, ProviderStatus.PENDING),
        amount=Money(view.amount_minor, view.currency),
        provider_ref=view.provider_payment_id,
        failure=view.failure,
        refunds=tuple(map(_refund, view.refunds)),
    )


def _refund(view: wire.RefundView) -> ProviderRefund:
    return ProviderRefund(
        refund_id=view.refund_id,
        provider_ref=view.provider_refund_id,
        amount=Money(view.amount_minor, view.currency),
        status=_STATUSES.get(view.status, ProviderStatus.PENDING),
        failure=view.failure,
    )
