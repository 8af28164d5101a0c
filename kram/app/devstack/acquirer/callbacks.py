"""Tells merchants what happened, until they have heard it."""

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import httpx
import msgspec
from standardwebhooks import Webhook

from kram.app.devstack.acquirer.book import Book
from kram.app.devstack.acquirer.records import CallbackRecord, PaymentRecord
from kram.billing.providers.hosted.wire import Callback
from kram.kit.ids import public_code

SecretOf = Callable[[str], str]

STANDARD_RETRY_SECONDS = (0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Pauses before the attempts, as Standard Webhooks recommends them."""

_TIMEOUT = httpx.Timeout(10.0, connect=2.0)
_LONGEST_SLEEP_SECONDS = 1.0


class Callbacks:
    """`hold` keeps new messages back until they are released in the order that a test asks for."""

    def __init__(
        self,
        book: Book,
        http: httpx.AsyncClient,
        secret_of: SecretOf,
        retry_seconds: Sequence[float],
    ) -> None:
        self.hold = False
        self._book = book
        self._http = http
        self._secret_of = secret_of
        self._retry_seconds = retry_seconds
        self._new = asyncio.Event()

    def announce(
        self, payment: PaymentRecord, event: str, amount_minor: int, now: datetime
    ) -> None:
        body = Callback(
            event=event,
            provider_payment_id=payment.id,
            payment_id=payment.order.payment_id,
            amount_minor=amount_minor,
            currency=payment.order.currency,
            occurred_at=now,
            failure=payment.failure,
        )
        record = CallbackRecord(
            id=f"msg_{public_code(20)}",
            merchant_id=payment.merchant_id,
            url=payment.order.callback_url,
            body=msgspec.json.encode(body),
            next_at=now + timedelta(seconds=self._retry_seconds[0]),
            is_held=self.hold,
        )
        self._book.put(record)
        self._new.set()

    async def release(self, order: str, copies: int) -> int:
        """Sends what was held, now and one by one: "as_is", "reversed" or "shuffled".

        Returns how many messages the merchant has accepted; the others go on being retried.
        """
        held = [record for record in self._book.callbacks() if record.is_held] * copies
        if order == "reversed":
            held.reverse()
        if order == "shuffled":
            random.shuffle(held)
        for record in held:
            record.is_held = False
            await self.send(record)
        return sum(not record.is_open for record in held)

    async def run(self) -> None:
        """Delivers what is due, for ever."""
        while True:
            async with asyncio.TaskGroup() as group:
                for record in self._book.due_callbacks(datetime.now(UTC)):
                    group.create_task(self.send(record))
            with suppress(TimeoutError):
                async with asyncio.timeout(_LONGEST_SLEEP_SECONDS):
                    await self._new.wait()
            self._new.clear()

    async def send(self, record: CallbackRecord) -> None:
        """One attempt."""
        now = datetime.now(UTC)
        record.attempts += 1
        if await self._is_heard(record, now):
            record.delivered_at = now
        elif record.attempts >= len(self._retry_seconds):
            self._book.drop_callback(record.id)
            return
        else:
            record.next_at = now + timedelta(seconds=self._retry_seconds[record.attempts])
        self._book.put(record)

    async def _is_heard(self, record: CallbackRecord, now: datetime) -> bool:
        signature = Webhook(self._secret_of(record.merchant_id)).sign(
            record.id, now, record.body.decode()
        )
        headers = {
            "content-type": "application/json",
            "webhook-id": record.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
        }
        try:
            answer = await self._http.post(
                record.url, content=record.body, headers=headers, timeout=_TIMEOUT
            )
        except httpx.HTTPError:
            return False
        return answer.is_success
