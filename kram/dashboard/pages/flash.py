"""A message that outlives one redirect: "Saved", or what went wrong, perhaps with an Undo."""

from datetime import timedelta
from enum import StrEnum
from typing import Any

import msgspec

from kram.kit.clock import utc_now
from kram.kit.crypto import KeyRing
from kram.kit.jwt import TokenRefused, Tokens

COOKIE = "kram_flash"
LIFE = timedelta(minutes=1)
_AUDIENCE, _PURPOSE, _SUBJECT = "dashboard", "flash", "page"


class Tone(StrEnum):
    GOOD = "good"
    BAD = "bad"


class Flash(msgspec.Struct, frozen=True):
    """`text` is a msgid and `values` fill it; `undo` is a path that takes a POST."""

    text: str
    tone: Tone = Tone.GOOD
    values: dict[str, str] = {}
    undo: str = ""


class FlashTokens:
    """Signed, so that a cookie planted from elsewhere cannot speak in our name."""

    def __init__(self, keys: KeyRing) -> None:
        self._tokens = Tokens(keys.derive_all("dashboard flash"), issuer="kram")

    def seal(self, flash: Flash) -> str:
        extra: dict[str, Any] = {"flash": msgspec.to_builtins(flash)}
        return self._tokens.issue(
            subject=_SUBJECT,
            audience=_AUDIENCE,
            purpose=_PURPOSE,
            now=utc_now(),
            lifetime=LIFE,
            extra=extra,
        )

    def open(self, cookie: str) -> Flash | None:
        try:
            claims = self._tokens.read(cookie, audience=_AUDIENCE, purpose=_PURPOSE, now=utc_now())
            return msgspec.convert(claims.extra.get("flash"), Flash)
        except (TokenRefused, msgspec.ValidationError):
            return None
