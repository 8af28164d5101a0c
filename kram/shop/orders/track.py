"""A link that shows where an order is to whoever has it, without a sign-in."""

import base64
import hmac
from uuid import UUID

from kram.kit.crypto import KeyRing, KeySet, constant_time_equal
from kram.kit.ids import CODE_ALPHABET, read_code

_CODE_LETTERS = 10
_SIGN_BYTES = 15
"""120 bits: nobody guesses one, and it is 24 letters."""


class TrackLinks:
    """Signs and reads `CODE-signature`; signed for one shop, it opens nothing in another."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys: KeySet = keys.derive_all("order tracking")

    def token(self, shop_id: UUID, code: str) -> str:
        return f"{code}-{_sign(self._keys.keys[self._keys.primary_id], shop_id, code)}"

    def read(self, shop_id: UUID, token: str) -> str | None:
        """The order's code; None for a link that is not ours."""
        typed, _, signature = token.partition("-")
        code = read_code(typed)
        if len(code) != _CODE_LETTERS or not set(code) <= set(CODE_ALPHABET):
            return None
        signs = [_sign(key, shop_id, code) for key in self._keys.keys.values()]
        known = [constant_time_equal(sign, signature) for sign in signs]
        return code if any(known) else None


def _sign(key: bytes, shop_id: UUID, code: str) -> str:
    digest = hmac.digest(key, shop_id.bytes + code.encode(), "sha256")[:_SIGN_BYTES]
    return base64.b32encode(digest).decode().lower()
