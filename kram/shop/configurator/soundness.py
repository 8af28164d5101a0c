"""Whether a definition makes sense, told with the merchant's names. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator

from kram.shop.configurator.definition import (
    MOST_CHOICES,
    Definition,
    GiveNumber,
    PickSeveral,
    WriteText,
)
from kram.shop.configurator.problems import Trouble, Why
from kram.shop.configurator.solver import Puzzle, TooTangled


def faults(definition: Definition) -> tuple[Trouble, ...]:
    """Of a tidy one. Empty: every choice can be part of a selection that can be sold."""
    found = tuple(_of_parts(definition))
    return found or tuple(_of_rules(definition))


def _of_parts(definition: Definition) -> Iterator[Trouble]:
    yield from _twice((f"/steps/{at}", step.id) for at, step in enumerate(definition.steps))
    yield from _twice(_choices(definition))
    for place, step in enumerate(definition.steps):
        if not step.title:
            yield Trouble(f"/steps/{place}/title", Why.TITLE_EMPTY)
        if isinstance(step, PickSeveral | GiveNumber):
            yield from _crossed(place, step)
        if not isinstance(step, GiveNumber | WriteText):
            for at, choice in enumerate(step.choices):
                if not choice.title:
                    yield Trouble(f"/steps/{place}/choices/{at}/title", Why.TITLE_EMPTY)
    if sum(1 for _ in definition.choices()) > MOST_CHOICES:
        yield Trouble("/steps", Why.TOO_MUCH, values={"most": MOST_CHOICES})
    yield from _rules_known(definition)


def _choices(definition: Definition) -> Iterator[tuple[str, str]]:
    for place, step in enumerate(definition.steps):
        if not isinstance(step, GiveNumber | WriteText):
            for at, choice in enumerate(step.choices):
                yield f"/steps/{place}/choices/{at}", choice.id


def _twice(placed: Iterable[tuple[str, str]]) -> Iterator[Trouble]:
    pairs = list(placed)
    counts = Counter(each for _, each in pairs)
    for pointer, each in pairs:
        if counts[each] > 1:
            yield Trouble(f"{pointer}/id", Why.ID_TWICE, values={"id": each})


def _crossed(place: int, step: PickSeveral | GiveNumber) -> Iterator[Trouble]:
    most = step.most
    if isinstance(step, PickSeveral):
        most = min(len(step.choices) if most is None else most, len(step.choices))
    if most is not None and step.least > most:
        yield Trouble(f"/steps/{place}/least", Why.BOUNDS_CROSSED, step.id, {"step": step.title})


def _rules_known(definition: Definition) -> Iterator[Trouble]:
    titles = {choice.id: choice.title for choice in definition.choices()}
    for place, rule in enumerate(definition.rules):
        for each in (rule.choice, *rule.others):
            if each not in titles:
                yield Trouble(f"/rules/{place}", Why.RULE_UNKNOWN, values={"id": each})
        if rule.choice in rule.others and rule.choice in titles:
            values = {"choice": titles[rule.choice]}
            yield Trouble(f"/rules/{place}", Why.RULE_OF_ITSELF, values=values)


def _of_rules(definition: Definition) -> Iterator[Trouble]:
    puzzle = Puzzle(definition)
    try:
        if not puzzle.is_solvable():
            yield from _stuck(definition, puzzle)
            return
        never = set(puzzle.unreachable())
    except TooTangled:
        yield Trouble("/rules", Why.TANGLED)
        return
    titles = {choice.id: choice.title for choice in definition.choices()}
    for pointer, each in _choices(definition):
        if each in never:
            yield Trouble(pointer, Why.NEVER, values={"choice": titles[each]})


def _stuck(definition: Definition, puzzle: Puzzle) -> Iterator[Trouble]:
    """Names the steps without any one of which all would be well. Raises: TooTangled."""
    guilty = set(puzzle.guilty())
    for place, step in enumerate(definition.steps):
        if step.id in guilty:
            yield Trouble(f"/steps/{place}", Why.STEP_STUCK, step.id, {"step": step.title})
    if not guilty:
        yield Trouble("/rules", Why.NOTHING_FITS)
