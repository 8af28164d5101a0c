"""Signed double-submit tokens (OWASP): the form must send what the cookie holds, and we signed it.

The signature covers the session's id: a token that an attacker planted from another session, or
from a sub-domain, does not fit.
"""

import hashlib
import hmac

from kram.kit.crypto import KeySet, constant_time_equal
from kram.kit.errors import AppError, Kind
from kram.kit.ids import opaque_token
from kram.kit.messages import gettext_noop


class CsrfRefused(AppError):
    code = "csrf_refused"
    kind = Kind.FORBIDDEN
    title = gettext_noop("Reload the page and try again")


class CsrfTokens:
    def __init__(self, keys: KeySet) -> None:
        self._keys = keys

    def issue(self, session_id: str) -> str:
        nonce = opaque_token(128)
        return f"{nonce}.{_signature(self._keys.keys[self._keys.primary_id], session_id, nonce)}"

    def check(self, session_id: str, cookie: str | None, sent: str | None) -> None:
        """Raises: CsrfRefused."""
        if not cookie or not sent or not constant_time_equal(cookie, sent):
            raise CsrfRefused
        nonce, _, signature = sent.partition(".")
        if not any(
            constant_time_equal(signature, _signature(key, session_id, nonce))
            for key in self._keys.keys.values()
        ):
            raise CsrfRefused


def _signature(key: bytes, session_id: str, nonce: str) -> str:
    # The length keeps "ab" + "c" from signing like "a" + "bc".
    text = f"{len(session_id)}.{session_id}.{nonce}".encode("utf-8", "surrogatepass")
    return hmac.digest(key, text, hashlib.sha256).hex()
