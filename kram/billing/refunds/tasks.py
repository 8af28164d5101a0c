"""Asks the provider to give money back, between two transactions."""

from dataclasses import dataclass
from datetime import timedelta

from kram.billing.payments import queries
from kram.billing.payments.events import RefundRequested
from kram.billing.payments.models import Payment, Refund
from kram.billing.payments.service import settle
from kram.billing.payments.service.locked import lock_payment
from kram.billing.providers.contract import (
    ProviderRefund,
    ProvidersOf,
    ProviderStatus,
    RefundRequest,
)
from kram.billing.providers.errors import ProviderRefused, ProviderUnavailable
from kram.billing.providers.shops import chosen
from kram.kit.db.scope import Tenant
from kram.kit.events.handling import Delivery, Hopeless
from kram.kit.money import Money

_QUICK_ATTEMPTS = 6
_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Refunds:
    providers: ProvidersOf

    async def give_back(self, delivery: Delivery[RefundRequested]) -> None:
        """Hears `refund.requested.v1`. Repeated with the same key until the provider answers."""
        refund, payment = await _read(delivery)
        try:
            answer = await self._ask(delivery.tenant, refund, payment)
        except ProviderUnavailable:
            if delivery.attempt < _QUICK_ATTEMPTS:
                raise
            await _postpone(delivery)
            return
        async with delivery.done() as tx:
            payment, order = await lock_payment(tx, payment.id)
            fresh = await tx.get(Refund, refund.id, lock=True)
            assert fresh is not None, "refunds are never deleted"
            await settle(tx, payment, order, fresh, answer)

    async def _ask(self, tenant: Tenant, refund: Refund, payment: Payment) -> ProviderRefund:
        provider = chosen(self.providers(tenant.id), payment.provider)
        try:
            return await provider.refund(_request(refund, payment))
        except ProviderRefused as refused:
            return _refusal(refund, payment, refused)


async def _postpone(delivery: Delivery[RefundRequested]) -> None:
    """A provider may be away for longer than the relay repeats a row; money is never forgotten."""
    async with delivery.done() as tx:
        tx.publish(delivery.message, due_at=tx.now + _PAUSE)


async def _read(delivery: Delivery[RefundRequested]) -> tuple[Refund, Payment]:
    async with delivery.db.tenant_read(delivery.tenant) as tx:
        found = await queries.refund_with_payment(tx, delivery.message.refund_id)
    if found is None:
        raise Hopeless("no such refund")
    return found


def _request(refund: Refund, payment: Payment) -> RefundRequest:
    return RefundRequest(
        refund_id=refund.id,
        payment_id=payment.id,
        provider_ref=payment.provider_ref,
        amount=Money(refund.amount_minor, payment.money_currency),
        reason=refund.reason,
    )


def _refusal(refund: Refund, payment: Payment, refused: ProviderRefused) -> ProviderRefund:
    return ProviderRefund(
        refund_id=refund.id,
        provider_ref=None,
        amount=Money(refund.amount_minor, payment.money_currency),
        status=ProviderStatus.FAILED,
        failure=str(refused.extra.get("provider_says", refused.code)),
    )
