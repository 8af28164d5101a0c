"""The same language, read slowly and without a database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from kram.shop.segments.rules import (
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


@dataclass
class PastOrder:
    at: datetime
    products: Sequence[UUID]
    status: str
    number: int | None
    kept: int

    @property
    def counts(self) -> bool:
        return self.number is not None and self.status != "cancelled"


@dataclass
class Person:
    id: UUID
    language: str
    created_at: datetime
    seen_at: datetime
    tags: list[str]
    groups: list[UUID]
    consents: list[str]
    cities: list[str]
    telegram_id: int | None
    can_message: bool
    orders: list[PastOrder] = field(default_factory=list)

    def counted(self, since: datetime | None) -> list[PastOrder]:
        return [o for o in self.orders if o.counts and (since is None or o.at >= since)]


@dataclass
class World:
    """`category_of` a product; `above` a category, its parent."""

    now: datetime
    people: list[Person]
    category_of: dict[UUID, UUID | None]
    above: dict[UUID, UUID | None]

    def meant(self, rule: Rule) -> set[UUID]:
        return {person.id for person in self.people if self._is(person, rule)}

    def _since(self, days: int | None) -> datetime | None:
        return None if days is None else self.now - timedelta(days=days)

    def _is(self, who: Person, rule: Rule) -> bool:  # noqa: C901 (one case a part of the language)
        match rule:
            case AllOf():
                return all(self._is(who, part) for part in rule.rules)
            case AnyOf():
                return any(self._is(who, part) for part in rule.rules)
            case Not():
                return not self._is(who, rule.rule)
            case Orders():
                count = len(who.counted(self._since(rule.days)))
                return rule.at_least <= count and (rule.at_most is None or count <= rule.at_most)
            case Spent():
                sum_ = sum(order.kept for order in who.counted(self._since(rule.days)))
                return rule.at_least <= sum_ and (rule.at_most is None or sum_ <= rule.at_most)
            case LastOrder():
                return bool(who.counted(self._since(rule.days)))
            case LastSeen():
                return who.seen_at >= self.now - timedelta(days=rule.days)
            case Joined():
                return who.created_at >= self.now - timedelta(days=rule.days)
            case Rfm():
                return self._scores(who, rule)
            case Tagged():
                return rule.tag in who.tags
            case InGroup():
                return rule.group_id in who.groups
            case Bought():
                orders = who.counted(self._since(rule.days))
                return any(self._is_it(p, rule) for order in orders for p in order.products)
            case Speaks():
                return who.language == rule.language
            case LivesIn():
                return rule.city.lower() in [city.lower() for city in who.cities]
            case Consents():
                return f"{rule.channel}:{rule.purpose}" in who.consents
            case Reachable():
                return who.can_message and who.telegram_id is not None

    def _is_it(self, product: UUID, rule: Bought) -> bool:
        if rule.product_id is not None:
            return product == rule.product_id
        category = self.category_of.get(product)
        while category is not None:
            if category == rule.category_id:
                return True
            category = self.above[category]
        return False

    def _scores(self, who: Person, rule: Rfm) -> bool:
        orders = who.counted(None)
        if not orders:
            return False
        age = self.now - max(order.at for order in orders)
        recency = 1 + sum(age <= timedelta(days=days) for days in (7, 30, 90, 180))
        frequency = 1 + sum(len(orders) >= least for least in (2, 3, 5, 10))
        steps = rule.money_steps or (0, 0, 0, 0)
        spent = sum(order.kept for order in orders)
        money = 1 + max((i + 1 for i, step in enumerate(steps) if spent >= step), default=0)
        asked = zip(
            (recency, frequency, money), (rule.recency, rule.frequency, rule.money), strict=True
        )
        return all(low <= score <= high for score, (low, high) in asked)
