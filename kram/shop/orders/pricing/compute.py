"""Promotions, then points, then taxes, then the gift card. Pure; whole minor units.

total = goods − discounts + delivery + tax that comes on top; the card then pays a part of it.
Gift cards among the goods are money: neither promotions nor points make them cheaper, and no card
pays for them, or each would buy a larger one.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from kram.kit.money import shared
from kram.shop.giftcards.service import CardFacts
from kram.shop.loyalty.rules import Loyalty, spendable
from kram.shop.orders.pricing.quote import Quote, QuotedLine, TaxPart
from kram.shop.promotions import engine
from kram.shop.promotions.basket import Basket
from kram.shop.promotions.conditions import Candidate
from kram.shop.taxes.contract import TaxAnswer
from kram.shop.taxes.rules import TaxMode, TaxPolicy, TaxRate, taxes


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """`shelves` are each line's categories from the root down; `outside` a tax service's answer for
    exactly these sums."""

    currency: str
    basket: Basket
    now: datetime
    candidates: Sequence[Candidate] = ()
    unknown: Sequence[str] = ()
    policy: TaxPolicy = TaxPolicy()
    shelves: Sequence[Sequence[UUID]] = ()
    loyalty: Loyalty = Loyalty()
    points_balance: int = 0
    use_points: bool = False
    card: CardFacts | None = None
    outside: tuple[str, TaxAnswer] | None = None


class Reduced(msgspec.Struct, frozen=True):
    """After promotions and points, before taxes."""

    outcome: engine.Outcome
    discounts: tuple[int, ...]
    by_points: tuple[int, ...]
    points: int
    spendable_points: int


def reduced(facts: Facts) -> Reduced:
    outcome = _promoted(facts)
    left = [
        0 if line.is_gift_card else line.total_minor - off
        for line, off in zip(facts.basket.lines, outcome.lines, strict=True)
    ]
    most = spendable(facts.points_balance, sum(left), facts.loyalty)
    points = most if facts.use_points else 0
    by_points = shared(points, left) if left else []
    discounts = tuple(a + b for a, b in zip(outcome.lines, by_points, strict=True))
    return Reduced(outcome, discounts, tuple(by_points), points, most)


def _promoted(facts: Facts) -> engine.Outcome:
    lines = facts.basket.lines
    seen = tuple(line for line in lines if not line.is_gift_card)
    basket = msgspec.structs.replace(facts.basket, lines=seen)
    outcome = engine.price(basket, facts.candidates, facts.now, facts.unknown)
    taken = iter(outcome.lines)
    spread = tuple(0 if line.is_gift_card else next(taken) for line in lines)
    return msgspec.structs.replace(outcome, lines=spread)


def compute(facts: Facts) -> Quote:
    return taxed(facts, reduced(facts))


def agreed(facts: Facts, discount_minor: int) -> Quote:
    """At the prices of the basket, less a discount that was agreed upon and is shared among the
    lines by what they cost; no promotion, no points."""
    nothing = engine.price(facts.basket, (), facts.now, ())
    sums = [line.total_minor for line in facts.basket.lines]
    parts = shared(discount_minor, sums) if sums else []
    return taxed(facts, Reduced(nothing, tuple(parts), (0,) * len(sums), 0, 0))


def taxed(facts: Facts, cheaper: Reduced) -> Quote:
    line_taxes, delivery_tax, parts = _taxes(facts, cheaper)
    is_added = facts.policy.mode is TaxMode.ADDED
    quote = Quote(
        currency=facts.currency,
        lines=tuple(
            QuotedLine(
                line.variant_id,
                line.unit_price_minor,
                line.quantity,
                line.total_minor,
                discount,
                tax,
                tax if is_added else 0,
                points,
            )
            for line, discount, points, tax in zip(
                facts.basket.lines, cheaper.discounts, cheaper.by_points, line_taxes, strict=True
            )
        ),
        delivery_minor=facts.basket.delivery_minor,
        delivery_discount_minor=cheaper.outcome.delivery_minor,
        delivery_tax_minor=delivery_tax,
        delivery_tax_added_minor=delivery_tax if is_added else 0,
        points=cheaper.points,
        spendable_points=cheaper.spendable_points,
        points_balance=facts.points_balance,
        gift_card=facts.card,
        gift_card_minor=0,
        applied=cheaper.outcome.applied,
        refused=cheaper.outcome.refused,
        nearly=cheaper.outcome.nearly,
        taxes=parts,
        tax_mode=facts.policy.mode,
        tax_rounding=facts.policy.rounding,
        tax_source=facts.outside[0] if facts.outside else "",
    )
    return _paid_by_card(quote, facts.basket)


def taxed_sums(facts: Facts, cheaper: Reduced) -> list[int]:
    """What each line costs after discounts, and the delivery last."""
    lines = [
        line.total_minor - off
        for line, off in zip(facts.basket.lines, cheaper.discounts, strict=True)
    ]
    return [*lines, (facts.basket.delivery_minor or 0) - cheaper.outcome.delivery_minor]


def _taxes(facts: Facts, cheaper: Reduced) -> tuple[list[int], int, tuple[TaxPart, ...]]:
    policy = facts.policy
    if facts.outside is not None:
        name, answer = facts.outside
        found = [*answer.lines, answer.delivery_minor]
        everything = tuple(range(len(answer.lines)))
        return found[:-1], found[-1], (TaxPart(name, 0, sum(found), everything, of_delivery=True),)
    rates = _rates(facts)
    found = taxes(
        list(zip(taxed_sums(facts, cheaper), rates, strict=True)), policy.mode, policy.rounding
    )
    return found[:-1], found[-1], _by_rate(rates, found)


def _rates(facts: Facts) -> list[TaxRate | None]:
    policy = facts.policy
    shelves = facts.shelves or [()] * len(facts.basket.lines)
    return [
        *(policy.rate_for(categories) for categories in shelves),
        policy.rate_for() if policy.taxes_delivery else None,
    ]


def _by_rate(rates: Sequence[TaxRate | None], found: Sequence[int]) -> tuple[TaxPart, ...]:
    """The last rate and the last tax are the delivery's."""
    parts: dict[tuple[str, int], TaxPart] = {}
    for position, (rate, tax) in enumerate(zip(rates, found, strict=True)):
        if rate is None:
            continue
        part = parts.get((rate.name, rate.rate_ppm), TaxPart(rate.name, rate.rate_ppm, 0))
        of_delivery = position == len(found) - 1
        parts[part.name, part.rate_ppm] = TaxPart(
            part.name,
            part.rate_ppm,
            part.tax_minor + tax,
            part.positions if of_delivery else (*part.positions, position),
            of_delivery,
        )
    return tuple(parts.values())


def _paid_by_card(quote: Quote, basket: Basket) -> Quote:
    if quote.gift_card is None:
        return quote
    cards = sum(
        priced.to_pay_minor
        for line, priced in zip(basket.lines, quote.lines, strict=True)
        if line.is_gift_card
    )
    part = min(quote.gift_card.balance.minor, quote.total_minor - cards)
    return msgspec.structs.replace(quote, gift_card_minor=part)
