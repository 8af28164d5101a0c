"""Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, in three headers.

https://github.com/standard-webhooks/standard-webhooks (spec/standard-webhooks.md)
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from kram.billing.providers.errors import BadSignature

KEY_PREFIX = "whsec_"
TOLERANCE = timedelta(minutes=5)


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """`secret` is base64 with or without its prefix; `timestamp` in seconds."""
    key = base64.b64decode(secret.removeprefix(KEY_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def signed_headers(secret: str, message_id: str, now: datetime, body: bytes) -> dict[str, str]:
    timestamp = int(now.timestamp())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, message_id, timestamp, body),
    }


def verify(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """The message's id. Several secrets are valid while one replaces another.

    Raises BadSignature, which does not say what was wrong.
    """
    message_id = headers.get("webhook-id", "")
    timestamp = _timestamp(headers.get("webhook-timestamp", ""), now)
    given = headers.get("webhook-signature", "").split(" ")
    if not message_id or not _any_matches(
        [signature(secret, message_id, timestamp, body) for secret in secrets], given
    ):
        raise BadSignature
    return message_id


def _timestamp(text: str, now: datetime) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 12:
        raise BadSignature
    at = datetime.fromtimestamp(int(text), UTC)
    if abs(now - at) > TOLERANCE:
        raise BadSignature
    return int(text)


def _any_matches(expected: Sequence[str], given: Sequence[str]) -> bool:
    matches = [
        hmac.compare_digest(ours.encode(), theirs.encode()) for ours in expected for theirs in given
    ]
    return any(matches)
