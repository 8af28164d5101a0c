from datetime import timedelta
from uuid import UUID

import pytest

from kram.kit.db.tx import PlatformTx
from kram.tenants import sessions
from kram.tenants.models import LoginSession
from kram.tenants.sessions import GRACE, LIFE, OpenSession
from tests.factories.tenants import make_merchant

pytestmark = pytest.mark.anyio

KEY = b"k" * 32


async def opened(tx: PlatformTx) -> OpenSession:
    merchant = await make_merchant(tx)
    return await sessions.open_session(tx, merchant.id, "Firefox")


async def row(tx: PlatformTx, session_id: UUID) -> LoginSession:
    found = await tx.get(LoginSession, session_id)
    assert found is not None
    return found


async def test_the_token_is_not_stored(platform_tx: PlatformTx) -> None:
    session = await opened(platform_tx)
    stored = (await row(platform_tx, session.id)).refresh_hash
    assert session.refresh_token.encode() not in stored
    assert len(stored) == 32


async def test_a_token_is_exchanged_for_the_next(platform_tx: PlatformTx) -> None:
    first = await opened(platform_tx)
    second = await sessions.rotate(platform_tx, first.refresh_token, KEY)
    assert second is not None
    assert (second.id, second.merchant_id) == (first.id, first.merchant_id)
    assert second.refresh_token != first.refresh_token
    third = await sessions.rotate(platform_tx, second.refresh_token, KEY)
    assert third is not None
    assert third.refresh_token not in (first.refresh_token, second.refresh_token)


async def test_use_prolongs_the_session(platform_tx: PlatformTx) -> None:
    session = await opened(platform_tx)
    platform_tx.now += timedelta(days=29)
    assert await sessions.rotate(platform_tx, session.refresh_token, KEY)
    assert (await row(platform_tx, session.id)).expires_at == platform_tx.now + LIFE


async def test_two_tabs_get_the_same_next_token(platform_tx: PlatformTx) -> None:
    first = await opened(platform_tx)
    second = await sessions.rotate(platform_tx, first.refresh_token, KEY)
    platform_tx.now += GRACE
    again = await sessions.rotate(platform_tx, first.refresh_token, KEY)
    assert again == second
    assert second is not None
    assert await sessions.rotate(platform_tx, second.refresh_token, KEY) is not None


async def test_a_spent_token_after_the_grace_ends_the_session(platform_tx: PlatformTx) -> None:
    first = await opened(platform_tx)
    second = await sessions.rotate(platform_tx, first.refresh_token, KEY)
    assert second is not None
    platform_tx.now += GRACE + timedelta(seconds=1)
    assert await sessions.rotate(platform_tx, first.refresh_token, KEY) is None
    assert (await row(platform_tx, first.id)).revoked_at == platform_tx.now
    assert await sessions.rotate(platform_tx, second.refresh_token, KEY) is None


async def test_a_token_two_generations_old_ends_the_session_even_at_once(
    platform_tx: PlatformTx,
) -> None:
    first = await opened(platform_tx)
    second = await sessions.rotate(platform_tx, first.refresh_token, KEY)
    assert second is not None
    assert await sessions.rotate(platform_tx, second.refresh_token, KEY) is not None
    assert await sessions.rotate(platform_tx, first.refresh_token, KEY) is None
    assert (await row(platform_tx, first.id)).revoked_at == platform_tx.now


async def test_a_second_tab_while_the_key_is_rotated_ends_the_session(
    platform_tx: PlatformTx,
) -> None:
    first = await opened(platform_tx)
    assert await sessions.rotate(platform_tx, first.refresh_token, KEY) is not None
    assert await sessions.rotate(platform_tx, first.refresh_token, b"n" * 32) is None


@pytest.mark.parametrize(
    "token", ["", ".", "nothing", "01890000000070008000000000000001.secret", "\ud800.x"]
)
async def test_what_is_no_token_opens_nothing(platform_tx: PlatformTx, token: str) -> None:
    assert await sessions.rotate(platform_tx, token, KEY) is None


async def test_an_expired_session_is_not_renewed(platform_tx: PlatformTx) -> None:
    session = await opened(platform_tx)
    platform_tx.now += LIFE
    assert await sessions.rotate(platform_tx, session.refresh_token, KEY) is None
    assert list(await sessions.sessions_of(platform_tx, session.merchant_id)) == []


async def test_the_list_shows_ones_own_live_sessions(platform_tx: PlatformTx) -> None:
    mine, foreign = await opened(platform_tx), await opened(platform_tx)
    platform_tx.now += timedelta(minutes=1)
    newer = await sessions.open_session(platform_tx, mine.merchant_id, "Safari")
    shown = await sessions.sessions_of(platform_tx, mine.merchant_id)
    assert [session.id for session in shown] == [newer.id, mine.id]
    assert foreign.id not in [session.id for session in shown]


async def test_a_foreign_session_cannot_be_revoked(platform_tx: PlatformTx) -> None:
    mine, foreign = await opened(platform_tx), await opened(platform_tx)
    assert await sessions.revoke(platform_tx, mine.merchant_id, foreign.id) is False
    assert (await row(platform_tx, foreign.id)).revoked_at is None


async def test_a_revoked_session_is_not_renewed(platform_tx: PlatformTx) -> None:
    session = await opened(platform_tx)
    assert await sessions.revoke(platform_tx, session.merchant_id, session.id) is True
    assert await sessions.revoke(platform_tx, session.merchant_id, session.id) is False
    assert await sessions.rotate(platform_tx, session.refresh_token, KEY) is None


async def test_all_others_are_revoked_at_once(platform_tx: PlatformTx) -> None:
    current = await opened(platform_tx)
    for agent in ("Safari", "Chrome"):
        await sessions.open_session(platform_tx, current.merchant_id, agent)
    foreign = await opened(platform_tx)
    assert await sessions.revoke_others(platform_tx, current.merchant_id, current.id) == 2
    live = await sessions.sessions_of(platform_tx, current.merchant_id)
    assert [session.id for session in live] == [current.id]
    assert len(await sessions.sessions_of(platform_tx, foreign.merchant_id)) == 1
