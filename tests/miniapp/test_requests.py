"""Which page an address asks for."""

import pytest

from kram.miniapp.requests import PageQuery, page_path, page_query


@pytest.mark.parametrize(
    ("rest", "page"),
    [
        ("", ""),
        ("cart", "cart"),
        ("cart/", "cart"),
        ("c/tea", "c/tea"),
        ("p/чай", "p/чай"),
        ("orders", "orders"),
        ("orders/ABCD", "orders/-"),
        ("orders/EFGH", "orders/-"),
    ],
)
def test_pages_have_one_name_each_and_orders_one_for_all(rest: str, page: str) -> None:
    assert page_path(rest) == page


@pytest.mark.parametrize("rest", ["api/cart", "api", "p", "p/", "p/a/b", "secret", "x/y"])
def test_what_is_no_page_is_left_to_the_framework(rest: str) -> None:
    assert page_path(rest) is None


def test_queries_that_mean_the_same_are_one() -> None:
    wanted = page_query(b"q=tea&lang=uk")

    assert page_query(b"lang=uk&utm_source=ads&q=++tea+") == wanted
    assert wanted == PageQuery(b"lang=uk&q=tea", "uk", "tea", "")


@pytest.mark.parametrize(
    "query", [b"", b"lang=xx", b"lang=", b"q=", b"utm=1", b"q=%00", b"&&&=", b"q=" + b"a" * 3000]
)
def test_what_makes_no_sense_is_the_plain_page(query: bytes) -> None:
    assert page_query(query) == PageQuery()


def test_a_search_of_broken_bytes_is_still_a_search() -> None:
    assert page_query(b"q=%ff%fe").search == "\ufffd\ufffd"
