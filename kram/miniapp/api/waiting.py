"""A payment that somebody watches: its provider is asked, should the callback have been lost."""

import asyncio

import structlog

from kram.billing.payments.models import Payment, PaymentStatus
from kram.billing.payments.rules import may_change
from kram.kit.ratelimit import TokenBucket
from kram.miniapp.services import Services
from kram.tenants.registry import ShopCard

PATIENCE_SECONDS = 2.0
"""The page asks again by itself: it need not wait for a provider that is slow."""
_QUESTIONS = TokenBucket("questions about a payment", capacity=1, per_seconds=3)

_log = structlog.get_logger(__name__)


async def ask_provider(services: Services, shop: ShopCard, payment: Payment) -> bool:
    """Whether it was asked: then read the order again. Call it outside of any transaction.

    However many devices watch, once in three seconds. Never raises: the page shows what is known,
    and the timer asks later.
    """
    if not may_change(PaymentStatus(payment.status), payment.expires_at, services.clock()):
        return False
    if not (await _QUESTIONS.try_take(services.redis, str(payment.id))).is_allowed:
        return False
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await services.checkout.payments.refresh(shop.tenant, payment.id)
    except Exception:
        _log.warning("provider not asked", payment=str(payment.id), exc_info=True)
        return False
    return True
