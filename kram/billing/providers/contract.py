"""What a payment provider is, whichever it is.

Every call may be repeated: the id of our payment or refund is the provider's idempotency key.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable
from uuid import UUID

import msgspec

from kram.kit.money import Money


class ProviderStatus(StrEnum):
    """What a provider says of a payment. A word that we do not know is read as PENDING."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class PaymentRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be collected. The shopper comes back to `return_url`, or to `cancel_url`."""

    payment_id: UUID
    order_code: str
    amount: Money
    description: str
    return_url: str
    cancel_url: str
    expires_at: datetime
    language: str
    phone: str = ""


class Started(msgspec.Struct, frozen=True):
    """The provider knows of the payment; without `redirect_url` the shopper has nothing to do."""

    provider_ref: str | None
    redirect_url: str | None


class RefundRequest(msgspec.Struct, frozen=True, kw_only=True):
    refund_id: UUID
    payment_id: UUID
    provider_ref: str | None
    amount: Money
    reason: str


class ProviderRefund(msgspec.Struct, frozen=True, kw_only=True):
    """A refund as the provider sees it; `refund_id` is None for one made in its own cabinet."""

    provider_ref: str | None
    amount: Money
    status: ProviderStatus
    refund_id: UUID | None = None
    failure: str = ""


class ProviderState(msgspec.Struct, frozen=True, kw_only=True):
    """All that a provider says of one payment at one moment."""

    status: ProviderStatus
    amount: Money
    provider_ref: str | None = None
    failure: str = ""
    refunds: tuple[ProviderRefund, ...] = ()


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What a verified callback tells. Without `state` it says only: fetch the payment again."""

    payment_id: UUID
    state: ProviderState | None = None


class PaymentProvider(Protocol):
    """Raises from every call: ProviderUnavailable (repeat it), ProviderRefused (do not)."""

    @property
    def name(self) -> str: ...

    @property
    def collects_on_delivery(self) -> bool:
        """The order goes to the staff at once; the money comes with the parcel."""

    async def start(self, request: PaymentRequest) -> Started: ...

    async def fetch(self, payment_id: UUID) -> ProviderState: ...

    async def refund(self, request: RefundRequest) -> ProviderRefund: ...


@runtime_checkable
class CallingProvider(PaymentProvider, Protocol):
    """A provider that calls back."""

    def verify(self, body: bytes, headers: Mapping[str, str], now: datetime) -> str:
        """The id of the message, the same on every repetition. Header names are lower-case.

        Raises BadSignature.
        """

    def read(self, body: bytes) -> Notice:
        """What a verified body says. Raises UnreadableCallback."""


class ProvidersOf(Protocol):
    """The providers of a shop by name."""

    def __call__(self, shop_id: UUID) -> Mapping[str, PaymentProvider]: ...
