"""What may be sold, what it costs, and what is ruled out."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kram.kit.ids import new_id
from kram.shop.catalog.chosen import Word
from kram.shop.configurator.definition import Choice, Definition, PickOne, PickSeveral
from kram.shop.configurator.problems import TROUBLE_MESSAGES, Why
from kram.shop.configurator.rules import barred, priced, troubles
from kram.shop.configurator.selection import Outcome, Selection, digest
from tests.factories.configurator import table
from tests.shop.configurator.definitions import definitions, fits, selections

TABLE = table()


@given(definitions())
def test_a_selection_is_sold_exactly_when_no_rule_speaks_against_it(definition: Definition) -> None:
    for chosen in selections(definition):
        assert (not troubles(definition, Selection(tuple(chosen)))) == fits(definition, chosen)


@given(definitions(), st.data())
def test_a_barred_choice_can_only_be_had_by_giving_something_up(
    definition: Definition, data: st.DataObject
) -> None:
    ids = [choice.id for choice in definition.choices()]
    chosen = data.draw(st.sets(st.sampled_from(ids)))
    shut = barred(definition, Selection(tuple(chosen)))
    steps = {choice.id: step for step in definition.picking() for choice in step.choices}
    for choice in shut:
        kept = {
            each
            for each in chosen
            if not (isinstance(steps[choice], PickOne) and steps[each] is steps[choice])
        }
        whole = [every for every in selections(definition) if kept | {choice} <= every]
        assert not any(fits(definition, every) for every in whole)


def test_a_table_in_words_and_money() -> None:
    selection = Selection(("wheels", "oak", "lamp"), {"words": " Anna "}, {"length": 120})
    assert troubles(TABLE, selection) == ()
    assert priced(TABLE, selection) == Outcome(
        (
            Word("Wood", "Oak", 5_000),
            Word("Extras", "Wheels, Lamp", 1_600),
            Word("Engraving", "Anna", 300),
            Word("Length", "120 cm", 1_200),
        ),
        8_100,
    )


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(), [Why.UNANSWERED]),
        (Selection(("oak", "pine")), [Why.TOO_MANY]),
        (Selection(("oak", "lamp")), [Why.NEEDS]),
        (Selection(("pine", "drawer")), [Why.EXCLUDED]),
        (Selection(("oak", "drawer", "wheels", "lamp")), [Why.TOO_MANY]),
        (Selection(("oak", "gold")), [Why.UNKNOWN]),
        (Selection(("oak",), {"words": "Annabel"}), [Why.TOO_LONG]),
        (Selection(("oak",), {"words": "a\0"}), [Why.BAD_CHARACTER]),
        (Selection(("oak",), {"length": "5"}), [Why.UNKNOWN]),
        (Selection(("oak",), {}, {"length": 49}), [Why.OUT_OF_BOUNDS]),
        (Selection(("oak",), {}, {"words": 5}), [Why.UNKNOWN]),
        (Selection(("oak",), {}, {"length": 201}), [Why.OUT_OF_BOUNDS]),
    ],
)
def test_each_trouble_has_its_word(selection: Selection, expected: list[Why]) -> None:
    found = troubles(TABLE, selection)
    assert [each.why for each in found] == expected
    for each in found:
        assert "%(" not in each.as_field.detail


def test_every_trouble_can_be_said() -> None:
    assert set(TROUBLE_MESSAGES) == set(Why)


def test_choices_are_shut_with_their_reason() -> None:
    assert barred(TABLE, Selection(("pine",))).keys() == {"drawer"}
    assert barred(TABLE, Selection(("drawer",)))["pine"].why is Why.EXCLUDED
    assert barred(TABLE, Selection(("oak",))) == {}, "the other wood would give way"


def test_what_is_sold_out_cannot_be_chosen() -> None:
    brass = new_id()
    feet = PickSeveral(id="feet", title="Feet", choices=(Choice("brass", "Brass", 1, brass, 4),))
    definition = Definition((feet,))
    selection = Selection(("brass",))
    assert priced(definition, selection).parts == {brass: 4}
    assert [each.why for each in troubles(definition, selection, {brass})] == [Why.SOLD_OUT]
    assert barred(definition, Selection(), {brass})["brass"].why is Why.SOLD_OUT


def test_pictures_lie_in_the_order_of_their_layers() -> None:
    top, ground = new_id(), new_id()
    definition = Definition(
        (
            PickOne(id="b", title="B", layer=5, choices=(Choice("b1", "B", picture=top),)),
            PickOne(id="a", title="A", layer=1, choices=(Choice("a1", "A", picture=ground),)),
        )
    )
    assert priced(definition, Selection(("a1", "b1"))).pictures == (ground, top)


_IDS = st.lists(st.sampled_from([choice.id for choice in TABLE.choices()]), max_size=6)
_SELECTIONS = st.builds(
    Selection,
    _IDS.map(tuple),
    st.dictionaries(st.sampled_from(["words", "wood"]), st.text(max_size=8)),
    st.dictionaries(st.sampled_from(["length", "wood"]), st.integers(-300, 300)),
)


@given(_SELECTIONS)
def test_the_price_is_the_sum_of_what_is_said(selection: Selection) -> None:
    outcome = priced(TABLE, selection)
    assert outcome.price_minor == sum(word.price_minor for word in outcome.words)


@given(_SELECTIONS, st.randoms(use_true_random=False))
def test_the_order_of_choosing_changes_nothing(selection: Selection, random: Random) -> None:
    shuffled = list(selection.chosen) * 2
    random.shuffle(shuffled)
    same = Selection(tuple(shuffled), selection.texts, selection.numbers)
    assert troubles(TABLE, same) == troubles(TABLE, selection)
    first, second = priced(TABLE, same), priced(TABLE, selection)
    assert first == second
    assert digest(same.tidy(), first) == digest(selection.tidy(), second)


@given(_SELECTIONS, _SELECTIONS)
def test_a_seal_stays_exactly_as_long_as_what_was_agreed(
    first: Selection, second: Selection
) -> None:
    one, other = priced(TABLE, first), priced(TABLE, second)
    assert (one.seal == other.seal) == (one == other)
