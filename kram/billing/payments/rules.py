"""What a payment becomes when a provider says something. Pure.

Messages come late, twice and in any order, so that what we know is joined with what we hear like
sets are: `join` gives the same end for every order and number of them. A later word never undoes
a stronger one: a shopper may fail with one card and succeed with the next, and the word of the
failure may come last.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kram.billing.payments.models import PaymentStatus, RefundStatus
from kram.billing.providers.contract import ProviderState, ProviderStatus
from kram.kit.money import Money

AMOUNT_MISMATCH = "amount_mismatch"
OPEN = frozenset({PaymentStatus.CREATED, PaymentStatus.PENDING})

_GRACE = timedelta(minutes=5)

_STRENGTH = {status: strength for strength, status in enumerate(PaymentStatus)}
_WORDS = {
    ProviderStatus.PENDING: PaymentStatus.PENDING,
    ProviderStatus.FAILED: PaymentStatus.FAILED,
    ProviderStatus.CANCELLED: PaymentStatus.CANCELLED,
}
_REFUND_WORDS = {
    ProviderStatus.PENDING: RefundStatus.CREATED,
    ProviderStatus.SUCCEEDED: RefundStatus.SUCCEEDED,
    ProviderStatus.FAILED: RefundStatus.FAILED,
    ProviderStatus.CANCELLED: RefundStatus.FAILED,
}
_CHECKS_SECONDS = (15, 30, 60, 120, 300, 600, 1800)
_LATER_CHECKS = timedelta(hours=1)
_LAST_CHECK_AFTER = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Standing:
    """`currency` is None as long as money comes in the one that was asked for."""

    status: PaymentStatus
    captured_minor: int = 0
    failure: str = ""
    currency: str | None = None


def join(known: Standing, heard: Standing) -> Standing:
    """Associative, commutative, and nothing new for what was heard before."""
    stronger = max(known, heard, key=_strength)
    if AMOUNT_MISMATCH not in (known.failure, heard.failure):
        return stronger
    return replace(stronger, failure=AMOUNT_MISMATCH)


def _strength(standing: Standing) -> tuple[int, int, str, str]:
    # Beyond the status only so that of two equal words the same one is kept, whichever came first.
    currency = standing.currency or ""
    return _STRENGTH[standing.status], standing.captured_minor, standing.failure, currency


def heard(asked: Money, state: ProviderState) -> Standing:
    """What the provider's word means for a payment of that amount."""
    if state.status is not ProviderStatus.SUCCEEDED:
        return Standing(_WORDS[state.status], failure=state.failure)
    if state.amount == asked:
        return Standing(PaymentStatus.SUCCEEDED, asked.minor)
    other = None if state.amount.currency == asked.currency else state.amount.currency
    return Standing(PaymentStatus.HELD, state.amount.minor, AMOUNT_MISMATCH, other)


def join_refund(known: RefundStatus, word: ProviderStatus) -> RefundStatus:
    """What is settled stays settled."""
    return _REFUND_WORDS[word] if known is RefundStatus.CREATED else known


def may_change(status: PaymentStatus, expires_at: datetime | None, now: datetime) -> bool:
    """Whether asking the provider can bring news.

    A failed card may be followed by a good one on the same page, as long as the page lives.
    """
    if status is PaymentStatus.FAILED:
        return expires_at is not None and now < expires_at + _GRACE
    return status in OPEN


def next_check(created_at: datetime, now: datetime, asked: int) -> datetime | None:
    """When to ask the provider the next time; None: enough, a webhook may still tell."""
    if now - created_at > _LAST_CHECK_AFTER:
        return None
    if asked < len(_CHECKS_SECONDS):
        return now + timedelta(seconds=_CHECKS_SECONDS[asked])
    return now + _LATER_CHECKS
