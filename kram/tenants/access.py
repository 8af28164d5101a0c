"""Who a request comes from: a short-lived token that names a session, and whether that still lives.

The token is checked without the database, the session's life against it, at most once in
`LIVE_SECONDS` per process: a revoked session is refused within that time everywhere, and whatever
happens to Valkey can neither end nor revive one.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.jwt import TokenRefused, Tokens
from kram.tenants import queries
from kram.tenants.sessions import OpenSession

LIFE = timedelta(minutes=10)
LIVE_SECONDS = 0.8
_AUDIENCE, _PURPOSE = "dashboard", "access"
_MOST_REMEMBERED = 10_000


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


class LiveSessions:
    """Remembers which sessions live; what is dead is remembered no longer than what lives."""

    def __init__(self, db: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._db = db
        self._clock = clock
        self._known: OrderedDict[UUID, tuple[bool, float]] = OrderedDict()

    async def is_live(self, session_id: UUID) -> bool:
        live, until = self._known.get(session_id, (False, 0.0))
        if until > self._clock():
            return live
        asked_at = self._clock()
        async with self._db.platform() as tx:
            live = await queries.is_session_live(tx, session_id)
        self._known[session_id] = (live, asked_at + LIVE_SECONDS)
        self._known.move_to_end(session_id)
        if len(self._known) > _MOST_REMEMBERED:
            self._known.popitem(last=False)
        return live

    def forget(self, session_id: UUID) -> None:
        """After a commit that ended it: this process need not wait."""
        self._known.pop(session_id, None)
