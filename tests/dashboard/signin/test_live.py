import time

import pytest

from kram.dashboard.signin import live
from kram.dashboard.signin.live import LIVE_SECONDS, LiveSessions
from kram.kit.db.database import Database
from kram.kit.ids import new_id
from kram.tenants import sessions
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
    worker = LiveSessions(db)
    assert await worker.is_live(session.id)
    await revoke(db, session)
    worker.forget(session.id)
    assert not await worker.is_live(session.id)


async def test_an_unknown_session_is_dead(db: Database) -> None:
    assert not await LiveSessions(db).is_live(new_id())


async def test_memory_stays_bounded(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "_MOST_REMEMBERED", 2)
    remembered = LiveSessions(db)
    for _ in range(4):
        await remembered.is_live(new_id())
    assert len(remembered._known) == 2
