"""Whether a selection may be sold, and what it comes to. Pure; nothing else makes this price."""

from collections.abc import Collection, Iterator, Mapping
from typing import assert_never
from uuid import UUID

from kram.shop.catalog.chosen import Word
from kram.shop.configurator.definition import (
    Choice,
    Definition,
    GiveNumber,
    Picking,
    PickOne,
    PickSeveral,
    RuleKind,
    Step,
    WriteText,
)
from kram.shop.configurator.problems import Trouble, Why
from kram.shop.configurator.selection import Outcome, Selection

DEAREST = 10**13
"""Minor units, either way: what a variant may cost (`catalog`)."""


def troubles(
    definition: Definition, selection: Selection, short: Collection[UUID] = ()
) -> tuple[Trouble, ...]:
    """Empty: it may be sold. `short` are components that cannot be had."""
    return tuple(_troubles(definition, selection.tidy(), short))


def priced(definition: Definition, selection: Selection) -> Outcome:
    """What a selection without troubles comes to; of one with, what makes sense of it."""
    selection = selection.tidy()
    words = tuple(word for step in definition.steps for word in _words(step, selection))
    chosen = set(selection.chosen)
    parts: dict[UUID, int] = {}
    drawn = []
    for step in definition.picking():
        for choice in step.choices:
            if choice.id in chosen:
                if choice.component is not None:
                    parts[choice.component] = parts.get(choice.component, 0) + choice.units
                if choice.picture is not None:
                    drawn.append((step.layer, choice.picture))
    pictures = tuple(picture for _, picture in sorted(drawn, key=lambda pair: pair[0]))
    return Outcome(words, sum(word.price_minor for word in words), parts, pictures)


def barred(
    definition: Definition, selection: Selection, short: Collection[UUID] = ()
) -> dict[str, Trouble]:
    """The choices that the others rule out at this moment, each with the reason.

    Another choice of a step of which only one is taken would give way, so it bars nothing there.
    """
    steps = {choice.id: step for step in definition.picking() for choice in step.choices}
    chosen = [each for each in selection.tidy().chosen if each in steps]
    found: dict[str, Trouble] = {}
    for choice in definition.choices():
        step = steps[choice.id]
        gives_way = isinstance(step, PickOne)
        others = {each for each in chosen if not (gives_way and steps[each] is step)}
        trouble = _bar(definition, choice, step, others - {choice.id}, short)
        if trouble is not None:
            found[choice.id] = trouble
    return found


def _bar(
    definition: Definition,
    choice: Choice,
    step: Picking,
    others: set[str],
    short: Collection[UUID],
) -> Trouble | None:
    if choice.component in short:
        return _sold_out(choice, step)
    titles = {each.id: each.title for each in definition.choices()}
    excluded = _excluded_by(definition, choice.id)
    for other in titles:
        if other in excluded & others:
            return _excluded(choice, titles[other], step)
    for rule in definition.rules:
        if rule.kind is RuleKind.REQUIRES and rule.choice == choice.id:
            open_still = [
                each for each in rule.others if not _excluded_by(definition, each) & others
            ]
            if not others & set(rule.others) and not open_still:
                return _needs(choice, [titles[each] for each in rule.others], step)
    return None


def _troubles(
    definition: Definition, selection: Selection, short: Collection[UUID]
) -> Iterator[Trouble]:
    chosen = set(selection.chosen)
    yield from _unknown(definition, selection)
    for step in definition.steps:
        match step:
            case PickOne() | PickSeveral():
                yield from _picked(step, chosen, short)
            case WriteText():
                yield from _written(step, selection.texts.get(step.id, ""))
            case GiveNumber():
                yield from _given(step, selection.numbers.get(step.id))
            case _:
                assert_never(step)
    yield from _ruled(definition, chosen)
    if abs(priced(definition, selection).price_minor) > DEAREST:
        yield Trouble("", Why.TOO_DEAR)


def _unknown(definition: Definition, selection: Selection) -> Iterator[Trouble]:
    choices = {choice.id for choice in definition.choices()}
    texts = {step.id for step in definition.steps if isinstance(step, WriteText)}
    numbers = {step.id for step in definition.steps if isinstance(step, GiveNumber)}
    for place, known, given in (
        ("chosen", choices, selection.chosen),
        ("texts", texts, selection.texts),
        ("numbers", numbers, selection.numbers),
    ):
        yield from (Trouble(f"/{place}", Why.UNKNOWN) for each in given if each not in known)


def _picked(step: Picking, chosen: set[str], short: Collection[UUID]) -> Iterator[Trouble]:
    taken = [choice for choice in step.choices if choice.id in chosen]
    if not taken and step.least:
        yield _about(step, Why.UNANSWERED)
    elif len(taken) < step.least:
        yield _about(step, Why.TOO_FEW, least=step.least)
    elif step.most is not None and len(taken) > step.most:
        yield _about(step, Why.TOO_MANY, most=step.most)
    for choice in taken:
        if choice.component in short:
            yield _sold_out(choice, step)


def _written(step: WriteText, text: str) -> Iterator[Trouble]:
    if step.required and not text:
        yield _about(step, Why.UNANSWERED)
    elif len(text) > step.longest:
        yield _about(step, Why.TOO_LONG, most=step.longest)
    elif "\0" in text:
        yield _about(step, Why.BAD_CHARACTER)


def _given(step: GiveNumber, number: int | None) -> Iterator[Trouble]:
    if number is None:
        if step.required:
            yield _about(step, Why.UNANSWERED)
    elif not step.least <= number <= step.most:
        yield _about(step, Why.OUT_OF_BOUNDS, least=step.least, most=step.most)


def _ruled(definition: Definition, chosen: set[str]) -> Iterator[Trouble]:
    steps = {choice.id: step for step in definition.picking() for choice in step.choices}
    named = {choice.id: choice for choice in definition.choices()}
    for rule in definition.rules:
        if rule.choice not in chosen:
            continue
        choice, step = named[rule.choice], steps[rule.choice]
        titles = [named[each].title for each in rule.others]
        if rule.kind is RuleKind.EXCLUDES:
            met = [named[each].title for each in rule.others if each in chosen]
            yield from (_excluded(choice, title, step) for title in met[:1])
        elif not chosen & set(rule.others):
            yield _needs(choice, titles, step)


def _excluded_by(definition: Definition, choice: str) -> set[str]:
    """An exclusion counts both ways."""
    found: set[str] = set()
    for rule in definition.rules:
        if rule.kind is RuleKind.EXCLUDES:
            if rule.choice == choice:
                found.update(rule.others)
            elif choice in rule.others:
                found.add(rule.choice)
    return found


def _words(step: Step, selection: Selection) -> Iterator[Word]:
    match step:
        case PickOne() | PickSeveral():
            taken = [each for each in step.choices if each.id in selection.chosen]
            if taken:
                said = ", ".join(choice.title for choice in taken)
                yield Word(step.title, said, sum(choice.price_minor for choice in taken))
        case WriteText():
            if step.id in selection.texts:
                yield Word(step.title, selection.texts[step.id], step.price_minor)
        case GiveNumber():
            if step.id in selection.numbers:
                number = selection.numbers[step.id]
                said = f"{number} {step.unit}".strip()
                yield Word(step.title, said, number * step.price_minor)
        case _:
            assert_never(step)


def _about(step: Step, why: Why, **values: int) -> Trouble:
    known: Mapping[str, str | int] = {"step": step.title, **values}
    return Trouble(f"/steps/{step.id}", why, step.id, known)


def _sold_out(choice: Choice, step: Picking) -> Trouble:
    return Trouble(f"/steps/{step.id}", Why.SOLD_OUT, step.id, {"choice": choice.title})


def _excluded(choice: Choice, other: str, step: Picking) -> Trouble:
    values = {"choice": choice.title, "other": other}
    return Trouble(f"/steps/{step.id}", Why.EXCLUDED, step.id, values)


def _needs(choice: Choice, others: list[str], step: Picking) -> Trouble:
    values = {"choice": choice.title, "others": ", ".join(others)}
    return Trouble(f"/steps/{step.id}", Why.NEEDS, step.id, values)
