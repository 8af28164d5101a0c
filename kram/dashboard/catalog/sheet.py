"""What can be chosen of a product, as the form holds it: fields are named as the definition's are,
so that what is refused is told beside the field: `steps.0.choices.1.title`."""

import re
from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

import msgspec

from kram.dashboard.pages.forms import Form
from kram.dashboard.promotions.rule_form import amount_text
from kram.kit.ids import public_code
from kram.shop.configurator.definition import (
    MOST_CHOICES,
    MOST_RULES,
    MOST_STEPS,
    Choice,
    Definition,
    GiveNumber,
    PickOne,
    PickSeveral,
    Step,
    WriteText,
)

KINDS = ("one", "several", "text", "number")
_LETTERS = 8


class ChoiceRow(msgspec.Struct):
    """As typed; `component` is a SKU."""

    id: str = ""
    title: str = ""
    price_minor: str = ""
    component: str = ""
    units: str = "1"
    picture: str = ""


class StepRow(msgspec.Struct):
    """As typed; which of it counts depends on the kind."""

    id: str = ""
    kind: str = "one"
    title: str = ""
    hint: str = ""
    required: str = ""
    least: str = ""
    most: str = ""
    longest: str = "100"
    unit: str = ""
    price_minor: str = ""
    layer: str = "0"
    choices: list[ChoiceRow] = []

    @property
    def picks(self) -> bool:
        return self.kind in ("one", "several")


class RuleRow(msgspec.Struct):
    kind: str = "excludes"
    choice: str = ""
    others: list[str] = []


Row = TypeVar("Row", StepRow, ChoiceRow, RuleRow)


class Sheet(msgspec.Struct):
    steps: list[StepRow] = []
    rules: list[RuleRow] = []

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Ids and names of all that can be chosen, for a rule to choose among."""
        return [
            (choice.id, f"{step.title}: {choice.title}")
            for step in self.steps
            if step.picks
            for choice in step.choices
        ]

    def do(self, wanted: str) -> None:
        """What a button of the form asks for; nothing if it makes no sense."""
        verb, *where = wanted.split(".")
        places = [int(each) for each in where if each.isdecimal() and len(each) < 4]
        match verb, places:
            case "add-step", [] if where and where[0] in KINDS and len(self.steps) < MOST_STEPS:
                rows = [_new_choice(), _new_choice()] if where[0] in KINDS[:2] else []
                self.steps.append(
                    StepRow(id=_new_id(), kind=where[0], required="yes", choices=rows)
                )
            case "drop-step", [step] if step < len(self.steps):
                del self.steps[step]
            case "raise-step", [step] if 0 < step < len(self.steps):
                self.steps.insert(step - 1, self.steps.pop(step))
            case "add-choice", [step] if (
                step < len(self.steps) and len(self.choices) < MOST_CHOICES
            ):
                self.steps[step].choices.append(_new_choice())
            case "drop-choice", [step, at] if step < len(self.steps):
                del self.steps[step].choices[at : at + 1]
            case "add-rule", [] if len(self.rules) < MOST_RULES:
                self.rules.append(RuleRow())
            case "drop-rule", [rule] if rule < len(self.rules):
                del self.rules[rule]


def read_sheet(form: Form) -> Sheet:
    steps = []
    for step in _places(form, r"steps\.(\d{1,3})\."):
        row = _read(form, f"steps.{step}.", StepRow)
        row.choices = [
            _read(form, f"steps.{step}.choices.{at}.", ChoiceRow)
            for at in _places(form, rf"steps\.{step}\.choices\.(\d{{1,3}})\.")
        ]
        steps.append(row)
    rules = []
    for rule in _places(form, r"rules\.(\d{1,3})\."):
        row_of_rule = _read(form, f"rules.{rule}.", RuleRow)
        row_of_rule.others = form.all(f"rules.{rule}.others")
        rules.append(row_of_rule)
    return Sheet(steps, rules)


def filled_sheet(definition: Definition, currency: str, skus: Mapping[UUID, str]) -> Sheet:
    rules = [RuleRow(each.kind.value, each.choice, list(each.others)) for each in definition.rules]
    return Sheet([_filled(step, currency, skus) for step in definition.steps], rules)


def _filled(step: Step, currency: str, skus: Mapping[UUID, str]) -> StepRow:
    said = msgspec.to_builtins(step)
    texts = {name: str(said[name]) for name in said if name not in ("choices", "required")}
    row = msgspec.convert(texts, StepRow)
    row.price_minor = _amount(int(said.get("price_minor", 0)), currency)
    if isinstance(step, PickOne | WriteText | GiveNumber):
        row.required = "yes" if step.required else ""
    if isinstance(step, PickOne | PickSeveral):
        row.choices = [_filled_choice(each, currency, skus) for each in step.choices]
    return row


def _filled_choice(choice: Choice, currency: str, skus: Mapping[UUID, str]) -> ChoiceRow:
    return ChoiceRow(
        choice.id,
        choice.title,
        _amount(choice.price_minor, currency),
        skus.get(choice.component, "") if choice.component else "",
        str(choice.units),
        str(choice.picture or ""),
    )


def _amount(minor: int, currency: str) -> str:
    sign = "-" if minor < 0 else ""
    return f"{sign}{amount_text(abs(minor), currency)}" if minor else ""


def _read(form: Form, at: str, row: type[Row]) -> Row:
    names = [each.name for each in msgspec.structs.fields(row) if each.type is str]
    typed = {name: form.get(f"{at}{name}") for name in names if form.has(f"{at}{name}")}
    return msgspec.convert(typed, row)


def _places(form: Form, pattern: str) -> list[int]:
    found = (re.match(pattern, name) for name in form.names())
    return sorted({int(match[1]) for match in found if match})


def _new_choice() -> ChoiceRow:
    return ChoiceRow(id=_new_id())


def _new_id() -> str:
    return public_code(_LETTERS).lower()
