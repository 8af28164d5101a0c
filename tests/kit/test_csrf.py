import pytest
from hypothesis import given
from hypothesis import strategies as st

from kram.kit.crypto import KeySet
from kram.kit.csrf import CsrfRefused, CsrfTokens

OLD, NEW = b"o" * 32, b"n" * 32
TOKENS = CsrfTokens(KeySet("new", {"new": NEW, "old": OLD}))


def test_the_token_of_the_session_passes() -> None:
    token = TOKENS.issue("session-1")
    TOKENS.check("session-1", cookie=token, sent=token)


def test_a_token_signed_before_rotation_passes() -> None:
    token = CsrfTokens(KeySet("old", {"old": OLD})).issue("session-1")
    TOKENS.check("session-1", cookie=token, sent=token)


def test_a_planted_token_of_another_session_is_refused() -> None:
    token = TOKENS.issue("session-2")
    with pytest.raises(CsrfRefused):
        TOKENS.check("session-1", cookie=token, sent=token)


@pytest.mark.parametrize(("cookie", "sent"), [(None, "t"), ("t", None), ("", ""), (None, None)])
def test_both_halves_are_needed(cookie: str | None, sent: str | None) -> None:
    with pytest.raises(CsrfRefused):
        TOKENS.check("session-1", cookie, sent)


def test_halves_must_be_equal() -> None:
    with pytest.raises(CsrfRefused):
        TOKENS.check("session-1", TOKENS.issue("session-1"), TOKENS.issue("session-1"))


def test_letters_cannot_move_between_session_and_nonce() -> None:
    token = TOKENS.issue("ab")
    with pytest.raises(CsrfRefused):
        TOKENS.check("a", cookie="b" + token, sent="b" + token)


@given(st.text(), st.text())
def test_unsigned_text_is_refused(session: str, token: str) -> None:
    with pytest.raises(CsrfRefused):
        TOKENS.check(session, token, token)
