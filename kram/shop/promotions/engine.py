"""Which promotions a basket gets, and what each takes off. Pure: values in, values out.

Combinable promotions are all given, the higher priority first, each on what those before it left.
An exclusive one stands alone. The shopper gets whichever takes more off.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from kram.shop.promotions.basket import Basket
from kram.shop.promotions.conditions import Candidate, lines_for, why_not
from kram.shop.promotions.effects import discounts
from kram.shop.promotions.refusals import Refusal, WhyNot
from kram.shop.promotions.rule import FreeDelivery


class Applied(msgspec.Struct, frozen=True):
    """One promotion's part. Zero everywhere: free delivery, before a delivery is chosen."""

    promotion_id: UUID
    name: str
    code: str
    code_id: UUID | None
    goods_minor: int
    delivery_minor: int

    @property
    def total_minor(self) -> int:
        return self.goods_minor + self.delivery_minor


class Outcome(msgspec.Struct, frozen=True):
    """`lines` are the discounts of the basket's lines, in their order; `nearly` what an automatic
    promotion still asks for, its name in `other`."""

    lines: tuple[int, ...]
    delivery_minor: int = 0
    applied: tuple[Applied, ...] = ()
    refused: tuple[Refusal, ...] = ()
    nearly: Refusal | None = None

    @property
    def total_minor(self) -> int:
        return sum(self.lines) + self.delivery_minor


def price(
    basket: Basket, candidates: Iterable[Candidate], now: datetime, unknown: Iterable[str] = ()
) -> Outcome:
    """`unknown` are typed codes that belong to no promotion."""
    ordered = sorted(candidates, key=_order)
    verdicts = [(candidate, why_not(candidate, basket, now)) for candidate in ordered]
    fit = _once_each([candidate for candidate, refusal in verdicts if refusal is None])
    best = _best(basket, fit)
    exclusive = any(each.is_exclusive and _is_given(each, best) for each in fit)
    given = {applied.promotion_id for applied in best.applied}
    refused = [Refusal(WhyNot.UNKNOWN, code) for code in unknown]
    refused += [refusal for _, refusal in verdicts if refusal and refusal.code]
    refused += [
        _left_out(candidate, best, exclusive, basket)
        for candidate, refusal in verdicts
        if refusal is None and candidate.code and not _is_given(candidate, best)
    ]
    nearly = [
        msgspec.structs.replace(refusal, other=candidate.name)
        for candidate, refusal in verdicts
        if refusal and not candidate.code and candidate.promotion_id not in given
        if refusal.why is WhyNot.MINIMUM_SUM
    ]
    return msgspec.structs.replace(
        best,
        refused=tuple(refused),
        nearly=min(nearly, key=lambda refusal: refusal.missing, default=None),
    )


def _order(candidate: Candidate) -> tuple[int, bool, UUID, str]:
    return -candidate.priority, not candidate.code, candidate.promotion_id, candidate.code


def _once_each(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Two codes of one promotion are one promotion."""
    first: dict[UUID, Candidate] = {}
    for candidate in candidates:
        first.setdefault(candidate.promotion_id, candidate)
    return list(first.values())


def _best(basket: Basket, fit: Sequence[Candidate]) -> Outcome:
    together = [candidate for candidate in fit if not candidate.is_exclusive]
    groups = [together, *([candidate] for candidate in fit if candidate.is_exclusive)]
    outcomes = [_together(basket, group) for group in groups]
    return max(outcomes, key=lambda outcome: (outcome.total_minor, len(outcome.applied)))


def _together(basket: Basket, group: Iterable[Candidate]) -> Outcome:
    left = [line.total_minor for line in basket.lines]
    delivery_left = basket.delivery_minor
    applied = []
    for candidate in group:
        part = _part(candidate, basket, left, delivery_left)
        if part is None:
            continue
        applied.append(part)
        delivery_left = delivery_left and delivery_left - part.delivery_minor
    taken = [line.total_minor - rest for line, rest in zip(basket.lines, left, strict=True)]
    return Outcome(
        tuple(taken),
        (basket.delivery_minor or 0) - (delivery_left or 0),
        tuple(applied),
    )


def _part(
    candidate: Candidate, basket: Basket, left: list[int], delivery_left: int | None
) -> Applied | None:
    """What the candidate takes, taken off `left`; None if that is nothing."""
    effect = candidate.rule.effect
    indexes = lines_for(candidate.rule.goods, basket.lines)
    off = discounts(effect, [basket.lines[each] for each in indexes], [left[e] for e in indexes])
    for index, discount in zip(indexes, off, strict=True):
        left[index] -= discount
    free = isinstance(effect, FreeDelivery)
    delivery = (delivery_left or 0) if free else 0
    if not (sum(off) or delivery or (free and delivery_left is None)):
        return None
    return Applied(
        candidate.promotion_id,
        candidate.name,
        candidate.code,
        candidate.code_id,
        sum(off),
        delivery,
    )


def _is_given(candidate: Candidate, outcome: Outcome) -> bool:
    return any(
        (candidate.promotion_id, candidate.code) == (applied.promotion_id, applied.code)
        for applied in outcome.applied
    )


def _left_out(
    candidate: Candidate, best: Outcome, best_is_exclusive: bool, basket: Basket
) -> Refusal:
    """Why a code that is for this basket gives nothing all the same."""
    if isinstance(candidate.rule.effect, FreeDelivery) and basket.delivery_minor == 0:
        return Refusal(WhyNot.DELIVERY_IS_FREE, candidate.code)
    twice = any(applied.promotion_id == candidate.promotion_id for applied in best.applied)
    if best.applied and (candidate.is_exclusive or best_is_exclusive or twice):
        largest = max(best.applied, key=lambda applied: applied.total_minor)
        return Refusal(WhyNot.NOT_COMBINABLE, candidate.code, other=largest.name)
    return Refusal(WhyNot.NOTHING_LEFT, candidate.code)
