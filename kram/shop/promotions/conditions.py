"""Whether a promotion is for this basket, and if not, why not."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from kram.shop.promotions.basket import Basket, Line
from kram.shop.promotions.refusals import Refusal, WhyNot
from kram.shop.promotions.rule import BuyGet, Conditions, Goods, Rule, Tiers


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A promotion that might be given: automatic, or by the code that was typed.

    `used_up` and `used_by_buyer` are what the counters say at this moment. Of candidates with
    equal `priority` the one with the lesser id comes first.
    """

    promotion_id: UUID
    name: str
    rule: Rule
    code: str = ""
    code_id: UUID | None = None
    priority: int = 0
    is_exclusive: bool = False
    is_active: bool = True
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    used_up: bool = False
    used_by_buyer: bool = False


def why_not(candidate: Candidate, basket: Basket, now: datetime) -> Refusal | None:
    """The first thing that stands in the way; None: it is for this basket."""
    refusal = next(_obstacles(candidate, basket, now), None)
    return refusal and msgspec.structs.replace(refusal, code=candidate.code)


def lines_for(goods: Goods, lines: Sequence[Line]) -> list[int]:
    """The indexes of the lines that the promotion is for."""
    if goods.is_everything:
        return list(range(len(lines)))
    return [index for index, line in enumerate(lines) if _matches(goods, line)]


def _matches(goods: Goods, line: Line) -> bool:
    return (
        line.product_id in goods.products
        or line.variant_id in goods.variants
        or not line.categories.isdisjoint(goods.categories)
        or not line.collections.isdisjoint(goods.collections)
        or not line.tags.isdisjoint(goods.tags)
    )


def _obstacles(candidate: Candidate, basket: Basket, now: datetime) -> Iterator[Refusal]:
    if not candidate.is_active:
        yield Refusal(WhyNot.PAUSED)
    if candidate.starts_at is not None and now < candidate.starts_at:
        yield Refusal(WhyNot.NOT_YET, at=candidate.starts_at)
    if candidate.ends_at is not None and now >= candidate.ends_at:
        yield Refusal(WhyNot.EXPIRED, at=candidate.ends_at)
    if candidate.used_up:
        yield Refusal(WhyNot.USED_UP)
    if candidate.used_by_buyer:
        yield Refusal(WhyNot.USED_BY_YOU)
    yield from _about_buyer(candidate.rule.when, basket)
    chosen = [basket.lines[index] for index in lines_for(candidate.rule.goods, basket.lines)]
    yield from _about_goods(candidate.rule, chosen)


def _about_buyer(when: Conditions, basket: Basket) -> Iterator[Refusal]:
    buyer = basket.buyer
    if when.channels and basket.channel not in when.channels:
        yield Refusal(WhyNot.OTHER_CHANNEL)
    if when.first_order and buyer.orders != 0:
        yield Refusal(WhyNot.FIRST_ORDER_ONLY)
    if when.min_spent_minor and (buyer.spent_minor or 0) < when.min_spent_minor:
        yield Refusal(WhyNot.NOT_FOR_YOU)
    for wanted, known in ((when.segments, buyer.segments), (when.groups, buyer.groups)):
        if wanted and (known or frozenset()).isdisjoint(wanted):
            yield Refusal(WhyNot.NOT_FOR_YOU)


def _about_goods(rule: Rule, chosen: Sequence[Line]) -> Iterator[Refusal]:
    if not chosen:
        yield Refusal(WhyNot.OTHER_GOODS)
    missing_sum = _needed_sum(rule) - sum(line.total_minor for line in chosen)
    if missing_sum > 0:
        yield Refusal(WhyNot.MINIMUM_SUM, missing=missing_sum)
    missing_units = _needed_units(rule) - sum(line.quantity for line in chosen)
    if missing_units > 0:
        yield Refusal(WhyNot.MINIMUM_QUANTITY, missing=missing_units)


def _needed_sum(rule: Rule) -> int:
    steps = _first_step(rule, "sum")
    return max(rule.when.min_sum_minor, steps)


def _needed_units(rule: Rule) -> int:
    match rule.effect:
        case BuyGet(buy=buy, get=get):
            return max(rule.when.min_quantity, buy + get)
        case _:
            return max(rule.when.min_quantity, _first_step(rule, "quantity"))


def _first_step(rule: Rule, by: str) -> int:
    effect = rule.effect
    return effect.steps[0].at_least if isinstance(effect, Tiers) and effect.by == by else 0
