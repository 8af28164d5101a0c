import time
from datetime import timedelta

import pytest

from kram.kit.clock import utc_now
from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.ids import new_id
from kram.tenants import access, sessions
from kram.tenants.access import LIFE, LIVE_SECONDS, Access, AccessTokens, LiveSessions
from kram.tenants.sessions import OpenSession
from tests.factories.tenants import make_merchant

pytestmark = pytest.mark.anyio


@pytest.fixture
async def session(db: Database) -> OpenSession:
    async with db.platform() as tx:
        merchant = await make_merchant(tx)
        return await sessions.open_session(tx, merchant.id, "Firefox")


async def revoke(db: Database, session: OpenSession) -> None:
    async with db.platform() as tx:
        assert await sessions.revoke(tx, session.merchant_id, session.id)


async def test_the_token_names_merchant_and_session(keys: KeyRing, session: OpenSession) -> None:
    now = utc_now()
    token = AccessTokens(keys).issue(session, now)
    read = AccessTokens(keys).read(token, now + LIFE - timedelta(seconds=2))
    assert read == Access(session.merchant_id, session.id)


async def test_after_ten_minutes_the_token_is_refused(keys: KeyRing, session: OpenSession) -> None:
    now = utc_now()
    token = AccessTokens(keys).issue(session, now)
    assert AccessTokens(keys).read(token, now + timedelta(minutes=10)) is None


@pytest.mark.parametrize("token", ["", "a.b.c", "ж", "e30.e30."])
def test_other_texts_are_refused(keys: KeyRing, token: str) -> None:
    assert AccessTokens(keys).read(token, utc_now()) is None


async def test_the_refresh_token_does_not_open_pages(keys: KeyRing, session: OpenSession) -> None:
    assert AccessTokens(keys).read(session.refresh_token, utc_now()) is None


async def test_a_revoked_session_is_refused_within_a_second_on_every_worker(
    db: Database, session: OpenSession
) -> None:
    workers = [LiveSessions(db) for _ in range(3)]
    assert [await worker.is_live(session.id) for worker in workers] == [True, True, True]
    await revoke(db, session)
    revoked_at = time.monotonic()
    while any([await worker.is_live(session.id) for worker in workers]):
        assert time.monotonic() - revoked_at < 1
    assert LIVE_SECONDS < 1


async def test_this_worker_refuses_it_at_once_when_told(db: Database, session: OpenSession) -> None:
    live = LiveSessions(db)
    assert await live.is_live(session.id)
    await revoke(db, session)
    live.forget(session.id)
    assert not await live.is_live(session.id)


async def test_an_unknown_session_is_dead(db: Database) -> None:
    assert not await LiveSessions(db).is_live(new_id())


async def test_memory_stays_bounded(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "_MOST_REMEMBERED", 2)
    live = LiveSessions(db)
    for _ in range(4):
        await live.is_live(new_id())
    assert len(live._known) == 2
