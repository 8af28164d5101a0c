"""Launch data with Telegram's own signature, by a key of the test's."""

import base64
from collections.abc import Mapping
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def ed25519_signed(key: Ed25519PrivateKey, bot_id: int, fields: Mapping[str, str]) -> str:
    """The hash is one that no bot's key has made."""
    lines = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    signature = key.sign(f"{bot_id}:WebAppData\n{lines}".encode())
    written = base64.urlsafe_b64encode(signature).decode().rstrip("=")
    return urlencode({**fields, "signature": written, "hash": "0" * 64})
