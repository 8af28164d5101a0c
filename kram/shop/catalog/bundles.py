"""Goods sold together: what a bundle, or the parts that were chosen, take from the shelf, and how
many of it there are."""

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar
from uuid import UUID

from kram.shop.catalog.models import VariantKind
from kram.shop.catalog.offer_queries import Offer

Key = TypeVar("Key", bound=Hashable)

UNLIMITED = 999
"""Units of what cannot run out: as many as one line may hold."""


def shelf(offer: Offer) -> Mapping[UUID, int]:
    """The units on shelves that one unit of the offer takes; nothing for an endless one."""
    own = _own(offer)
    if offer.chosen is None:
        return own
    return summed([*own.items(), *offer.chosen.parts.items()])


def _own(offer: Offer) -> Mapping[UUID, int]:
    if offer.kind.is_endless:
        return {}
    if offer.kind is VariantKind.BUNDLE:
        return {part.variant_id: part.quantity for part in offer.components}
    return {offer.variant_id: 1}


def units(wanted: Mapping[Key, int], sold: Mapping[Key, Offer]) -> dict[UUID, int]:
    """What to reserve for these units of offers: a bundle and its component are summed.

    Checked apart, each could pass and both oversell.
    """
    return summed(
        (part, each * quantity)
        for key, quantity in wanted.items()
        for part, each in shelf(sold[key]).items()
    )


def summed(lines: Iterable[tuple[Key, int]]) -> dict[Key, int]:
    found: dict[Key, int] = {}
    for key, quantity in lines:
        found[key] = found.get(key, 0) + quantity
    return found


def on_shelves(sold: Iterable[Offer]) -> set[UUID]:
    """The variants whose stock decides how many of these can be bought."""
    return {part for offer in sold for part in shelf(offer)}


def left(offer: Offer, free: Mapping[UUID, int]) -> int:
    """How many of the offer can be made of what is free."""
    taken = shelf(offer)
    if offer.kind.is_endless and not taken:
        return UNLIMITED
    return min((free.get(part, 0) // each for part, each in taken.items()), default=0)
