"""Baskets and rules, by hand and at random."""

from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.promotions import service
from kram.shop.promotions.basket import Basket, Buyer, Line
from kram.shop.promotions.conditions import Candidate
from kram.shop.promotions.drafts import PromotionDraft
from kram.shop.promotions.models import Promotion
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

IDS = [UUID(int=number) for number in range(1, 6)]


def line(price_minor: int, quantity: int = 1, **more: object) -> Line:
    return Line(new_id(), new_id(), price_minor, quantity, **more)  # type: ignore[arg-type]


def candidate(effect: Effect, *, when: Conditions | None = None, **more: object) -> Candidate:
    """Automatic, unless it has a code."""
    goods = more.pop("goods", Goods())
    rule = Rule(effect, goods, when or Conditions())  # type: ignore[arg-type]
    values: dict[str, object] = {"promotion_id": new_id(), "name": "Sale", "rule": rule, **more}
    return Candidate(**values)  # type: ignore[arg-type]


_ids = st.sets(st.sampled_from(IDS), max_size=3)
_few = _ids.map(lambda ids: tuple(sorted(ids)))
_some = _ids.map(frozenset)
_names = st.sets(st.sampled_from(["new", "sale", "bot", "web"]), max_size=2)
_tags = _names.map(frozenset)
_labels = _names.map(lambda names: tuple(sorted(names)))
_amounts = st.integers(1, 10**9)
_off = st.builds(PercentOff, st.integers(1, 10_000)) | st.builds(AmountOffOrder, _amounts)


@st.composite
def _tiers(draw: st.DrawFn) -> Tiers:
    by = draw(st.sampled_from(["sum", "quantity"]))
    marks = draw(st.sets(st.integers(1, 10**6), min_size=1, max_size=4))
    return Tiers(by, tuple(Step(mark, draw(_off)) for mark in sorted(marks)))


effects: st.SearchStrategy[Effect] = (
    _off
    | st.builds(AmountOffGoods, _amounts)
    | st.builds(FreeDelivery)
    | st.builds(
        BuyGet,
        st.integers(1, 5),
        st.integers(1, 3),
        st.integers(1, 10_000),
        st.none() | st.integers(1, 4),
    )
    | _tiers()
)
goods = st.builds(Goods, _few, _few, _few, _few, _labels) | st.just(Goods())
conditions = st.builds(
    Conditions,
    st.integers(0, 10**8),
    st.integers(0, 50),
    st.booleans(),
    st.integers(0, 10**8),
    _few,
    _few,
    _labels,
) | st.just(Conditions())
rules = st.builds(Rule, effects, goods, conditions)
buyers = st.builds(
    Buyer,
    st.none() | st.integers(0, 5),
    st.none() | st.integers(0, 10**9),
    st.none() | _some,
    st.none() | _some,
)
lines = st.builds(
    Line,
    st.sampled_from(IDS),
    st.sampled_from(IDS),
    st.integers(0, 10**9),
    st.integers(1, 999),
    _some,
    _some,
    _tags,
    st.sampled_from([False, False, False, True]),
)
baskets = st.builds(
    Basket,
    st.lists(lines, max_size=8).map(tuple),
    st.none() | st.integers(0, 10**6),
    buyers,
    st.none() | st.sampled_from(["bot", "web"]),
)
candidates = st.builds(
    Candidate,
    promotion_id=st.uuids(),
    name=st.just("Sale"),
    rule=rules,
    code=st.sampled_from(["", "", "SPRING", "AUTUMN"]),
    priority=st.integers(-2, 2),
    is_exclusive=st.booleans(),
)


async def make_promotion(
    tx: TenantTx, effect: Effect | None = None, *, code: str = "", **changes: Any
) -> Promotion:
    """10 % off, automatic unless it has a code."""
    code_limit = changes.pop("code_limit", None)
    rule = Rule(
        effect or PercentOff(1_000),
        changes.pop("goods", Goods()),
        changes.pop("when", Conditions()),
    )
    draft = PromotionDraft(**{"name": "Sale", "rule": rule, "is_automatic": not code, **changes})
    promotion = await service.create(tx, draft)
    if code:
        await service.add_code(tx, promotion.id, code, code_limit)
    return promotion
