import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kram.kit.crypto import KeySet
from kram.kit.errors import Kind
from kram.kit.jwt import Claims, TokenRefused, Tokens

OLD, NEW = b"o" * 32, b"n" * 32
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TOKENS = Tokens(KeySet("new", {"new": NEW, "old": OLD}), "https://kram.example")
GOOD = {
    "iss": "https://kram.example",
    "aud": "api",
    "sub": "42",
    "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 900,
    "purpose": "access",
}


def issue(tokens: Tokens = TOKENS, **changes: Any) -> str:
    asked: dict[str, Any] = {
        "subject": "42",
        "audience": "api",
        "purpose": "access",
        "now": NOW,
        "lifetime": timedelta(minutes=15),
    }
    return tokens.issue(**(asked | changes))


def read(token: str, at: datetime = NOW) -> Claims:
    return TOKENS.read(token, audience="api", purpose="access", now=at)


def crafted(key: Any = NEW, algorithm: str = "HS256", kid: Any = "new", **changes: Any) -> str:
    claims = {name: value for name, value in (GOOD | changes).items() if value is not None}
    headers = {} if kid is None else {"kid": kid}
    return jwt.encode(claims, key, algorithm, headers=headers)


def unsigned(header: object) -> str:
    parts = [json.dumps(part).encode() for part in (header, GOOD)]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."


def test_claims_survive_the_journey() -> None:
    claims = read(issue(extra={"shop": "s1", "roles": ["owner"]}))
    assert claims == Claims(
        subject="42",
        issued_at=NOW,
        expires_at=NOW + timedelta(minutes=15),
        extra={"shop": "s1", "roles": ["owner"]},
    )


def test_header_names_the_key_and_nothing_secret() -> None:
    assert jwt.get_unverified_header(issue()) == {"alg": "HS256", "typ": "JWT", "kid": "new"}


def test_after_rotation_old_tokens_are_still_read_and_new_ones_not_by_the_old_key() -> None:
    before = Tokens(KeySet("old", {"old": OLD}), "https://kram.example")
    assert read(issue(before)).subject == "42"
    with pytest.raises(TokenRefused):
        before.read(issue(), audience="api", purpose="access", now=NOW)


@pytest.mark.parametrize(
    ("age", "accepted"),
    [(timedelta(0), True), (timedelta(minutes=15), False), (timedelta(seconds=-31), False)],
)
def test_a_token_lives_from_its_issue_to_its_end(age: timedelta, accepted: bool) -> None:
    if accepted:
        assert read(issue(), NOW + age).subject == "42"
    else:
        with pytest.raises(TokenRefused):
            read(issue(), NOW + age)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        "....",
        "é.é.é",
        "x" * 5000,
        unsigned({"alg": "none", "kid": "new"}),
        unsigned({"alg": "None", "kid": "new"}),
        unsigned({"alg": "HS256", "kid": "new"}),
        unsigned({"alg": "HS256", "kid": ["new"]}),
        unsigned(["new"]),
        crafted(key="x" * 64, algorithm="HS512"),
        crafted(key="x" * 32),
        crafted(key=OLD),
        crafted(kid=None),
        crafted(kid="other"),
        crafted(aud="dashboard"),
        crafted(aud=None),
        crafted(iss="https://evil.example"),
        crafted(purpose="refresh"),
        crafted(purpose=None),
        crafted(exp=None),
        crafted(sub=None),
        crafted(iat=None),
        crafted(exp="9999999999"),
        crafted(exp=1e300),
        crafted(exp=10**30),
        crafted(iat="x"),
        crafted(sub=42),
    ],
)
def test_anything_else_is_refused(token: str) -> None:
    with pytest.raises(TokenRefused) as refused:
        read(token)
    assert refused.value.kind is Kind.UNAUTHENTICATED


@given(st.integers(0, 400), st.characters(exclude_categories=["Cs"]))
def test_a_changed_token_is_refused(at: int, letter: str) -> None:
    token = issue()
    changed = token[:at] + letter + token[at + 1 :]
    # The last letter of base64url carries bits that decode to nothing.
    if changed != token and at != len(token) - 1:
        with pytest.raises(TokenRefused):
            read(changed)


@given(st.text(max_size=100))
def test_random_text_is_refused(token: str) -> None:
    with pytest.raises(TokenRefused):
        read(token)


def test_extras_cannot_replace_the_claims_that_protect() -> None:
    with pytest.raises(ValueError, match="reserved"):
        issue(extra={"exp": 2**40})
