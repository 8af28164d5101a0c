"""Handlers: an event becomes a delivery row per endpoint, a due delivery becomes an attempt."""

import asyncio
import time
from datetime import datetime, timedelta
from uuid import UUID
from weakref import WeakValueDictionary

from kram.integrations.crm import payload, queries, rules
from kram.integrations.crm.events import WebhookAttemptDue
from kram.integrations.crm.models import (
    DeliveryState,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
)
from kram.integrations.crm.rules import Answer, Verdict
from kram.integrations.crm.service import secret_context
from kram.kit.clock import utc_now
from kram.kit.crypto import KeyRing
from kram.kit.db.tx import TenantTx
from kram.kit.events.event import Event
from kram.kit.events.handling import Delivery
from kram.kit.http import OutgoingClient, OutgoingError
from kram.kit.ids import new_id

TIMEOUT_SECONDS = 15
AT_ONCE_PER_ENDPOINT = 4
"""An endpoint that hangs may hold so many of this process's hands, and no more."""

_PATIENCE_SECONDS = 0.2
_BUSY_PAUSE = timedelta(seconds=2)


class Webhooks:
    def __init__(self, keys: KeyRing, client: OutgoingClient) -> None:
        self._keys = keys
        self._client = client
        self._hands: WeakValueDictionary[UUID, asyncio.Semaphore] = WeakValueDictionary()

    async def fan_out(self, delivery: Delivery[Event]) -> None:
        """One row and one first attempt per enabled endpoint."""
        async with delivery.done() as tx:
            body = payload.body_of(delivery.message, tx.now)
            for endpoint in await queries.endpoints(tx, enabled_only=True):
                await _enqueue(tx, endpoint.id, delivery.row_id, delivery.message.name, body)

    async def attempt(self, delivery: Delivery[WebhookAttemptDue]) -> None:
        async with delivery.db.tenant_read(delivery.tenant) as tx:
            found = await queries.delivery_with_endpoint(tx, delivery.message.delivery_id)
        if found is None or not _wants_attempt(*found):
            async with delivery.done():
                return
        row, endpoint = found
        answer = await self._send_in_turn(row, endpoint)
        async with delivery.done() as tx:
            if answer is None:
                tx.publish(delivery.message, due_at=tx.now + _BUSY_PAUSE)
            else:
                await _record(tx, row.id, answer)

    async def _send_in_turn(self, row: WebhookDelivery, endpoint: WebhookEndpoint) -> Answer | None:
        """None when the endpoint holds all its hands and frees none of them soon."""
        hands = self._hands.setdefault(endpoint.id, asyncio.Semaphore(AT_ONCE_PER_ENDPOINT))
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await hands.acquire()
        except TimeoutError:
            return None
        try:
            return await self._send(row, endpoint)
        finally:
            hands.release()

    async def _send(self, row: WebhookDelivery, endpoint: WebhookEndpoint) -> Answer:
        started = time.monotonic()
        try:
            now = utc_now()
            headers = payload.headers(row.event_id, now, row.body, self._secrets(endpoint, now))
            response = await self._client.post(
                endpoint.url, content=row.body.encode(), headers=headers, timeout=TIMEOUT_SECONDS
            )
        except OutgoingError as error:
            return Answer(None, error=str(error)[:500], duration_ms=_since(started))
        return Answer(
            response.status,
            excerpt=response.text[:500],
            retry_after=_retry_after(response.headers.get("retry-after")),
            duration_ms=_since(started),
        )

    def _secrets(self, endpoint: WebhookEndpoint, now: datetime) -> list[str]:
        sealed = [endpoint.secret_sealed]
        until = endpoint.previous_secret_until
        if endpoint.previous_secret_sealed and until and now < until:
            sealed.append(endpoint.previous_secret_sealed)
        context = secret_context(endpoint.id)
        return [self._keys.open(blob, context=context).decode() for blob in sealed]


async def _enqueue(
    tx: TenantTx, endpoint_id: UUID, event_id: UUID, event_name: str, body: str
) -> None:
    delivery_id = new_id()
    values = {
        "id": delivery_id,
        "endpoint_id": endpoint_id,
        "event_id": event_id,
        "event_name": event_name,
        "body": body,
        "next_attempt_at": tx.now,
    }
    if await queries.add_delivery(tx, values):
        tx.publish(WebhookAttemptDue(delivery_id=delivery_id))


def _wants_attempt(row: WebhookDelivery, endpoint: WebhookEndpoint) -> bool:
    return row.state == DeliveryState.PENDING and endpoint.is_enabled


async def _record(tx: TenantTx, delivery_id: UUID, answer: Answer) -> None:
    found = await queries.delivery_with_endpoint(tx, delivery_id, lock=True)
    if found is None:
        return
    row, endpoint = found
    row.attempts += 1
    tx.add(
        WebhookAttempt(
            id=new_id(),
            delivery_id=row.id,
            at=tx.now,
            status=answer.status,
            duration_ms=answer.duration_ms,
            error=answer.error,
            response_excerpt=answer.excerpt,
        )
    )
    match answer.verdict:
        case Verdict.DELIVERED:
            row.state, row.delivered_at, row.next_attempt_at = DeliveryState.DELIVERED, tx.now, None
            endpoint.failing_since = None
        case Verdict.GONE:
            row.state, row.next_attempt_at = DeliveryState.FAILED, None
            _disable(endpoint, "410")
        case Verdict.RETRY:
            _schedule_next(tx, row, endpoint, answer)


def _schedule_next(
    tx: TenantTx, row: WebhookDelivery, endpoint: WebhookEndpoint, answer: Answer
) -> None:
    endpoint.failing_since = endpoint.failing_since or tx.now
    if rules.is_worn_out(endpoint.failing_since, tx.now):
        _disable(endpoint, "120h")
    row.next_attempt_at = rules.next_attempt(row.attempts, tx.now, answer.retry_after)
    if row.next_attempt_at is None or not endpoint.is_enabled:
        row.state, row.next_attempt_at = DeliveryState.FAILED, None
    else:
        tx.publish(WebhookAttemptDue(delivery_id=row.id), due_at=row.next_attempt_at)


def _disable(endpoint: WebhookEndpoint, reason: str) -> None:
    endpoint.is_enabled = False
    endpoint.disabled_reason = reason


def _retry_after(header: str | None) -> timedelta | None:
    """Seconds only; the standard's receivers send no dates."""
    return timedelta(seconds=int(header)) if header and header.isdecimal() else None


def _since(started: float) -> int:
    return int((time.monotonic() - started) * 1000)
