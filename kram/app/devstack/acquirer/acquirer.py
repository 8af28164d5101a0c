"""The acquirer itself: every verb changes a payment, writes it down and tells the merchant."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import httpx

from kram.app.devstack.acquirer import rules
from kram.app.devstack.acquirer.book import Book
from kram.app.devstack.acquirer.callbacks import STANDARD_RETRY_SECONDS, Callbacks, SecretOf
from kram.app.devstack.acquirer.cards import Outcome
from kram.app.devstack.acquirer.errors import key_reused
from kram.app.devstack.acquirer.records import PaymentRecord, RefundRecord
from kram.billing.providers.hosted.wire import CreatePayment
from kram.kit.ids import opaque_token, public_code

R = TypeVar("R", PaymentRecord, RefundRecord)


@dataclass
class Faults:
    """What goes wrong on purpose: refuse calls, lose answers after the effect, be slow."""

    refuse_next: int = 0
    lose_next: int = 0
    slow_seconds: float = 0.0


@dataclass
class Config:
    """`public_url`: where browsers find the pages. `journal` None: nothing survives a restart."""

    public_url: str
    secret_of: SecretOf
    journal: Path | None = None
    retry_seconds: Sequence[float] = STANDARD_RETRY_SECONDS
    settling_seconds: float = 20.0
    faults: Faults = field(default_factory=Faults)


class Acquirer:
    def __init__(self, config: Config, http: httpx.AsyncClient) -> None:
        self.config = config
        self.faults = config.faults
        self.book = Book(config.journal)
        self.callbacks = Callbacks(self.book, http, config.secret_of, config.retry_seconds)

    def create(self, merchant_id: str, order: CreatePayment, body: bytes) -> PaymentRecord:
        """The same key with the same body gives the same payment. Raises Refused."""
        fingerprint = hashlib.sha256(body).digest()
        known = self.book.payment_of(merchant_id, order.payment_id)
        if known is not None:
            return _same(known, fingerprint)
        payment = PaymentRecord(
            id=f"hp_{opaque_token(144)}",
            merchant_id=merchant_id,
            order=order,
            fingerprint=fingerprint,
            created_at=datetime.now(UTC),
        )
        self.book.put(payment)
        return payment

    def use_card(self, payment: PaymentRecord, number: str, outcome: Outcome) -> None:
        settling = timedelta(seconds=self.config.settling_seconds)
        self._do(payment, lambda it: rules.use_card(it, number, outcome, _now(), settling))

    def pay_later(self, payment: PaymentRecord) -> None:
        settling = timedelta(seconds=self.config.settling_seconds)
        self._do(payment, lambda it: rules.settle_later(it, _now() + settling))

    def enter_code(self, payment: PaymentRecord, code: str) -> None:
        self._do(payment, lambda it: rules.enter_code(it, code))

    def succeed(self, payment: PaymentRecord) -> None:
        self._do(payment, rules.succeed)

    def decline(self, payment: PaymentRecord) -> None:
        self._do(payment, lambda it: rules.decline(it, Outcome.DECLINED))

    def cancel(self, payment: PaymentRecord) -> None:
        self._do(payment, rules.cancel)

    def look(self, payment: PaymentRecord) -> None:
        """Lets the time pass that went by since somebody looked."""
        self._do(payment, lambda it: rules.pass_time(it, _now()))

    def refund(self, payment: PaymentRecord, wanted: RefundRecord) -> RefundRecord:
        """The same key with the same body gives the same refund. Raises Refused."""
        for known in payment.refunds:
            if known.refund_id is not None and known.refund_id == wanted.refund_id:
                return _same(known, wanted.fingerprint)
        self._do(payment, lambda it: rules.give_back(it, wanted), wanted.amount_minor)
        return wanted

    def refund_by_hand(self, payment: PaymentRecord, amount_minor: int) -> RefundRecord:
        """What the acquirer's own staff does. Raises Refused."""
        return self.refund(payment, RefundRecord(id=refund_key(), amount_minor=amount_minor))

    async def keep_time(self) -> None:
        """Settles and ends payments that nobody looks at, for ever."""
        while True:
            for payment in self.book.payments():
                self.look(payment)
            await asyncio.sleep(0.5)

    def _do(
        self,
        payment: PaymentRecord,
        verb: Callable[[PaymentRecord], rules.Announcement],
        amount_minor: int | None = None,
    ) -> None:
        before = _standing(payment)
        event = verb(payment)
        if event is None and _standing(payment) == before:
            return
        self.book.put(payment)
        if event is not None:
            amount = payment.order.amount_minor if amount_minor is None else amount_minor
            self.callbacks.announce(payment, event, amount, _now())


def refund_key() -> str:
    return f"hr_{public_code(20)}"


def _same(known: R, fingerprint: bytes) -> R:
    if known.fingerprint != fingerprint:
        raise key_reused()
    return known


def _standing(payment: PaymentRecord) -> tuple[object, ...]:
    return payment.status, payment.step, payment.wrong_codes, payment.settles_at


def _now() -> datetime:
    return datetime.now(UTC)
