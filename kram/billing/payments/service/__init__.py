"""Use cases, one file a verb. All of them lock the order's row first and may be repeated."""

from kram.billing.payments.service.advance import advance
from kram.billing.payments.service.even import due_minor, give_back, paid_minor
from kram.billing.payments.service.follow import on_balance_due, on_cancelled, on_delivered
from kram.billing.payments.service.held import count_as_paid, give_back_held, held_money
from kram.billing.payments.service.ledger import give_to_card, left_minor, promise, settle
from kram.billing.payments.service.open import (
    awaits_payment,
    open_payment,
    pay_again,
    record_started,
)

__all__ = [
    "advance",
    "awaits_payment",
    "count_as_paid",
    "due_minor",
    "give_back",
    "give_back_held",
    "give_to_card",
    "held_money",
    "left_minor",
    "on_balance_due",
    "on_cancelled",
    "on_delivered",
    "open_payment",
    "paid_minor",
    "pay_again",
    "promise",
    "record_started",
    "settle",
]
