"""From a rule to one statement.

What needs other tables is aggregated once and joined from the left: it stays one pass over each
table however the parts are put together, where a subquery under OR would run for every customer.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, assert_never
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    false,
    func,
    not_,
    or_,
    true,
    type_coerce,
)

from kram.shop.customers.models import Customer
from kram.shop.customers.rules import consent_name
from kram.shop.segments.facts_queries import Facts
from kram.shop.segments.rules import (
    FREQUENCY_ORDERS,
    RECENCY_DAYS,
    AllOf,
    AnyOf,
    Bought,
    Consents,
    InGroup,
    Joined,
    LastOrder,
    LastSeen,
    LivesIn,
    Not,
    Orders,
    Reachable,
    Rfm,
    Rule,
    Speaks,
    Spent,
    Tagged,
)

Yes = ColumnElement[bool]
_NO_STEPS = (0, 0, 0, 0)


def narrowed(
    query: Select[*tuple[Any, ...]], rule: Rule, now: datetime, only: UUID | None = None
) -> Select[*tuple[Any, ...]]:
    """`query` selects from `customer`; it is left with those for whom the rule is true."""
    compiler = _Compiler(Facts(now, only), now)
    is_meant = compiler.yes(rule)
    for joined in compiler.joined.values():
        query = query.outerjoin(joined, joined.c.who == Customer.id)
    if only is not None:
        query = query.where(Customer.id == only)
    return query.where(
        Customer.merged_into.is_(None),
        Customer.erased_at.is_(None),
        func.coalesce(is_meant, false()),
    )


class _Compiler:
    """`joined`: by what it tells, so that a fact asked twice is read once."""

    def __init__(self, facts: Facts, now: datetime) -> None:
        self._facts = facts
        self._now = now
        self.joined: dict[object, Subquery] = {}

    def yes(self, rule: Rule) -> Yes:
        match rule:
            case AllOf():
                return and_(true(), *map(self.yes, rule.rules))
            case AnyOf():
                return or_(false(), *map(self.yes, rule.rules))
            case Not():
                return not_(func.coalesce(self.yes(rule.rule), false()))
            case Orders() | Spent() | LastOrder() | Rfm() | Bought() | LivesIn():
                return self._of_deeds(rule)
            case _:
                return self._of_profile(rule)

    def _of_profile(
        self, rule: LastSeen | Joined | Tagged | InGroup | Speaks | Consents | Reachable
    ) -> Yes:
        match rule:
            case LastSeen():
                return Customer.seen_at >= self._days_ago(rule.days)
            case Joined():
                return Customer.created_at >= self._days_ago(rule.days)
            case Tagged():
                return Customer.tags.contains([rule.tag.strip().lower()])
            case InGroup():
                return Customer.group_ids.contains([rule.group_id])
            case Speaks():
                return Customer.language == rule.language
            case Consents():
                return Customer.consents.contains([consent_name(rule.channel, rule.purpose)])
            case Reachable():
                return and_(Customer.can_message, Customer.telegram_id.is_not(None))
            case _:
                assert_never(rule)

    def _of_deeds(self, rule: Orders | Spent | LastOrder | Rfm | Bought | LivesIn) -> Yes:
        match rule:
            case Orders():
                return _within(self._orders(rule.days), rule.at_least, rule.at_most)
            case Spent():
                return _within(self._spent(rule.days), rule.at_least, rule.at_most)
            case LastOrder():
                return self._last_order() >= self._days_ago(rule.days)
            case Rfm():
                return self._rfm(rule)
            case Bought():
                asked = ("bought", rule.product_id, rule.category_id, rule.days)
                return self._is_in(
                    asked, lambda: self._facts.bought(rule.product_id, rule.category_id, rule.days)
                )
            case LivesIn():
                return self._is_in(("city", rule.city), lambda: self._facts.lives_in(rule.city))
            case _:
                assert_never(rule)

    def _rfm(self, rule: Rfm) -> Yes:
        latest, orders, spent = self._last_order(), self._orders(None), self._spent(None)
        days = [self._days_ago(days) for days in RECENCY_DAYS]
        return and_(
            latest.is_not(None),
            _score(latest, days).between(*rule.recency),
            _score(orders, FREQUENCY_ORDERS).between(*rule.frequency),
            _score(spent, rule.money_steps or _NO_STEPS).between(*rule.money),
        )

    def _orders(self, days: int | None) -> ColumnElement[int]:
        joined = self._join(("orders", days), lambda: self._facts.orders(days))
        return func.coalesce(type_coerce(joined.c.value, BigInteger), 0)

    def _spent(self, days: int | None) -> ColumnElement[int]:
        joined = self._join(("spent", days), lambda: self._facts.spent(days))
        return func.coalesce(type_coerce(joined.c.value, BigInteger), 0)

    def _last_order(self) -> ColumnElement[datetime]:
        latest: ColumnElement[datetime] = self._join("last", self._facts.last_order).c.value
        return latest

    def _is_in(self, what: object, fact: Callable[[], Subquery]) -> Yes:
        is_in: Yes = self._join(what, fact).c.who.is_not(None)
        return is_in

    def _join(self, what: object, fact: Callable[[], Subquery]) -> Subquery:
        if what not in self.joined:
            self.joined[what] = fact()
        return self.joined[what]

    def _days_ago(self, days: int) -> datetime:
        return self._now - timedelta(days=days)


def _within(value: ColumnElement[int], at_least: int, at_most: int | None) -> Yes:
    above = value >= at_least
    return above if at_most is None else and_(above, value <= at_most)


def _score(value: ColumnElement[Any], steps: Sequence[object]) -> ColumnElement[int]:
    """1 to 5: how many of the four steps are reached, and one."""
    least = list(steps)
    return case(
        *((value >= step, 5 - place) for place, step in enumerate(reversed(least))), else_=1
    )
