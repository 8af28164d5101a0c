"""What an endpoint receives, and the headers that prove it is from us."""

import base64
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from standardwebhooks import Webhook

from kram.kit.events.event import Event, encode
from kram.kit.ids import opaque_token

SECRET_PREFIX = "whsec_"  # noqa: S105 (the standard's prefix, not a secret)
_SECRET_BYTES = 32


def new_secret() -> str:
    raw = base64.urlsafe_b64decode(opaque_token(_SECRET_BYTES * 8) + "=")
    return SECRET_PREFIX + base64.b64encode(raw).decode()


def body_of(event: Event, happened_at: datetime) -> str:
    """JSON with `type`, `timestamp` and `data`; these very bytes are signed and sent."""
    content = {"type": event.name, "timestamp": happened_at, "data": encode(event)}
    return msgspec.json.encode(content).decode()


def headers(event_id: UUID, sent_at: datetime, body: str, secrets: Sequence[str]) -> dict[str, str]:
    """One signature per secret that is still valid, newest first."""
    message_id = f"evt_{event_id.hex}"
    signatures = (Webhook(secret).sign(message_id, sent_at, body) for secret in secrets)
    return {
        "content-type": "application/json",
        "user-agent": "Kram-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
