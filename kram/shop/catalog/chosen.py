"""What a shopper chose of a configurable product, as the goods carry it (`shop.configurator`)."""

from collections.abc import Mapping
from uuid import UUID

import msgspec


class Word(msgspec.Struct, frozen=True):
    """What was said at one step, as the merchant calls it; its price is in minor units."""

    step: str
    said: str
    price_minor: int = 0


class Chosen(msgspec.Struct, frozen=True):
    """`design` is the public code of what was saved; `seal` changes when it comes to something else
    than before: other words, price or parts. `parts` are units from the shelf for one piece."""

    design: str
    seal: str
    words: tuple[Word, ...] = ()
    price_minor: int = 0
    parts: Mapping[UUID, int] = {}

    @property
    def text(self) -> str:
        """All of it in one line, for lists and papers."""
        return "; ".join(f"{word.step}: {word.said}" for word in self.words)
