"""Sign-ins: a refresh token that is used once, its successor derived from it.

The successor is HMAC(key, token): whoever presents the token a second time within the grace (a
second tab, a lost answer) gets the same successor, without any secret being stored.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from kram.kit.crypto import constant_time_equal
from kram.kit.db.tx import PlatformTx
from kram.kit.ids import new_id, opaque_token
from kram.tenants import queries
from kram.tenants.models import LoginSession

LIFE = timedelta(days=30)
GRACE = timedelta(seconds=10)
_LONGEST_USER_AGENT = 300


@dataclass(frozen=True, slots=True)
class OpenSession:
    """`refresh_token` goes into the cookie and is stored nowhere."""

    id: UUID
    merchant_id: UUID
    refresh_token: str


async def open_session(tx: PlatformTx, merchant_id: UUID, user_agent: str) -> OpenSession:
    session_id = new_id()
    token = f"{session_id.hex}.{opaque_token()}"
    tx.add(
        LoginSession(
            id=session_id,
            merchant_id=merchant_id,
            refresh_hash=_hash(token),
            user_agent=user_agent[:_LONGEST_USER_AGENT],
            created_at=tx.now,
            rotated_at=tx.now,
            expires_at=tx.now + LIFE,
        )
    )
    await tx.flush()
    return OpenSession(session_id, merchant_id, token)


async def rotate(tx: PlatformTx, token: str, key: bytes) -> OpenSession | None:
    """The session with its next token, or None if the token opens nothing (any more).

    A token that was spent before ends its session; therefore None instead of an exception, which
    would undo that. Locks the session's row.
    """
    session = await _session_of(tx, token)
    if session is None or session.revoked_at is not None or session.expires_at <= tx.now:
        return None
    successor = _successor(session.id, token, key)
    if constant_time_equal(_hash(token), session.refresh_hash):
        session.previous_hash = session.refresh_hash
        session.refresh_hash = _hash(successor)
        session.rotated_at = tx.now
        session.expires_at = tx.now + LIFE
    elif not _within_grace(tx, session, token, successor):
        session.revoked_at = tx.now
        return None
    return OpenSession(session.id, session.merchant_id, successor)


async def revoke(tx: PlatformTx, merchant_id: UUID, session_id: UUID) -> bool:
    """False if it is not a live session of this merchant."""
    return bool(await queries.revoke_sessions(tx, merchant_id, only=session_id))


async def revoke_others(tx: PlatformTx, merchant_id: UUID, current: UUID) -> int:
    return len(await queries.revoke_sessions(tx, merchant_id, but=current))


async def sessions_of(tx: PlatformTx, merchant_id: UUID) -> Sequence[LoginSession]:
    """The live ones, the most recently used first."""
    return await queries.live_sessions(tx, merchant_id)


async def _session_of(tx: PlatformTx, token: str) -> LoginSession | None:
    try:
        session_id = UUID(hex=token.partition(".")[0])
    except ValueError:
        return None
    return await tx.get(LoginSession, session_id, lock=True)


def _within_grace(tx: PlatformTx, session: LoginSession, token: str, successor: str) -> bool:
    return (
        session.previous_hash is not None
        and tx.now - session.rotated_at <= GRACE
        and constant_time_equal(_hash(token), session.previous_hash)
        # False after the key was rotated: then the successor we gave out is not this one.
        and constant_time_equal(_hash(successor), session.refresh_hash)
    )


def _successor(session_id: UUID, token: str, key: bytes) -> str:
    secret = hmac.digest(key, token.encode(), hashlib.sha256).hex()
    return f"{session_id.hex}.{secret}"


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
