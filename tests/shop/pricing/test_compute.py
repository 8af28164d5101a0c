"""Every part of a price adds up, in whole minor units, for whatever a shop has set up."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kram.kit.ids import new_id
from kram.kit.money import Money
from kram.shop.giftcards.service import CardFacts
from kram.shop.loyalty.rules import Loyalty
from kram.shop.orders.pricing.compute import Facts, compute
from kram.shop.orders.pricing.quote import Quote
from kram.shop.orders.rules import share
from kram.shop.promotions.basket import Basket
from kram.shop.promotions.refusals import WhyNot
from kram.shop.promotions.rule import AmountOffOrder, BuyGet, Conditions, PercentOff
from kram.shop.taxes.contract import TaxAnswer
from kram.shop.taxes.rules import TaxMode, TaxPolicy, TaxRate, TaxRounding
from tests.factories.promotions import IDS, baskets, candidate, candidates, line

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

_rates = st.lists(
    st.builds(
        TaxRate, st.just("VAT"), st.integers(0, 1_000_000), st.just("UA"), st.sampled_from(IDS)
    ),
    max_size=3,
).map(tuple)
_policies = st.builds(
    TaxPolicy,
    mode=st.sampled_from(TaxMode),
    rounding=st.sampled_from(TaxRounding),
    taxes_delivery=st.booleans(),
    rates=st.builds(
        lambda rates, usual: (*rates, *usual),
        _rates,
        st.just(()) | st.just((TaxRate("VAT", 200_000),)),
    ),
)
_loyalties = st.builds(
    Loyalty,
    is_active=st.booleans(),
    earn_rate=st.integers(0, 10_000),
    spend_limit=st.integers(0, 10_000),
)


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    currency = draw(st.sampled_from(["JPY", "XTR", "UAH", "KWD"]))
    basket = draw(baskets)
    card = CardFacts(new_id(), "7XYZ", Money(draw(st.integers(1, 10**9)), currency))
    return Facts(
        currency=currency,
        basket=basket,
        now=NOW,
        candidates=draw(st.lists(candidates, max_size=4)),
        policy=draw(_policies),
        shelves=[draw(st.lists(st.sampled_from(IDS), max_size=3)) for _ in basket.lines],
        loyalty=draw(_loyalties),
        points_balance=draw(st.integers(0, 10**7)),
        use_points=draw(st.booleans()),
        card=draw(st.none() | st.just(card)),
    )


def adds_up(quote: Quote) -> None:
    """Property 18: lines + tax + delivery − discount = total; and what an order's CHECKs say."""
    for each in quote.lines:
        assert each.total_minor == each.unit_price_minor * each.quantity
        assert 0 <= each.discount_minor <= each.total_minor
        assert 0 <= each.tax_added_minor <= each.tax_minor
    goods = sum(
        each.total_minor - each.discount_minor + each.tax_added_minor for each in quote.lines
    )
    delivery = (
        (quote.delivery_minor or 0) - quote.delivery_discount_minor + quote.delivery_tax_added_minor
    )
    assert quote.total_minor == goods + delivery >= 0
    assert 0 <= quote.gift_card_minor <= quote.total_minor
    assert quote.discount_minor == sum(each.total_minor for each in quote.applied) + quote.points
    assert quote.tax_minor == sum(part.tax_minor for part in quote.taxes)


def pays_full_for_cards(some: Facts, quote: Quote) -> None:
    """Nothing makes money cheaper, and money on cards pays for none."""
    priced = zip(some.basket.lines, quote.lines, strict=True)
    cards = [each for line, each in priced if line.is_gift_card]
    assert all(each.discount_minor == each.points == 0 for each in cards)
    assert quote.to_pay_minor >= sum(each.to_pay_minor for each in cards)


@settings(max_examples=1_000, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(facts())
def test_a_random_cart_adds_up(some: Facts) -> None:
    quote = compute(some)
    adds_up(quote)
    pays_full_for_cards(some, quote)


@pytest.mark.stress
@settings(max_examples=100_000, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(facts())
def test_a_hundred_thousand_random_carts_add_up(some: Facts) -> None:
    adds_up(compute(some))


@settings(max_examples=300, deadline=None)
@given(facts(), st.data())
def test_any_chain_of_refunds_by_share_makes_up_what_was_paid(
    some: Facts, data: st.DataObject
) -> None:
    """Goods go back unit by unit, in any split and order; then the delivery."""
    quote = compute(some)
    back = 0
    for each in quote.lines:
        before = 0
        while before < each.quantity:
            units = data.draw(st.integers(1, each.quantity - before))
            back += share(each.total_minor, each.quantity, before, units)
            back -= share(each.discount_minor, each.quantity, before, units)
            back += share(each.tax_added_minor, each.quantity, before, units)
            before += units
    frozen = quote.frozen
    back += (
        (quote.delivery_minor or 0)
        - frozen.delivery_discount_minor
        + frozen.delivery_tax_added_minor
    )
    assert back == quote.to_pay_minor + quote.gift_card_minor


def test_discount_then_points_then_tax_then_card() -> None:
    """Worked by hand: 3 × 33.35, 10 % off, 30 % of the rest by points, 20 % on top, a card."""
    quote = compute(
        Facts(
            currency="UAH",
            basket=Basket((line(3_335, 3),), 9_000),
            now=NOW,
            candidates=[candidate(PercentOff(1_000))],
            policy=TaxPolicy(mode=TaxMode.ADDED, rates=(TaxRate("VAT", 200_000),)),
            loyalty=Loyalty(is_active=True, spend_limit=3_000),
            points_balance=10_000,
            use_points=True,
            card=CardFacts(new_id(), "7XYZ", Money(5_000, "UAH")),
        )
    )
    # 10005 − 1001 = 9004; points 2701; 6303 × 20 % = 1261; delivery 9000 × 20 % = 1800
    assert (quote.discount_minor, quote.points) == (1_001 + 2_701, 2_701)
    assert (quote.lines[0].tax_minor, quote.delivery_tax_minor) == (1_261, 1_800)
    assert quote.total_minor == 10_005 - 3_702 + 9_000 + 3_061
    assert (quote.gift_card_minor, quote.to_pay_minor) == (5_000, 13_364)


CARD = CardFacts(new_id(), "7XYZ", Money(900_000, "UAH"))


def test_gift_cards_alone_are_paid_in_full() -> None:
    """30 % off, points and a card in hand: none of it for another card."""
    quote = compute(
        Facts(
            currency="UAH",
            basket=Basket((line(100_000, is_gift_card=True),)),
            now=NOW,
            candidates=[candidate(PercentOff(3_000), code="THIRTY")],
            loyalty=Loyalty(is_active=True, spend_limit=10_000),
            points_balance=10_000,
            use_points=True,
            card=CARD,
        )
    )
    assert (quote.to_pay_minor, quote.gift_card_minor) == (100_000, 0)
    assert (quote.points, quote.spendable_points) == (0, 0)
    assert [(each.why, each.code) for each in quote.refused] == [(WhyNot.OTHER_GOODS, "THIRTY")]


def test_gift_cards_beside_goods_are_not_seen_by_promotions() -> None:
    """The discount is of the goods, and stands at their line; a threshold does not count cards."""
    basket = Basket((line(100_000, is_gift_card=True), line(1_000), line(5, is_gift_card=True)))
    ten = candidate(PercentOff(1_000))
    large = candidate(AmountOffOrder(500), when=Conditions(min_sum_minor=1_001))
    third = candidate(BuyGet(1, 1))
    quote = compute(
        Facts(currency="UAH", basket=basket, now=NOW, candidates=[ten, large, third], card=CARD)
    )
    assert [each.discount_minor for each in quote.lines] == [0, 100, 0]
    assert (quote.gift_card_minor, quote.to_pay_minor) == (900, 100_005)


def test_an_outside_answer_is_taken_as_it_is() -> None:
    quote = compute(
        Facts(
            currency="UAH",
            basket=Basket((line(1_000), line(500)), 100),
            now=NOW,
            policy=TaxPolicy(mode=TaxMode.ADDED),
            outside=("avalara", TaxAnswer((77, 33), 5)),
        )
    )
    assert (quote.tax_minor, quote.tax_added_minor, quote.tax_source) == (115, 115, "avalara")
