"""What a list is narrowed by."""

import json
from collections.abc import Mapping, Sequence

import msgspec

from kram.shop.catalog.models import AttributeKind, AttributeScope

MOST_FILTERS, MOST_VALUES = 10, 30


class AttributeFilter(msgspec.Struct, frozen=True):
    """One of `values`, or between `low` and `high` (numbers and dates, both ends included)."""

    code: str
    values: tuple[str, ...] = ()
    low: str = ""
    high: str = ""


class Filters(msgspec.Struct, frozen=True):
    """All of them must hold. Prices in minor units."""

    tags: tuple[str, ...] = ()
    attributes: tuple[AttributeFilter, ...] = ()
    price_low: int | None = None
    price_high: int | None = None
    available: bool = False
    on_sale: bool = False

    @property
    def empty(self) -> bool:
        return self == Filters()


class Known(msgspec.Struct, frozen=True):
    """What a filter has to know of an attribute."""

    code: str
    kind: str
    scope: str


def read_filter(text: str) -> AttributeFilter | None:
    """ "colour:red,blue" or "weight:1..5" with either end left out; None for what is neither."""
    code, colon, wanted = text.partition(":")
    if not colon or not code or not wanted or "\0" in text:
        return None
    low, dots, high = wanted.partition("..")
    if dots:
        return AttributeFilter(code, low=low, high=high) if low or high else None
    values = tuple(value for value in wanted.split(",") if value)
    return AttributeFilter(code, values[:MOST_VALUES]) if values else None


def json_path(
    filters: Sequence[AttributeFilter], known: Mapping[str, Known], scope: AttributeScope
) -> str:
    """A predicate for `attributes @@ …`; "" if none of them is of that scope.

    What is not a number, in a filter by number, matches nothing. Strings are quoted as JSON does,
    which is how JSON paths read them: nothing typed can leave its quotes.
    """
    parts = [
        _predicate(each, AttributeKind(known[each.code].kind))
        for each in filters
        if each.code in known and known[each.code].scope == scope
    ]
    return " && ".join(parts)


def _predicate(wanted: AttributeFilter, kind: AttributeKind) -> str:
    key = f"$.{json.dumps(wanted.code)}"
    if wanted.values:
        return _any(f"{key} == {_literal(value, kind)}" for value in wanted.values)
    ends = []
    if wanted.low:
        ends.append(f"{key} >= {_literal(wanted.low, kind)}")
    if wanted.high:
        ends.append(f"{key} <= {_literal(wanted.high, kind)}")
    return f"({' && '.join(ends)})" if ends else _NOTHING


_NOTHING = "(1 == 0)"


def _any(parts: object) -> str:
    return f"({' || '.join(parts)})"  # type: ignore[arg-type]


def _literal(value: str, kind: AttributeKind) -> str:
    if kind is not AttributeKind.NUMBER:
        return json.dumps(value.replace("\0", ""))
    try:
        number = float(value.replace(",", "."))
    except ValueError:
        return '""'
    return json.dumps(number) if abs(number) < 10**13 else '""'
