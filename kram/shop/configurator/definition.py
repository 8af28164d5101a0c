"""What a merchant lets shoppers choose of one product: the document kept as JSON.

Amounts are minor units of the shop's currency and may be negative: a choice can be cheaper.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from kram.kit.text import line

MOST_STEPS = 20
MOST_CHOICES = 200
"""Of all steps together."""
MOST_RULES = 100
LONGEST_TEXT = 500
FURTHEST = 10**6
"""A number's bounds, either way."""

_NO_NUL = r"^[^\u0000]*$"
Name = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Title = Annotated[str, Meta(min_length=1, max_length=120, pattern=_NO_NUL)]
Hint = Annotated[str, Meta(max_length=300, pattern=_NO_NUL)]
Extra = Annotated[int, Meta(ge=-(10**10), le=10**10)]
Units = Annotated[int, Meta(ge=1, le=999)]
Count = Annotated[int, Meta(ge=0, le=MOST_CHOICES)]
Bound = Annotated[int, Meta(ge=-FURTHEST, le=FURTHEST)]


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Keeps a mistyped field from being a step without its limit."""


class Choice(_Part, frozen=True):
    """`component` is a variant of which `units` are taken from the shelf with every piece sold;
    `picture` one of the product's own, drawn at the step's `layer`."""

    id: Name
    title: Title
    price_minor: Extra = 0
    component: UUID | None = None
    units: Units = 1
    picture: UUID | None = None


class _Step(_Part, frozen=True, tag_field="kind", kw_only=True):
    id: Name
    title: Title
    hint: Hint = ""


class PickOne(_Step, frozen=True, tag="one", kw_only=True):
    """`layer`: pictures of a higher one cover those of a lower one."""

    choices: Annotated[tuple[Choice, ...], Meta(min_length=1, max_length=MOST_CHOICES)]
    required: bool = True
    layer: Annotated[int, Meta(ge=0, le=99)] = 0

    @property
    def least(self) -> int:
        return int(self.required)

    @property
    def most(self) -> int:
        return 1


class PickSeveral(_Step, frozen=True, tag="several", kw_only=True):
    """`most` None: as many as there are."""

    choices: Annotated[tuple[Choice, ...], Meta(min_length=1, max_length=MOST_CHOICES)]
    least: Count = 0
    most: Count | None = None
    layer: Annotated[int, Meta(ge=0, le=99)] = 0


class WriteText(_Step, frozen=True, tag="text", kw_only=True):
    """`price_minor` is for any text, none for no text."""

    required: bool = False
    longest: Annotated[int, Meta(ge=1, le=LONGEST_TEXT)] = 100
    price_minor: Extra = 0


class GiveNumber(_Step, frozen=True, tag="number", kw_only=True):
    """A whole number of `unit`; each of them costs `price_minor`."""

    least: Bound
    most: Bound
    required: bool = False
    unit: Annotated[str, Meta(max_length=20, pattern=_NO_NUL)] = ""
    price_minor: Annotated[int, Meta(ge=-(10**7), le=10**7)] = 0


Picking = PickOne | PickSeveral
Step = PickOne | PickSeveral | WriteText | GiveNumber


class RuleKind(StrEnum):
    """With `choice` chosen, at least one of the others must be (`REQUIRES`), or none may be."""

    REQUIRES = "requires"
    EXCLUDES = "excludes"


class ChoiceRule(_Part, frozen=True):
    kind: RuleKind
    choice: Name
    others: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=20)]


class Definition(_Part, frozen=True):
    """Ids of steps and of choices are unique in it; `soundness.py` sees to the rest."""

    steps: Annotated[tuple[Step, ...], Meta(min_length=1, max_length=MOST_STEPS)]
    rules: Annotated[tuple[ChoiceRule, ...], Meta(max_length=MOST_RULES)] = ()

    def picking(self) -> Iterator[Picking]:
        return (step for step in self.steps if isinstance(step, PickOne | PickSeveral))

    def choices(self) -> Iterator[Choice]:
        return (choice for step in self.picking() for choice in step.choices)

    def tidy(self) -> "Definition":
        return msgspec.structs.replace(self, steps=tuple(map(_tidy, self.steps)))

    @property
    def components(self) -> frozenset[UUID]:
        return frozenset(each.component for each in self.choices() if each.component is not None)


def _tidy(step: Step) -> Step:
    said = msgspec.structs.replace(step, title=line(step.title), hint=line(step.hint))
    match said:
        case PickOne() | PickSeveral():
            choices = tuple(
                msgspec.structs.replace(choice, title=line(choice.title)) for choice in said.choices
            )
            return msgspec.structs.replace(said, choices=choices)
        case GiveNumber():
            return msgspec.structs.replace(said, unit=line(said.unit))
        case _:
            return said
