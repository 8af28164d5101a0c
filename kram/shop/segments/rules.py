"""The language of segments: what may be asked of a customer. Pure.

Every part is a struct that names itself by `is`; `and`, `or` and `not` put them together. Amounts
are minor units of the shop's currency, `days` are periods of 24 hours that end now. Spent is money
that came and stayed, of orders that count: those that reached the shop and were not cancelled.
"""

from collections.abc import Iterator
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import msgspec

from kram.shop.customers.models import Channel, Purpose
from kram.shop.segments.errors import RuleRefused, RuleTooLarge

MOST_PARTS = 30
MOST_LEVELS = 6

_LARGEST = 10**15
Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Minor: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=_LARGEST)]
Days: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=3650)]
Score: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=5)]
Word: TypeAlias = Annotated[
    str, msgspec.Meta(min_length=1, max_length=120, pattern=r"^[^\u0000]*$")
]


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="is"):
    """One question, or several put together."""


class AllOf(Part, frozen=True, tag="and"):
    """Everybody, if there are no parts."""

    rules: tuple["Rule", ...]


class AnyOf(Part, frozen=True, tag="or"):
    """Nobody, if there are no parts."""

    rules: tuple["Rule", ...]


class Not(Part, frozen=True, tag="not"):
    rule: "Rule"


class Orders(Part, frozen=True, tag="orders"):
    """How many orders, in a period if `days` are given."""

    at_least: Count = 0
    at_most: Count | None = None
    days: Days | None = None


class Spent(Part, frozen=True, tag="spent"):
    at_least: Minor = 0
    at_most: Minor | None = None
    days: Days | None = None


class LastOrder(Part, frozen=True, tag="last_order"):
    """Ordered within the last `days`. Its `not`: longer ago, or never."""

    days: Days


class LastSeen(Part, frozen=True, tag="last_seen"):
    days: Days


class Joined(Part, frozen=True, tag="joined"):
    """Came for the first time within the last `days`."""

    days: Days


class Rfm(Part, frozen=True, tag="rfm"):
    """Scores from 1 to 5: how lately, how often, how much; inclusive bounds. No order, no score.

    Recency by days since the last order, frequency by orders (`RECENCY_DAYS`, `FREQUENCY_ORDERS`);
    money by `money_steps`, the least amounts of scores 2 to 5: when they are not given, saving the
    rule sets them to the quintiles of that day's buyers.
    """

    recency: tuple[Score, Score] = (1, 5)
    frequency: tuple[Score, Score] = (1, 5)
    money: tuple[Score, Score] = (1, 5)
    money_steps: tuple[Minor, Minor, Minor, Minor] | None = None


class Tagged(Part, frozen=True, tag="tag"):
    tag: Word


class InGroup(Part, frozen=True, tag="group"):
    group_id: UUID


class Bought(Part, frozen=True, tag="bought"):
    """That product, or something of that category and all below it. One of them is needed."""

    product_id: UUID | None = None
    category_id: UUID | None = None
    days: Days | None = None


class Speaks(Part, frozen=True, tag="language"):
    language: Word


class LivesIn(Part, frozen=True, tag="city"):
    """One of their addresses is there; capital letters do not matter."""

    city: Word


class Consents(Part, frozen=True, tag="consent"):
    channel: Channel
    purpose: Purpose


class Reachable(Part, frozen=True, tag="reachable"):
    """The bot may write to them."""


Rule: TypeAlias = (
    AllOf
    | AnyOf
    | Not
    | Orders
    | Spent
    | LastOrder
    | LastSeen
    | Joined
    | Rfm
    | Tagged
    | InGroup
    | Bought
    | Speaks
    | LivesIn
    | Consents
    | Reachable
)

RECENCY_DAYS = (180, 90, 30, 7)
"""Ordered within so many days: score 2, 3, 4, 5; longer ago: 1."""
FREQUENCY_ORDERS = (2, 3, 5, 10)
"""So many orders: score 2, 3, 4, 5; fewer: 1."""


def read_rule(content: Any) -> Rule:
    """From JSON's plain values. Raises: RuleRefused, RuleTooLarge."""
    try:
        rule: Rule = msgspec.convert(content, type=Rule)
    except (msgspec.ValidationError, RecursionError) as error:
        raise RuleRefused(str(error)) from error
    return checked(rule)


def checked(rule: Rule) -> Rule:
    """Itself. Raises: RuleRefused, RuleTooLarge."""
    if levels(rule) > MOST_LEVELS or sum(1 for _ in parts(rule)) > MOST_PARTS:
        raise RuleTooLarge
    for part in parts(rule):
        if isinstance(part, Bought) and (part.product_id is None) == (part.category_id is None):
            raise RuleRefused
    return rule


def plain(rule: Rule) -> dict[str, Any]:
    """As it is stored and answered."""
    content: dict[str, Any] = msgspec.to_builtins(rule)
    return content


def parts(rule: Rule) -> Iterator[Rule]:
    """The rule and all that it is made of."""
    yield rule
    match rule:
        case AllOf() | AnyOf():
            for inner in rule.rules:
                yield from parts(inner)
        case Not():
            yield from parts(rule.rule)


def levels(rule: Rule) -> int:
    match rule:
        case AllOf() | AnyOf():
            return 1 + max((levels(inner) for inner in rule.rules), default=0)
        case Not():
            return 1 + levels(rule.rule)
        case _:
            return 1


def with_money_steps(rule: Rule, steps: tuple[int, int, int, int]) -> Rule:
    """The rule with these wherever none were given."""
    match rule:
        case AllOf() | AnyOf():
            inner = tuple(with_money_steps(part, steps) for part in rule.rules)
            return msgspec.structs.replace(rule, rules=inner)
        case Not():
            return Not(rule=with_money_steps(rule.rule, steps))
        case Rfm() if rule.money_steps is None:
            return msgspec.structs.replace(rule, money_steps=steps)
        case _:
            return rule
