"""Which storefront page a path and a query ask for."""

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from kram.kit.i18n import Language, is_spoken

PREFIX = "/m/"

_LONGEST_QUERY_BYTES = 2048
_LONGEST_SEARCH = 100
_ONE_OF_MANY = ("c", "p", "s")
_FILTERS = ("tag", "stock", "sale", "price.from", "price.to")
_OF_ATTRIBUTE = "f."
_MOST_FILTERS, _LONGEST_FILTER = 40, 100
_SINGLE = ("", "cart", "checkout", "orders", "profile", "favourites", "invite")


class PageQuery(NamedTuple):
    """What we read of a query. `language` is None when the browser's own is to be used.

    `canonical` is the same for all queries that mean the same page.
    """

    canonical: bytes = b""
    language: Language | None = None
    search: str = ""
    cursor: str = ""
    filters: tuple[tuple[str, str], ...] = ()


def page_path(rest: str) -> str | None:
    """The page's name for the cache; None for what is no page, such as the JSON addresses.

    The page of an order is a shell without the order: one for all codes.
    """
    path = rest.rstrip("/")
    if path in _SINGLE:
        return path
    kind, _, name = path.partition("/")
    if not name or "/" in name:
        return None
    if kind == "orders":
        return "orders/-"
    return path if kind in _ONE_OF_MANY else None


@lru_cache(maxsize=1024)
def page_query(query: bytes) -> PageQuery:
    """Ignores what is unknown (marks of advertisers, Telegram's own) and what makes no sense."""
    if not query or len(query) > _LONGEST_QUERY_BYTES:
        return PageQuery()
    pairs = parse_qsl(query.decode("latin-1"), errors="replace")
    given = dict(pairs)
    named = given.get("lang", "")
    language = named if is_spoken(named) else None
    search = " ".join(given.get("q", "").replace("\0", "").split())[:_LONGEST_SEARCH]
    cursor = given.get("cursor", "")
    read = {"lang": language, "q": search, "cursor": cursor}
    filters = _filters(pairs)
    kept = [(name, value) for name, value in read.items() if value]
    canonical = urlencode([*kept, *filters])
    return PageQuery(canonical.encode(), language, search, cursor, filters)


def _filters(pairs: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """What a list is narrowed by, in one order however it was written."""
    found = {
        (name, value.strip().replace("\0", ""))
        for name, value in pairs
        if (name in _FILTERS or name.startswith(_OF_ATTRIBUTE))
        and value.strip()
        and len(name) + len(value) <= _LONGEST_FILTER
    }
    return tuple(sorted(found))[:_MOST_FILTERS]
