from datetime import timedelta

import pytest

from kram.kit.clock import utc_now
from kram.kit.crypto import KeyRing
from kram.kit.ids import new_id
from kram.tenants.access import LIFE, Access, AccessTokens
from kram.tenants.sessions import OpenSession

SESSION = OpenSession(new_id(), new_id(), "refresh-token")


def test_the_token_names_merchant_and_session(keys: KeyRing) -> None:
    now = utc_now()
    token = AccessTokens(keys).issue(SESSION, now)
    read = AccessTokens(keys).read(token, now + LIFE - timedelta(seconds=2))
    assert read == Access(SESSION.merchant_id, SESSION.id)


def test_after_ten_minutes_the_token_is_refused(keys: KeyRing) -> None:
    now = utc_now()
    token = AccessTokens(keys).issue(SESSION, now)
    assert AccessTokens(keys).read(token, now + timedelta(minutes=10)) is None


@pytest.mark.parametrize("token", ["", "a.b.c", "ж", "e30.e30.", SESSION.refresh_token])
def test_other_texts_are_refused(keys: KeyRing, token: str) -> None:
    assert AccessTokens(keys).read(token, utc_now()) is None
