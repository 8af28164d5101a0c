"""Cash on delivery: nothing to collect now, nobody to ask."""

from uuid import UUID

from kram.billing.providers.contract import (
    PaymentRequest,
    ProviderRefund,
    ProviderState,
    ProviderStatus,
    RefundRequest,
    Started,
)
from kram.billing.providers.errors import ProviderRefused
from kram.kit.messages import gettext_noop

CASH_ON_DELIVERY = "cod"


class CashOnDelivery:
    name = CASH_ON_DELIVERY
    collects_on_delivery = True

    async def start(self, request: PaymentRequest) -> Started:
        return Started(provider_ref=None, redirect_url=None)

    async def fetch(self, payment_id: UUID) -> ProviderState:
        """Raises ProviderRefused: only the courier knows, and tells by delivering."""
        raise ProviderRefused(gettext_noop("Nobody but the courier knows of this money"))

    async def refund(self, request: RefundRequest) -> ProviderRefund:
        """The staff hands the money back; the refund is their word for it."""
        return ProviderRefund(
            refund_id=request.refund_id,
            provider_ref=f"cash-{request.refund_id}",
            amount=request.amount,
            status=ProviderStatus.SUCCEEDED,
        )
