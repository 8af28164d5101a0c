"""Goods sold together: what a bundle takes from the shelf, and how many of it there are."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from kram.shop.catalog.models import VariantKind
from kram.shop.catalog.offer_queries import Offer

UNLIMITED = 999
"""Units of what cannot run out: as many as one line may hold."""


def shelf(offer: Offer) -> Mapping[UUID, int]:
    """The units on shelves that one unit of the offer takes; nothing for a digital one."""
    match offer.kind:
        case VariantKind.BUNDLE:
            return {part.variant_id: part.quantity for part in offer.components}
        case VariantKind.DIGITAL:
            return {}
        case _:
            return {offer.variant_id: 1}


def units(wanted: Mapping[UUID, int], sold: Mapping[UUID, Offer]) -> dict[UUID, int]:
    """What to reserve for these units of offers: a bundle and its component are summed.

    Checked apart, each could pass and both oversell.
    """
    summed: dict[UUID, int] = {}
    for variant_id, quantity in wanted.items():
        for part, each in shelf(sold[variant_id]).items():
            summed[part] = summed.get(part, 0) + each * quantity
    return summed


def on_shelves(sold: Iterable[Offer]) -> set[UUID]:
    """The variants whose stock decides how many of these can be bought."""
    return {part for offer in sold for part in shelf(offer)}


def left(offer: Offer, free: Mapping[UUID, int]) -> int:
    """How many of the offer can be made of what is free."""
    if offer.kind is VariantKind.DIGITAL:
        return UNLIMITED
    return min((free.get(part, 0) // each for part, each in shelf(offer).items()), default=0)
