"""Endpoints as their merchant sees them: added, rotated, switched, their deliveries replayed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kram.integrations.crm import queries
from kram.integrations.crm.errors import DeliveryNotFound, EndpointNotFound, TooManyEndpoints
from kram.integrations.crm.events import WebhookAttemptDue
from kram.integrations.crm.models import DeliveryState, WebhookDelivery, WebhookEndpoint
from kram.integrations.crm.payload import new_secret
from kram.kit.crypto import KeyRing
from kram.kit.db.tx import TenantTx
from kram.kit.http import UrlPolicy
from kram.kit.ids import new_id

MOST_ENDPOINTS = 20
"""Each event of the shop is a row and a request for every one of them."""
ROTATION_OVERLAP = timedelta(hours=24)
"""Both secrets sign for so long, so that a receiver can change over without a gap."""


@dataclass(frozen=True, slots=True)
class NewSecret:
    """The only moment at which a secret is readable."""

    endpoint: WebhookEndpoint
    secret: str


def secret_context(endpoint_id: UUID) -> bytes:
    return b"webhook endpoint " + endpoint_id.bytes


async def add_endpoint(tx: TenantTx, keys: KeyRing, policy: UrlPolicy, url: str) -> NewSecret:
    """Raises: UrlRefused for an address that no webhook may reach, TooManyEndpoints."""
    policy.check(url)
    if await queries.count_endpoints_alone(tx) >= MOST_ENDPOINTS:
        raise TooManyEndpoints
    endpoint_id, secret = new_id(), new_secret()
    endpoint = WebhookEndpoint(
        id=endpoint_id,
        url=url,
        secret_sealed=keys.seal(secret.encode(), context=secret_context(endpoint_id)),
        is_enabled=True,
        disabled_reason="",
    )
    tx.add(endpoint)
    await tx.flush()
    return NewSecret(endpoint, secret)


async def rotate_secret(tx: TenantTx, keys: KeyRing, endpoint_id: UUID) -> NewSecret:
    """Raises: EndpointNotFound."""
    endpoint = await _locked(tx, endpoint_id)
    secret = new_secret()
    endpoint.previous_secret_sealed = endpoint.secret_sealed
    endpoint.previous_secret_until = tx.now + ROTATION_OVERLAP
    endpoint.secret_sealed = keys.seal(secret.encode(), context=secret_context(endpoint_id))
    return NewSecret(endpoint, secret)


async def switch(tx: TenantTx, endpoint_id: UUID, *, enabled: bool) -> WebhookEndpoint:
    """Raises: EndpointNotFound."""
    endpoint = await _locked(tx, endpoint_id)
    endpoint.is_enabled = enabled
    endpoint.failing_since = None
    endpoint.disabled_reason = ""
    return endpoint


async def remove_endpoint(tx: TenantTx, endpoint_id: UUID) -> None:
    """Its log goes with it. Raises: EndpointNotFound."""
    await tx.delete(await _locked(tx, endpoint_id))


async def replay(tx: TenantTx, delivery_id: UUID) -> WebhookDelivery:
    """Sends an event once more with its old id. Raises: DeliveryNotFound."""
    delivery = await tx.get(WebhookDelivery, delivery_id, lock=True)
    if delivery is None:
        raise DeliveryNotFound
    delivery.state = DeliveryState.PENDING
    delivery.attempts = 0
    delivery.next_attempt_at = tx.now
    tx.publish(WebhookAttemptDue(delivery_id=delivery_id))
    return delivery


async def replay_between(tx: TenantTx, endpoint_id: UUID, since: datetime, until: datetime) -> int:
    """Sends again what happened in [since, until); returns how many. Raises: EndpointNotFound."""
    await _locked(tx, endpoint_id)
    delivery_ids = await queries.reopen_between(tx, endpoint_id, since, until)
    for delivery_id in delivery_ids:
        tx.publish(WebhookAttemptDue(delivery_id=delivery_id))
    return len(delivery_ids)


async def _locked(tx: TenantTx, endpoint_id: UUID) -> WebhookEndpoint:
    endpoint = await tx.get(WebhookEndpoint, endpoint_id, lock=True)
    if endpoint is None:
        raise EndpointNotFound
    return endpoint
