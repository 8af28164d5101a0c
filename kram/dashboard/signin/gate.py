"""Reads the session's cookies; renews them when the short-lived one has run out."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

from kram.dashboard.pages.choices import chosen
from kram.dashboard.signin.live import LiveSessions
from kram.dashboard.signin.visitor import Look, Visitor
from kram.kit.clock import utc_now
from kram.kit.crypto import KeyRing
from kram.kit.csrf import CsrfRefused, CsrfTokens
from kram.kit.db.database import Database
from kram.kit.i18n import Language, is_spoken, negotiate
from kram.tenants import access, sessions
from kram.tenants.access import Access, AccessTokens
from kram.tenants.sessions import OpenSession

ACCESS, REFRESH, CSRF = "kram_access", "kram_refresh", "kram_csrf"
LANGUAGE, LOOK = "kram_language", "kram_look"
_YEAR = int(timedelta(days=365).total_seconds())
FALLBACK: Language = "en"
_NOBODY = "visitor"
"""What CSRF tokens are bound to before there is a session."""


class Gate:
    def __init__(self, db: Database, keys: KeyRing, *, https: bool) -> None:
        self.live = LiveSessions(db)
        self._db = db
        self._access = AccessTokens(keys)
        self._rotation_key = keys.derive("refresh token successor")
        self._csrf = CsrfTokens(keys.derive_all("dashboard csrf"))
        self._https = https

    async def admit(self, cookies: Mapping[str, str], accept_language: str) -> Visitor:
        visitor = Visitor(
            access=None,
            csrf=cookies.get(CSRF, ""),
            language=_language(cookies.get(LANGUAGE, ""), accept_language),
            look=chosen(Look, cookies.get(LOOK, "")) or Look.AUTO,
            https=self._https,
        )
        await self._recognise(visitor, cookies)
        self._renew_csrf(visitor)
        return visitor

    def let_in(self, visitor: Visitor, session: OpenSession) -> None:
        """Gives the visitor the session's cookies: after a sign-in and after a rotation."""
        token = self._access.issue(session, utc_now())
        visitor.access = Access(session.merchant_id, session.id)
        visitor.remember(ACCESS, token, int(access.LIFE.total_seconds()))
        visitor.remember(REFRESH, session.refresh_token, int(sessions.LIFE.total_seconds()))
        self._renew_csrf(visitor)

    def let_out(self, visitor: Visitor) -> None:
        if visitor.access is not None:
            self.live.forget(visitor.access.session_id)
        visitor.access = None
        for name in (ACCESS, REFRESH, CSRF):
            visitor.forget(name)

    def check_csrf(self, visitor: Visitor, cookie: str | None, sent: str | None) -> None:
        """Raises: CsrfRefused."""
        self._csrf.check(_bound_to(visitor), cookie, sent)

    def speak(self, visitor: Visitor, language: Language) -> None:
        visitor.language = language
        visitor.remember(LANGUAGE, language, _YEAR)

    def show(self, visitor: Visitor, look: Look) -> None:
        visitor.look = look
        visitor.remember(LOOK, look, _YEAR)

    async def _recognise(self, visitor: Visitor, cookies: Mapping[str, str]) -> None:
        known = self._access.read(cookies.get(ACCESS, ""), utc_now())
        if known is not None:
            if await self.live.is_live(known.session_id):
                visitor.access = known
            return
        if REFRESH in cookies:
            async with self._db.platform() as tx:
                renewed = await sessions.rotate(tx, cookies[REFRESH], self._rotation_key)
            if renewed is not None:
                self.let_in(visitor, renewed)

    def _renew_csrf(self, visitor: Visitor) -> None:
        with suppress(CsrfRefused):
            self._csrf.check(_bound_to(visitor), visitor.csrf, visitor.csrf)
            return
        visitor.csrf = self._csrf.issue(_bound_to(visitor))
        visitor.remember(CSRF, visitor.csrf, int(sessions.LIFE.total_seconds()))


def _bound_to(visitor: Visitor) -> str:
    return str(visitor.session_id or _NOBODY)


def _language(remembered: str, accept_language: str) -> Language:
    return remembered if is_spoken(remembered) else negotiate(accept_language, FALLBACK)
