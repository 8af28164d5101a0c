"""What one shopper chose, before and after it is measured against a definition."""

import hashlib
from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from kram.kit.text import line
from kram.shop.catalog.chosen import Chosen, Word
from kram.shop.configurator.definition import (
    FURTHEST,
    LONGEST_TEXT,
    MOST_CHOICES,
    MOST_STEPS,
    Name,
)

Text = Annotated[str, Meta(max_length=2 * LONGEST_TEXT)]
Number = Annotated[int, Meta(ge=-FURTHEST, le=FURTHEST)]


class Selection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`chosen` are ids of choices; `texts` and `numbers` are by step."""

    chosen: Annotated[tuple[Name, ...], Meta(max_length=MOST_CHOICES)] = ()
    texts: Annotated[dict[Name, Text], Meta(max_length=MOST_STEPS)] = {}
    numbers: Annotated[dict[Name, Number], Meta(max_length=MOST_STEPS)] = {}

    def tidy(self) -> "Selection":
        """The same for two that ask for the same."""
        texts = {step: line(text) for step, text in sorted(self.texts.items())}
        return Selection(
            tuple(sorted(set(self.chosen))),
            {step: text for step, text in texts.items() if text},
            dict(sorted(self.numbers.items())),
        )


class Outcome(msgspec.Struct, frozen=True):
    """What a selection that may be sold comes to; `parts` are units from the shelf for one piece,
    `pictures` from the lowest layer up."""

    words: tuple[Word, ...] = ()
    price_minor: int = 0
    parts: Mapping[UUID, int] = {}
    pictures: tuple[UUID, ...] = ()

    @property
    def seal(self) -> str:
        """Changes with anything that the shopper agreed to, and with nothing else."""
        agreed = (self.words, self.price_minor, sorted(self.parts.items()))
        return hashlib.sha256(msgspec.json.encode(agreed)).hexdigest()[:32]

    def of_design(self, code: str) -> Chosen:
        return Chosen(code, self.seal, self.words, self.price_minor, self.parts)


def digest(selection: Selection, outcome: Outcome) -> str:
    """Names a saved design: what was chosen, and what that was called then."""
    return hashlib.sha256(msgspec.json.encode((selection, outcome.words))).hexdigest()
