"""A segment's rule as a form: a list of conditions, of which all or any must hold.

Rules that are put together in other ways are made by programs; the form shows and keeps them as
they are. Pure.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec

from kram.kit.errors import FieldError, InvalidInput
from kram.kit.messages import gettext_noop
from kram.kit.money import Money
from kram.kit.money_text import format_money, parse_money
from kram.shop.segments.rules import AllOf, AnyOf, Not, Rfm, Rule, Spent, plain

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "orders": gettext_noop("Number of orders"),
        "spent": gettext_noop("Money spent"),
        "last_order": gettext_noop("Ordered lately"),
        "last_seen": gettext_noop("Seen lately"),
        "joined": gettext_noop("Came for the first time"),
        "rfm": gettext_noop("Scores: lately, often, much"),
        "bought": gettext_noop("Bought of a category"),
        "tag": gettext_noop("Has a tag"),
        "group": gettext_noop("Is in a group"),
        "language": gettext_noop("Speaks"),
        "city": gettext_noop("Lives in"),
        "consent": gettext_noop("Allowed"),
        "reachable": gettext_noop("The bot may write to them"),
    }
)
_MOST = 20
_SCORES = ("recency", "frequency", "money")


class Condition(msgspec.Struct, frozen=True):
    """One line of the form. `values` are texts as they stand in its fields."""

    kind: str
    negated: bool = False
    values: dict[str, str] = {}

    def value(self, name: str) -> str:
        return self.values.get(name, "")


def conditions_of(rule: Rule, currency: str) -> tuple[str, list[Condition]] | None:
    """("and" or "or", the lines); None for a rule that is no such list."""
    parts = rule.rules if isinstance(rule, AllOf | AnyOf) else (rule,)
    lines = [_line(part, currency) for part in parts]
    if any(line is None for line in lines):
        return None
    mode = "or" if isinstance(rule, AnyOf) else "and"
    return mode, [line for line in lines if line is not None]


def _line(part: Rule, currency: str) -> Condition | None:
    negated, inner = (True, part.rule) if isinstance(part, Not) else (False, part)
    if isinstance(inner, AllOf | AnyOf | Not):
        return None
    told = plain(inner)
    kind = told.pop("is")
    if told.get("product_id"):
        return None
    if isinstance(inner, Spent):
        for name in ("at_least", "at_most"):
            if told[name] is not None:
                told[name] = _bare(Money(told[name], currency))
    if isinstance(inner, Rfm):
        told = {name: told[name][0] for name in _SCORES}
    values = {name: "" if value is None else str(value) for name, value in told.items()}
    return Condition(kind, negated, values)


def _bare(amount: Money) -> str:
    """As it is typed: without the currency's sign."""
    return "".join(
        sign for sign in format_money(amount, "en", trim_zeros=True) if sign in "0123456789.-"
    )


def read_lines(get: Callable[[str], str], count: int) -> list[Condition]:
    """From fields named `kind.0`, `not.0`, `days.0` and so on."""
    lines = []
    for number in range(min(count, _MOST)):
        kind = get(f"kind.{number}")
        if kind in KINDS:
            values = {name: get(f"{name}.{number}").strip() for name in _FIELDS[kind]}
            lines.append(Condition(kind, bool(get(f"not.{number}")), values))
    return lines


_FIELDS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "orders": ("at_least", "at_most", "days"),
        "spent": ("at_least", "at_most", "days"),
        "last_order": ("days",),
        "last_seen": ("days",),
        "joined": ("days",),
        "rfm": _SCORES,
        "bought": ("category_id", "days"),
        "tag": ("tag",),
        "group": ("group_id",),
        "language": ("language",),
        "city": ("city",),
        "consent": ("channel", "purpose"),
        "reachable": (),
    }
)


def rule_of(mode: str, lines: Sequence[Condition], currency: str) -> dict[str, Any]:
    """The rule as JSON's plain values; whether it makes sense is for `read_rule` to say.

    Raises: InvalidInput, and what a money's text refuses.
    """
    return {
        "is": "or" if mode == "or" else "and",
        "rules": [_part(line, currency) for line in lines],
    }


def _part(line: Condition, currency: str) -> dict[str, Any]:
    part: dict[str, Any] = {"is": line.kind}
    for name, typed in line.values.items():
        if typed == "":
            continue
        if line.kind == "spent" and name != "days":
            part[name] = parse_money(typed, currency).minor
        elif line.kind == "rfm":
            part[name] = [_whole(typed), 5]
        elif name in ("days", "at_least", "at_most"):
            part[name] = _whole(typed)
        else:
            part[name] = typed
    return {"is": "not", "rule": part} if line.negated else part


def _whole(typed: str) -> int:
    if typed.isascii() and typed.isdigit() and len(typed) < 16:
        return int(typed)
    raise InvalidInput(
        gettext_noop("Write whole numbers"),
        errors=[FieldError("/rule", "invalid", gettext_noop("Write whole numbers"))],
    )
