"""Talks to providers, always between two transactions."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from kram.billing.payments import queries
from kram.billing.payments.errors import PaymentMissing
from kram.billing.payments.events import PaymentCheckDue
from kram.billing.payments.models import Payment, PaymentStatus
from kram.billing.payments.rules import may_change
from kram.billing.payments.service import advance, record_started
from kram.billing.payments.service.open import ask_later
from kram.billing.providers.contract import (
    CallingProvider,
    Notice,
    PaymentRequest,
    ProvidersOf,
    ProviderState,
    ProviderStatus,
    Started,
)
from kram.billing.providers.errors import (
    ProviderRefused,
    ProviderUnavailable,
    UnreadableCallback,
)
from kram.billing.providers.shops import calling, chosen
from kram.kit.clock import utc_now
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.events.handling import Delivery, Hopeless, InboxMessage
from kram.kit.money import Money
from kram.shop.orders.models import Order, OrderStatus
from kram.tenants.registry import Registry

_Answer = Started | ProviderState | None
"""What a provider said; None: nothing new."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Payments:
    """`public_url` is where shoppers find the storefront, without a trailing slash."""

    db: Database
    providers: ProvidersOf
    registry: Registry
    public_url: str

    async def start(self, tenant: Tenant, payment_id: UUID) -> Payment:
        """Asks the provider to collect a `created` payment; one that is further is returned.

        A provider that does not answer leaves it as it is: the timer asks again.
        """
        payment, order = await self._read(tenant, payment_id)
        try:
            answer = await self._start(tenant, payment, order)
        except ProviderUnavailable:
            answer = None
        if answer is None:
            return payment
        async with self.db.tenant(tenant) as tx:
            return await _write_answer(tx, payment_id, answer)

    async def refresh(self, tenant: Tenant, payment_id: UUID) -> Payment:
        """Asks the provider now: for the shopper who is back before the callback is.

        A payment that is over, or a provider that does not answer, leaves it as it is.
        """
        try:
            answer = await self._ask(tenant, payment_id)
        except ProviderUnavailable:
            answer = None
        async with self.db.tenant(tenant) as tx:
            return await _write_answer(tx, payment_id, answer)

    async def check(self, delivery: Delivery[PaymentCheckDue]) -> None:
        """Hears `payment.check_due.v1`: finishes what a crash left, fetches what nobody told."""
        payment_id = delivery.message.payment_id
        try:
            answer = await self._ask(delivery.tenant, payment_id)
        except ProviderUnavailable:
            answer = None
        async with delivery.done() as tx:
            payment = await _write_answer(tx, payment_id, answer)
            if _may_change(payment, tx.now):
                ask_later(tx, payment, delivery.message.asked + 1)

    async def apply_callback(self, delivery: Delivery[InboxMessage]) -> None:
        """Works off the inbox kind "payment"; the signature was verified before it was stored."""
        name = delivery.message.source.split(":")[1]
        provider = calling(self.providers(delivery.tenant.id), name)
        notice = _read(provider, delivery.message.body)
        state = notice.state or await provider.fetch(notice.payment_id)
        async with delivery.done() as tx:
            try:
                await advance(tx, notice.payment_id, state)
            except PaymentMissing as error:
                raise Hopeless("a callback about a payment that this shop never made") from error

    async def _ask(self, tenant: Tenant, payment_id: UUID) -> _Answer:
        payment, order = await self._read(tenant, payment_id)
        if payment.status == PaymentStatus.CREATED:
            return await self._start(tenant, payment, order)
        if not _may_change(payment, utc_now()):
            return None
        provider = chosen(self.providers(tenant.id), payment.provider)
        try:
            return await provider.fetch(payment_id)
        except ProviderRefused as refused:
            _log.warning(
                "provider knows no such payment", payment=str(payment_id), why=str(refused)
            )
            return None

    async def _start(self, tenant: Tenant, payment: Payment, order: Order) -> _Answer:
        if payment.status != PaymentStatus.CREATED:
            return None
        amount = Money(payment.amount_minor, payment.currency)
        if order.status == OrderStatus.CANCELLED:
            return ProviderState(status=ProviderStatus.CANCELLED, amount=amount)
        request = await self._request(tenant, payment, order)
        try:
            return await chosen(self.providers(tenant.id), payment.provider).start(request)
        except ProviderRefused as refused:
            failure = str(refused.extra.get("provider_says", refused.code))
            return ProviderState(status=ProviderStatus.FAILED, amount=amount, failure=failure)

    async def _request(self, tenant: Tenant, payment: Payment, order: Order) -> PaymentRequest:
        card = await self.registry.by_id(tenant.id)
        assert payment.expires_at is not None, "only money on delivery has no end"
        page = f"{self.public_url}/m/{tenant.slug}/orders/{order.code}"
        return PaymentRequest(
            payment_id=payment.id,
            order_code=order.code,
            amount=Money(payment.amount_minor, payment.currency),
            description=card.name if card else tenant.slug,
            return_url=page,
            cancel_url=page,
            expires_at=payment.expires_at,
            language=order.language,
            phone=order.phone,
        )

    async def _read(self, tenant: Tenant, payment_id: UUID) -> tuple[Payment, Order]:
        async with self.db.tenant_read(tenant) as tx:
            found = await queries.payment_with_order(tx, payment_id)
        if found is None:
            raise PaymentMissing
        return found


def _may_change(payment: Payment, now: datetime) -> bool:
    return may_change(PaymentStatus(payment.status), payment.expires_at, now)


async def _write_answer(tx: TenantTx, payment_id: UUID, answer: _Answer) -> Payment:
    match answer:
        case Started():
            return await record_started(tx, payment_id, answer)
        case ProviderState():
            return await advance(tx, payment_id, answer)
        case None:
            payment = await tx.get(Payment, payment_id)
            if payment is None:
                raise PaymentMissing
            return payment


def _read(provider: CallingProvider, body: bytes) -> Notice:
    try:
        return provider.read(body)
    except UnreadableCallback as error:
        raise Hopeless(f"unreadable callback: {error}") from error
