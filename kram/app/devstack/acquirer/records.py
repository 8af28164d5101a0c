"""What the acquirer remembers."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from kram.billing.providers.hosted.wire import CreatePayment


class Status(StrEnum):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


class Step(StrEnum):
    """What the page asks for next."""

    CARD = "card"
    THREE_DS = "three_ds"
    WAITING = "waiting"
    OVER = "over"


class Record(msgspec.Struct, kw_only=True):
    """Changed in place, then put into the book again."""


class RefundRecord(Record, kw_only=True):
    """`refund_id` None: made by the acquirer's own staff."""

    id: str
    amount_minor: int
    refund_id: UUID | None = None
    reason: str = ""
    fingerprint: bytes = b""


class PaymentRecord(Record, kw_only=True):
    """`fingerprint` is the SHA-256 of the creating body; of a card only four digits are kept."""

    id: str
    merchant_id: str
    order: CreatePayment
    fingerprint: bytes
    created_at: datetime
    status: Status = Status.PENDING
    step: Step = Step.CARD
    failure: str = ""
    card_ending: str = ""
    declines: int = 0
    wrong_codes: int = 0
    settles_at: datetime | None = None
    refunds: list[RefundRecord] = []

    @property
    def refunded_minor(self) -> int:
        return sum(refund.amount_minor for refund in self.refunds)


class CallbackRecord(Record, kw_only=True):
    """One message to a merchant; `id` and `body` stay the same on every attempt."""

    id: str
    merchant_id: str
    url: str
    body: bytes
    next_at: datetime
    attempts: int = 0
    delivered_at: datetime | None = None
    is_held: bool = False

    @property
    def is_open(self) -> bool:
        return self.delivered_at is None
