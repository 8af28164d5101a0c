import base64
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kram.kit.pagination import (
    BadCursor,
    BadPageSize,
    Page,
    page_of,
    page_size,
    read_cursor,
    write_cursor,
)

moments = st.datetimes(timezones=st.just(UTC))
storable_text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(value)).rstrip(b"=").decode()


@given(moments, st.integers(-(2**63), 2**63 - 1), storable_text, st.uuids())
def test_a_cursor_carries_its_key(at: datetime, rank: int, name: str, one: UUID) -> None:
    cursor = write_cursor((at, rank, name, one))
    if len(cursor) <= 1024:
        assert read_cursor(cursor, tuple[datetime, int, str, UUID]) == (at, rank, name, one)


def test_a_cursor_fits_into_an_address() -> None:
    cursor = write_cursor((datetime.now(UTC), UUID(int=2**128 - 1)))
    assert cursor.replace("-", "").replace("_", "").isalnum()


@given(
    st.text(max_size=60)
    | st.binary(max_size=40).map(lambda raw: base64.urlsafe_b64encode(raw).decode())
)
def test_any_text_is_a_key_or_refused(cursor: str) -> None:
    try:
        key = read_cursor(cursor, tuple[int, str])
    except BadCursor:
        return
    assert (type(key[0]), type(key[1])) == (int, str)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "!!!!",
        "a",
        "é",
        encoded([1]),
        encoded([1, 2]),
        encoded(["1", "x"]),
        encoded([1.5, "x"]),
        encoded([2**63, "x"]),
        encoded([1, "nul \0"]),
        encoded([1, "x", 3]),
        encoded([1, "x"]) + "AAAA",
        encoded([1, "x" * 2000]),
        base64.urlsafe_b64encode(b"\x91" * 700).decode(),
    ],
)
def test_forged_cursors_are_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        read_cursor(cursor, tuple[int, str])


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(BadCursor):
        read_cursor(encoded(["2026-01-01T00:00:00"]), tuple[datetime])


def test_a_moment_of_another_zone_stays_the_same_moment() -> None:
    at = datetime(2026, 11, 21, 12, tzinfo=timezone(timedelta(hours=2)))
    assert read_cursor(write_cursor((at,)), tuple[datetime]) == (at,)


def test_a_page_ends_with_a_cursor_only_if_there_is_more() -> None:
    rows = [(3, "c"), (2, "b"), (1, "a")]
    first = page_of(rows, 2, key=lambda row: row)
    assert first.items == [(3, "c"), (2, "b")]
    assert first.next_cursor is not None
    assert read_cursor(first.next_cursor, tuple[int, str]) == (2, "b")
    assert page_of(rows, 3, key=lambda row: row) == Page(rows, None)
    assert page_of([], 3, key=lambda row: row) == Page([], None)


@given(st.sets(st.integers(0, 1000)), st.integers(1, 7))
def test_walking_the_pages_meets_every_row_once(rows: set[int], size: int) -> None:
    met: list[int] = []
    cursor: str | None = None
    while True:
        after = read_cursor(cursor, tuple[int])[0] if cursor else -1
        fetched = sorted(row for row in rows if row > after)[: size + 1]
        page: Page[Any] = page_of(fetched, size, key=lambda row: (row,))
        met += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert met == sorted(rows)


def test_page_size_has_limits() -> None:
    assert [page_size(asked) for asked in (None, 1, 100)] == [20, 1, 100]
    for asked in (0, -1, 101):
        with pytest.raises(BadPageSize):
            page_size(asked)
