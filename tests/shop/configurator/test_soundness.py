"""What a definition may not be."""

import pytest
from hypothesis import given

from kram.shop.configurator.definition import (
    Choice,
    ChoiceRule,
    Definition,
    GiveNumber,
    PickOne,
    PickSeveral,
    RuleKind,
)
from kram.shop.configurator.problems import Why
from kram.shop.configurator.solver import Puzzle, TooTangled
from kram.shop.configurator.soundness import faults
from tests.factories.configurator import table
from tests.shop.configurator.definitions import choices, definitions, fits, selections


@given(definitions())
def test_the_bounded_search_finds_what_trying_everything_finds(definition: Definition) -> None:
    whole = [chosen for chosen in selections(definition) if fits(definition, chosen)]
    possible = frozenset[str]().union(*whole)
    puzzle = Puzzle(definition)
    assert puzzle.is_solvable() == bool(whole)
    assert puzzle.unreachable() == [
        choice.id for choice in definition.choices() if choice.id not in possible
    ]


def test_a_sound_definition_has_no_faults() -> None:
    assert faults(table()) == ()


def pick(name: str, *ids: str, required: bool = True) -> PickOne:
    return PickOne(id=name, title=name.title(), choices=choices(*ids), required=required)


A, B = pick("a", "a1", "a2"), pick("b", "b1", "b2")


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        (Definition((A, pick("a", "x"))), [
            (Why.ID_TWICE, "/steps/0/id"), (Why.ID_TWICE, "/steps/1/id")]),
        (Definition((pick("a", "x"), pick("b", "x"))), [
            (Why.ID_TWICE, "/steps/0/choices/0/id"), (Why.ID_TWICE, "/steps/1/choices/0/id")]),
        (Definition((PickOne(id="a", title=" ", choices=(Choice("x", "\u200b"),)),)), [
            (Why.TITLE_EMPTY, "/steps/0/title"), (Why.TITLE_EMPTY, "/steps/0/choices/0/title")]),
        (Definition((PickSeveral(id="a", title="A", choices=choices("x"), least=2),)), [
            (Why.BOUNDS_CROSSED, "/steps/0/least")]),
        (Definition((GiveNumber(id="a", title="A", least=2, most=1),)), [
            (Why.BOUNDS_CROSSED, "/steps/0/least")]),
        (Definition((A,), (ChoiceRule(RuleKind.EXCLUDES, "a1", ("gold",)),)), [
            (Why.RULE_UNKNOWN, "/rules/0")]),
        (Definition((A,), (ChoiceRule(RuleKind.EXCLUDES, "a1", ("a1",)),)), [
            (Why.RULE_OF_ITSELF, "/rules/0")]),
        (Definition((A, B), (ChoiceRule(RuleKind.REQUIRES, "a1", ("b1",)),
                             ChoiceRule(RuleKind.EXCLUDES, "b1", ("a1",)))), [
            (Why.NEVER, "/steps/0/choices/0")]),
        (Definition((pick("a", "a1"), B), (ChoiceRule(RuleKind.EXCLUDES, "a1", ("b1", "b2")),)), [
            (Why.STEP_STUCK, "/steps/0"), (Why.STEP_STUCK, "/steps/1")]),
        (Definition((PickOne(id="w", title="W", choices=tuple(
            Choice(f"w{n}", "W") for n in range(150))), PickOne(id="v", title="V", choices=tuple(
            Choice(f"v{n}", "V") for n in range(150))))), [(Why.TOO_MUCH, "/steps")]),
    ],
)  # fmt: skip
def test_faults_are_told_where_they_are(
    definition: Definition, expected: list[tuple[Why, str]]
) -> None:
    found = faults(definition.tidy())
    assert [(each.why, each.pointer) for each in found] == expected
    for each in found:
        assert "%(" not in each.as_field.detail


def pigeons(count: int) -> Definition:
    """One more pigeon than holes: nothing fits, and every search has to try it all."""
    steps = tuple(
        pick(f"p{bird}", *(f"p{bird}h{hole}" for hole in range(count - 1))) for bird in range(count)
    )
    rules = tuple(
        ChoiceRule(RuleKind.EXCLUDES, f"p{bird}h{hole}", tuple(
            f"p{other}h{hole}" for other in range(bird + 1, count)))
        for hole in range(count - 1)
        for bird in range(count - 1)
    )  # fmt: skip
    return Definition(steps, rules)


def test_a_tangle_is_refused_before_it_costs_much() -> None:
    assert [each.why for each in faults(pigeons(11))] == [Why.TANGLED]
    with pytest.raises(TooTangled):
        Puzzle(pigeons(4), work=3).is_solvable()
