"""Small definitions by hypothesis, and a judge that tries everything."""

from collections.abc import Iterator
from itertools import combinations

from hypothesis import strategies as st

from kram.shop.configurator.definition import (
    Choice,
    ChoiceRule,
    Definition,
    Picking,
    PickOne,
    PickSeveral,
    RuleKind,
)


def choices(*ids: str) -> tuple[Choice, ...]:
    return tuple(Choice(each, each.upper()) for each in ids)


def fits(definition: Definition, chosen: frozenset[str]) -> bool:
    """Written from the words of the rules alone, to be compared with the real ones."""
    for step in definition.picking():
        count = sum(choice.id in chosen for choice in step.choices)
        if count < step.least or (step.most is not None and count > step.most):
            return False
    for rule in definition.rules:
        met = any(each in chosen for each in rule.others)
        if rule.choice in chosen and met != (rule.kind is RuleKind.REQUIRES):
            return False
    return True


def selections(definition: Definition) -> Iterator[frozenset[str]]:
    ids = [choice.id for choice in definition.choices()]
    for size in range(len(ids) + 1):
        yield from map(frozenset, combinations(ids, size))


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    ids = [f"c{number}" for number in range(draw(st.integers(1, 8)))]
    steps: list[Picking] = []
    rest = list(ids)
    while rest:
        size = draw(st.integers(1, len(rest)))
        mine, rest = rest[:size], rest[size:]
        name = f"s{len(steps)}"
        if draw(st.booleans()):
            required = draw(st.booleans())
            steps.append(PickOne(id=name, title=name, choices=choices(*mine), required=required))
        else:
            least = draw(st.integers(0, size))
            most = draw(st.none() | st.integers(least, size + 1))
            steps.append(
                PickSeveral(id=name, title=name, choices=choices(*mine), least=least, most=most)
            )
    return Definition(tuple(steps), tuple(draw(st.lists(_rules(ids), max_size=7))))


def _rules(ids: list[str]) -> st.SearchStrategy[ChoiceRule]:
    pairs = st.tuples(st.sampled_from(ids), st.sets(st.sampled_from(ids), min_size=1, max_size=3))
    return st.builds(
        lambda kind, pair: ChoiceRule(
            kind, pair[0], tuple(sorted(pair[1] - {pair[0]} or {pair[0]}))
        ),
        st.sampled_from(RuleKind),
        pairs,
    )
