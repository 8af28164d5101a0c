"""What a basket gets, for every kind of promotion."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kram.kit.ids import new_id
from kram.shop.promotions.basket import Basket, Buyer, Line
from kram.shop.promotions.conditions import Candidate
from kram.shop.promotions.engine import Outcome, price
from kram.shop.promotions.refusals import REFUSAL_MESSAGES, Refusal, WhyNot
from kram.shop.promotions.rule import (
    AmountOffGoods,
    AmountOffOrder,
    BuyGet,
    Conditions,
    Effect,
    FreeDelivery,
    Goods,
    PercentOff,
    Rule,
    Step,
    Tiers,
)
from tests.factories.promotions import baskets, candidate, candidates, line, rules

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def basket(*lines: Line, delivery: int | None = 9_000, **more: object) -> Basket:
    return Basket(lines, delivery, **more)  # type: ignore[arg-type]


def only(effect: Effect, *lines: Line, **more: object) -> Outcome:
    return price(basket(*lines), [candidate(effect, **more)], NOW)  # type: ignore[arg-type]


def refusal(of: Candidate, *lines: Line, **more: object) -> Refusal:
    coded = msgspec.structs.replace(of, code="CODE")
    [refused] = price(basket(*lines, **more), [coded], NOW).refused  # type: ignore[arg-type]
    return refused


@pytest.mark.parametrize(
    ("effect", "lines", "expected"),
    [
        (PercentOff(1_000), [line(100), line(50, 3)], (10, 15)),
        (PercentOff(3_333), [line(1), line(1), line(1)], (1, 0, 0)),
        (PercentOff(10_000), [line(333, 3)], (999,)),
        (AmountOffOrder(100), [line(100), line(100), line(100)], (34, 33, 33)),
        (AmountOffOrder(10**9), [line(100), line(5)], (100, 5)),
        (AmountOffGoods(30), [line(100, 2), line(20, 2)], (60, 40)),
        (BuyGet(2, 1), [line(300, 2), line(100)], (0, 100)),
        (BuyGet(2, 1), [line(300, 2), line(100, 4)], (0, 200)),
        (BuyGet(2, 1, times=1), [line(300, 2), line(100, 4)], (0, 100)),
        (BuyGet(1, 1, 5_000), [line(101, 2)], (51,)),
        (
            Tiers("sum", (Step(100, PercentOff(1_000)), Step(200, PercentOff(2_000)))),
            [line(150)],
            (15,),
        ),
        (
            Tiers("quantity", (Step(2, PercentOff(1_000)), Step(4, AmountOffOrder(111)))),
            [line(100, 5)],
            (111,),
        ),
    ],
)
def test_each_kind(effect: Effect, lines: list[Line], expected: tuple[int, ...]) -> None:
    outcome = only(effect, *lines)
    assert outcome.lines == expected
    assert [applied.goods_minor for applied in outcome.applied] == [sum(expected)]


def test_free_delivery() -> None:
    outcome = only(FreeDelivery(), line(100))
    assert (outcome.lines, outcome.delivery_minor) == ((0,), 9_000)


def test_free_delivery_is_promised_before_one_is_chosen() -> None:
    outcome = price(basket(line(100), delivery=None), [candidate(FreeDelivery())], NOW)
    assert [applied.total_minor for applied in outcome.applied] == [0]


def test_only_the_goods_that_it_is_for() -> None:
    shelf, mark = new_id(), new_id()
    lines = [
        line(100, categories=frozenset({shelf})),
        line(100, collections=frozenset({mark})),
        line(100, tags=frozenset({"new"})),
        line(100),
    ]
    goods = Goods(categories=(shelf,), collections=(mark,), tags=("new",))
    assert only(PercentOff(1_000), *lines, goods=goods).lines == (10, 10, 10, 0)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"is_active": False}, Refusal(WhyNot.PAUSED, "CODE")),
        (
            {"starts_at": NOW + timedelta(days=1)},
            Refusal(WhyNot.NOT_YET, "CODE", at=NOW + timedelta(days=1)),
        ),
        ({"ends_at": NOW}, Refusal(WhyNot.EXPIRED, "CODE", at=NOW)),
        ({"used_up": True}, Refusal(WhyNot.USED_UP, "CODE")),
        ({"used_by_buyer": True}, Refusal(WhyNot.USED_BY_YOU, "CODE")),
        ({"when": Conditions(channels=("pos",))}, Refusal(WhyNot.OTHER_CHANNEL, "CODE")),
        ({"when": Conditions(first_order=True)}, Refusal(WhyNot.FIRST_ORDER_ONLY, "CODE")),
        ({"when": Conditions(min_spent_minor=501)}, Refusal(WhyNot.NOT_FOR_YOU, "CODE")),
        ({"when": Conditions(groups=(new_id(),))}, Refusal(WhyNot.NOT_FOR_YOU, "CODE")),
        ({"when": Conditions(segments=(new_id(),))}, Refusal(WhyNot.NOT_FOR_YOU, "CODE")),
        ({"goods": Goods(products=(new_id(),))}, Refusal(WhyNot.OTHER_GOODS, "CODE")),
        (
            {"when": Conditions(min_sum_minor=1_000)},
            Refusal(WhyNot.MINIMUM_SUM, "CODE", missing=700),
        ),
        (
            {"when": Conditions(min_quantity=5)},
            Refusal(WhyNot.MINIMUM_QUANTITY, "CODE", missing=2),
        ),
    ],
)
def test_why_not(more: dict[str, object], expected: Refusal) -> None:
    of = candidate(PercentOff(1_000), **more)  # type: ignore[arg-type]
    buyer = Buyer(orders=2, spent_minor=500, segments=frozenset(), groups=frozenset())
    assert refusal(of, line(100, 3), buyer=buyer) == expected


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        (BuyGet(3, 1), Refusal(WhyNot.MINIMUM_QUANTITY, "CODE", missing=1)),
        (
            Tiers("sum", (Step(1_000, PercentOff(1)),)),
            Refusal(WhyNot.MINIMUM_SUM, "CODE", missing=700),
        ),
    ],
)
def test_a_kind_has_a_minimum_of_its_own(effect: Effect, expected: Refusal) -> None:
    assert refusal(candidate(effect), line(100, 3)) == expected


def test_a_code_that_nobody_made() -> None:
    [refused] = price(basket(line(100)), [], NOW, unknown=["OOPS"]).refused
    assert refused == Refusal(WhyNot.UNKNOWN, "OOPS")


def test_free_delivery_of_what_is_free() -> None:
    refused = refusal(candidate(FreeDelivery()), line(100), delivery=0)
    assert refused.why is WhyNot.DELIVERY_IS_FREE


def test_combinable_ones_follow_each_other_by_priority() -> None:
    later = candidate(PercentOff(5_000), name="half")
    first = candidate(AmountOffOrder(100), name="hundred", priority=1)
    outcome = price(basket(line(1_000)), [later, first], NOW)
    assert [(each.name, each.goods_minor) for each in outcome.applied] == [
        ("hundred", 100),
        ("half", 450),
    ]


@pytest.mark.parametrize(("percent", "given"), [(1_000, "small"), (3_000, "alone")])
def test_an_exclusive_one_stands_alone_when_it_gives_more(percent: int, given: str) -> None:
    """Also when that is a code; the code is told what stood in its way."""
    small = candidate(PercentOff(2_000), name="small")
    alone = candidate(PercentOff(percent), name="alone", is_exclusive=True, code="ALONE")
    outcome = price(basket(line(1_000)), [small, alone], NOW)
    assert [applied.name for applied in outcome.applied] == [given]
    refused = () if given == "alone" else (Refusal(WhyNot.NOT_COMBINABLE, "ALONE", other="small"),)
    assert outcome.refused == refused


def test_two_codes_of_one_promotion_are_one_discount() -> None:
    one = candidate(PercentOff(1_000), code="A")
    two = msgspec.structs.replace(one, code="B")
    outcome = price(basket(line(1_000)), [one, two], NOW)
    assert outcome.lines == (100,)
    assert outcome.refused == (Refusal(WhyNot.NOT_COMBINABLE, "B", other="Sale"),)


def test_what_is_free_already_cannot_be_cheaper() -> None:
    whole = candidate(PercentOff(10_000), priority=1)
    code = candidate(PercentOff(1_000), code="MORE")
    assert price(basket(line(100)), [whole, code], NOW).refused == (
        Refusal(WhyNot.NOTHING_LEFT, "MORE"),
    )


def test_the_nearest_automatic_promotion_is_named() -> None:
    far = candidate(PercentOff(1), name="far", when=Conditions(min_sum_minor=1_000))
    near = candidate(FreeDelivery(), name="near", when=Conditions(min_sum_minor=500))
    outcome = price(basket(line(100)), [far, near], NOW)
    assert outcome.nearly == Refusal(WhyNot.MINIMUM_SUM, missing=400, other="near")


def test_every_refusal_has_words() -> None:
    assert set(REFUSAL_MESSAGES) == set(WhyNot)


@given(baskets, st.lists(candidates, max_size=6))
def test_never_below_zero_and_always_whole(of: Basket, some: list[Candidate]) -> None:
    """Any rules, any basket, with any of the customer's fields unknown."""
    outcome = price(of, some, NOW)
    assert len(outcome.lines) == len(of.lines)
    assert all(
        0 <= off <= each.total_minor for off, each in zip(outcome.lines, of.lines, strict=True)
    )
    assert 0 <= outcome.delivery_minor <= (of.delivery_minor or 0)
    assert outcome.total_minor == sum(applied.total_minor for applied in outcome.applied)


@given(baskets, st.lists(candidates, max_size=6))
def test_every_typed_code_is_given_or_told_why_not(of: Basket, some: list[Candidate]) -> None:
    outcome = price(of, some, NOW)
    typed = {each.code for each in some if each.code}
    answered = {each.code for each in (*outcome.applied, *outcome.refused) if each.code}
    assert answered == typed


@given(baskets, st.lists(candidates, max_size=5))
def test_the_order_of_asking_does_not_matter(of: Basket, some: list[Candidate]) -> None:
    distinct = list({each.promotion_id: each for each in some}.values())
    shuffled = sorted(distinct, key=lambda each: str(each.promotion_id)[::-1])
    assert price(of, distinct, NOW) == price(of, shuffled, NOW)


@given(rules)
def test_a_rule_survives_its_row(rule: Rule) -> None:
    kept = msgspec.json.encode(rule)
    assert msgspec.json.encode(msgspec.json.decode(kept, type=Rule)) == kept


@pytest.mark.parametrize(
    "body",
    [
        '{"effect": {"kind": "percent", "basis_points": 0}}',
        '{"effect": {"kind": "percent", "basis_points": 10001}}',
        '{"effect": {"kind": "percent", "basis_points": 1.5}}',
        '{"effect": {"kind": "percent", "basis_point": 100}}',
        '{"effect": {"kind": "gift"}}',
        '{"effect": {"kind": "amount_off_order", "amount_minor": -1}}',
        '{"effect": {"kind": "tiers", "by": "sum", "steps": []}}',
        '{"effect": {"kind": "tiers", "by": "sum", "steps": ['
        '{"at_least": 2, "off": {"kind": "percent", "basis_points": 1}},'
        '{"at_least": 1, "off": {"kind": "percent", "basis_points": 2}}]}}',
        '{"effect": {"kind": "free_delivery"}, "when": {"min_sum_minr": 5}}',
    ],
)
def test_a_rule_that_means_nothing_is_refused(body: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=Rule)


def test_no_promotion_no_discount() -> None:
    assert price(basket(line(100)), [], NOW) == Outcome((0,))


def test_ids_break_ties() -> None:
    two = [candidate(AmountOffOrder(60), promotion_id=UUID(int=number)) for number in (2, 1)]
    applied = price(basket(line(100)), two, NOW).applied
    assert [(each.promotion_id.int, each.goods_minor) for each in applied] == [(1, 60), (2, 40)]
