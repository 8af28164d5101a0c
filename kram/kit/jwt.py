"""Access tokens of our own: HS256 by a key ring, for one audience and one purpose each."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import msgspec

from kram.kit.crypto import KeySet
from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop

_ALGORITHM = "HS256"
_LONGEST = 4096
_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_CLOCK_SKEW = timedelta(seconds=30)
_RESERVED = frozenset({"iss", "aud", "sub", "iat", "exp", "purpose"})
# Times are checked here, against the caller's clock; everything else by the library.
_OPTIONS: Any = {"verify_exp": False, "verify_iat": False, "require": [*_RESERVED]}


class TokenRefused(AppError):
    code = "token_refused"
    kind = Kind.UNAUTHENTICATED
    title = gettext_noop("Sign in again")


class Claims(msgspec.Struct, frozen=True):
    subject: str
    issued_at: datetime
    expires_at: datetime
    extra: Mapping[str, Any]


class Tokens:
    def __init__(self, keys: KeySet, issuer: str) -> None:
        """`keys` come from `KeyRing.derive_all`: the primary signs, all of them verify."""
        self._keys = keys
        self._issuer = issuer

    def issue(
        self,
        *,
        subject: str,
        audience: str,
        purpose: str,
        now: datetime,
        lifetime: timedelta,
        extra: Mapping[str, Any] | None = None,
    ) -> str:
        if extra and not _RESERVED.isdisjoint(extra):
            raise ValueError("an extra claim has a reserved name")
        claims = {
            "iss": self._issuer,
            "aud": audience,
            "sub": subject,
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
            "purpose": purpose,
            **(extra or {}),
        }
        key_id = self._keys.primary_id
        return jwt.encode(claims, self._keys.keys[key_id], _ALGORITHM, headers={"kid": key_id})

    def read(self, token: str, *, audience: str, purpose: str, now: datetime) -> Claims:
        """Raises: TokenRefused, and for no text anything else."""
        claims = self._verified(token, audience)
        if claims["purpose"] != purpose:
            raise TokenRefused
        issued_at, expires_at = _moment(claims["iat"]), _moment(claims["exp"])
        if now >= expires_at or issued_at > now + _CLOCK_SKEW:
            raise TokenRefused
        extra = {name: value for name, value in claims.items() if name not in _RESERVED}
        return Claims(claims["sub"], issued_at, expires_at, extra)

    def _verified(self, token: str, audience: str) -> dict[str, Any]:
        if len(token) > _LONGEST or not _SHAPE.fullmatch(token):
            raise TokenRefused
        try:
            key = self._keys.keys[jwt.get_unverified_header(token)["kid"]]
            return jwt.decode(
                token,
                key,
                algorithms=[_ALGORITHM],
                audience=audience,
                issuer=self._issuer,
                options=_OPTIONS,
            )
        except (jwt.PyJWTError, KeyError, ValueError, RecursionError) as error:
            raise TokenRefused from error


def _moment(claim: object) -> datetime:
    """Signed by us, yet checked: a whole number of seconds that the calendar has."""
    if type(claim) is not int or not 0 <= claim < 2**33:
        raise TokenRefused
    return datetime.fromtimestamp(claim, UTC)
