"""Who a request comes from: a short-lived token that names a session, checked without a database.

That the session still lives is the door's to ask (`queries.is_session_live`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kram.kit.crypto import KeyRing
from kram.kit.jwt import TokenRefused, Tokens
from kram.tenants.sessions import OpenSession

LIFE = timedelta(minutes=10)
_AUDIENCE, _PURPOSE = "dashboard", "access"


@dataclass(frozen=True, slots=True)
class Access:
    merchant_id: UUID
    session_id: UUID


class AccessTokens:
    def __init__(self, keys: KeyRing) -> None:
        self._tokens = Tokens(keys.derive_all("dashboard access token"), issuer="kram")

    def issue(self, session: OpenSession, now: datetime) -> str:
        return self._tokens.issue(
            subject=str(session.merchant_id),
            audience=_AUDIENCE,
            purpose=_PURPOSE,
            now=now,
            lifetime=LIFE,
            extra={"sid": str(session.id)},
        )

    def read(self, token: str, now: datetime) -> Access | None:
        """None for whatever is not a valid token of ours."""
        try:
            claims = self._tokens.read(token, audience=_AUDIENCE, purpose=_PURPOSE, now=now)
            return Access(UUID(claims.subject), UUID(str(claims.extra["sid"])))
        except (TokenRefused, ValueError, KeyError):
            return None
