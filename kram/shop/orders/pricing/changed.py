"""What an order froze of its price, after the staff changed its lines. Pure.

Its parts go on to make up its sums: taxes by rate, promotions and points.
"""

from collections.abc import Sequence

import msgspec

from kram.kit.money import shared
from kram.shop.orders.models import OrderLine
from kram.shop.orders.pricing.quote import Pricing, TaxPart


def changed(
    pricing: Pricing, lines: Sequence[OrderLine], came: Sequence[TaxPart], points_gone: int
) -> Pricing:
    """`lines` are all there are now, `came` the taxes of those that are new, `points_gone` what
    went back of the points."""
    kept = msgspec.structs.replace(
        pricing,
        taxes=_taxes([*pricing.taxes, *came], lines, pricing.delivery_tax_minor),
        points=pricing.points - points_gone,
    )
    return _discounts(kept, max(sum(line.discount_minor for line in lines) - kept.points, 0))


def moved(parts: Sequence[TaxPart], first: int) -> list[TaxPart]:
    """The same parts, where the first line has that position; without a delivery."""
    return [
        msgspec.structs.replace(
            part, positions=tuple(first + each for each in part.positions), of_delivery=False
        )
        for part in parts
    ]


def _taxes(
    parts: Sequence[TaxPart], lines: Sequence[OrderLine], delivery_tax: int
) -> tuple[TaxPart, ...]:
    by_position = {line.position: line.tax_minor for line in lines}
    merged: dict[tuple[str, int], TaxPart] = {}
    for part in parts:
        key = part.name, part.rate_ppm
        before = merged.get(key, TaxPart(*key, 0))
        positions = {*before.positions, *part.positions} & by_position.keys()
        of_delivery = before.of_delivery or part.of_delivery
        tax = sum(by_position[each] for each in positions) + delivery_tax * of_delivery
        merged[key] = TaxPart(*key, tax, tuple(sorted(positions)), of_delivery)
    return tuple(part for part in merged.values() if part.positions or part.of_delivery)


def _discounts(pricing: Pricing, goods_minor: int) -> Pricing:
    """What is off the goods now, shared as it was among those who gave it."""
    given = [each.amount_minor - each.delivery_minor for each in pricing.promotions]
    weights = [*given, pricing.agreed.amount_minor if pricing.agreed else 0]
    *parts, agreed = shared(goods_minor, weights)
    return msgspec.structs.replace(
        pricing,
        promotions=tuple(
            msgspec.structs.replace(each, amount_minor=part + each.delivery_minor)
            for each, part in zip(pricing.promotions, parts, strict=True)
        ),
        agreed=pricing.agreed and msgspec.structs.replace(pricing.agreed, amount_minor=agreed),
    )
