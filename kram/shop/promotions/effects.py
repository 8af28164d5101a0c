"""How much each kind of promotion takes off, line by line. Whole minor units in and out.

Rounded once for a promotion, half up, and shared among its lines by largest remainder.
"""

from collections.abc import Sequence
from typing import assert_never

from kram.kit.money import Rounding, divided, shared
from kram.shop.promotions.basket import Line
from kram.shop.promotions.rule import (
    WHOLE,
    AmountOffGoods,
    AmountOffOrder,
    BuyGet,
    Effect,
    FreeDelivery,
    PercentOff,
    Tiers,
)


def discounts(effect: Effect, lines: Sequence[Line], left: Sequence[int]) -> list[int]:
    """Off each of the lines; `left` is what they still cost, and no part is more than that."""
    match effect:
        case PercentOff():
            return _percent(effect.basis_points, left)
        case AmountOffOrder():
            return _amount(effect.amount_minor, left)
        case AmountOffGoods():
            return [
                min(effect.amount_minor * line.quantity, rest)
                for line, rest in zip(lines, left, strict=True)
            ]
        case BuyGet():
            return _cheapest(effect, lines, left)
        case Tiers():
            step = reached(effect, lines)
            return [0] * len(lines) if step is None else discounts(step, lines, left)
        case FreeDelivery():
            return [0] * len(lines)
        case _:
            assert_never(effect)


def reached(tiers: Tiers, lines: Sequence[Line]) -> PercentOff | AmountOffOrder | None:
    measure = measured(tiers, lines)
    steps = [step for step in tiers.steps if step.at_least <= measure]
    return steps[-1].off if steps else None


def measured(tiers: Tiers, lines: Sequence[Line]) -> int:
    if tiers.by == "sum":
        return sum(line.total_minor for line in lines)
    return sum(line.quantity for line in lines)


def _percent(basis_points: int, left: Sequence[int]) -> list[int]:
    return _amount(divided(sum(left) * basis_points, WHOLE, Rounding.HALF_UP), left)


def _amount(amount: int, left: Sequence[int]) -> list[int]:
    return shared(min(amount, sum(left)), left)


def _cheapest(effect: BuyGet, lines: Sequence[Line], left: Sequence[int]) -> list[int]:
    units = sum(line.quantity for line in lines)
    groups = units // (effect.buy + effect.get)
    free = effect.get * (groups if effect.times is None else min(groups, effect.times))
    taken = [0] * len(lines)
    for index in sorted(range(len(lines)), key=lambda each: lines[each].unit_price_minor):
        count = min(free, lines[index].quantity)
        off = lines[index].unit_price_minor * count * effect.basis_points
        taken[index] = min(divided(off, WHOLE, Rounding.HALF_UP), left[index])
        free -= count
    return taken
