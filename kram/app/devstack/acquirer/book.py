"""All payments and callbacks: in memory, every change written to the journal."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from kram.app.devstack.acquirer.journal import Journal, Line
from kram.app.devstack.acquirer.records import CallbackRecord, PaymentRecord


class Book:
    def __init__(self, path: Path | None) -> None:
        self._journal = Journal(path)
        self._payments: dict[str, PaymentRecord] = {}
        self._by_merchant: dict[tuple[str, UUID], str] = {}
        self._callbacks: dict[str, CallbackRecord] = {}
        for line in self._journal.lines():
            self._remember(line)
        self._journal.rewrite(self._lines())

    def payment(self, id_: str) -> PaymentRecord | None:
        return self._payments.get(id_)

    def payment_of(self, merchant_id: str, payment_id: UUID) -> PaymentRecord | None:
        """By the merchant's own id of it."""
        return self._payments.get(self._by_merchant.get((merchant_id, payment_id), ""))

    def payments(self) -> list[PaymentRecord]:
        return list(self._payments.values())

    def callback(self, id_: str) -> CallbackRecord | None:
        return self._callbacks.get(id_)

    def callbacks(self) -> list[CallbackRecord]:
        return list(self._callbacks.values())

    def due_callbacks(self, now: datetime) -> list[CallbackRecord]:
        return [
            callback
            for callback in self._callbacks.values()
            if callback.is_open and not callback.is_held and callback.next_at <= now
        ]

    def put(self, record: PaymentRecord | CallbackRecord) -> None:
        """Adds a record, or writes its change down."""
        line = _line(record)
        self._remember(line)
        self._journal.append(line)

    def drop_callback(self, id_: str) -> None:
        """Given up; the journal forgets it at the next start."""
        self._callbacks.pop(id_, None)

    def close(self) -> None:
        self._journal.close()

    def _remember(self, line: Line) -> None:
        if line.payment is not None:
            payment = line.payment
            self._payments[payment.id] = payment
            self._by_merchant[payment.merchant_id, payment.order.payment_id] = payment.id
        if line.callback is not None:
            self._callbacks[line.callback.id] = line.callback

    def _lines(self) -> Iterator[Line]:
        yield from (Line(payment=payment) for payment in self._payments.values())
        yield from (Line(callback=one) for one in self._callbacks.values() if one.is_open)


def _line(record: PaymentRecord | CallbackRecord) -> Line:
    if isinstance(record, PaymentRecord):
        return Line(payment=record)
    return Line(callback=record)
