"""Arithmetic of units, without a database."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from kram.shop.inventory.errors import QuantityInvalid

LARGEST_QUANTITY = 10**9


def sum_by_variant(lines: Iterable[tuple[UUID, int]]) -> dict[UUID, int]:
    """Two lines of one variant are one wish: checked apart, each could pass and both oversell."""
    wanted: dict[UUID, int] = {}
    for variant_id, quantity in lines:
        wanted[variant_id] = wanted.get(variant_id, 0) + quantity
    return wanted


def check_wanted(wanted: Mapping[UUID, int]) -> None:
    """Raises: QuantityInvalid."""
    if not all(0 < quantity <= LARGEST_QUANTITY for quantity in wanted.values()):
        raise QuantityInvalid


def check_deltas(deltas: Mapping[UUID, int]) -> None:
    """Raises: QuantityInvalid."""
    if not all(0 < abs(delta) <= LARGEST_QUANTITY for delta in deltas.values()):
        raise QuantityInvalid


def crosses_zero(before: int, after: int) -> bool:
    """Whether a shopper sees another word than before: in stock, sold out."""
    return (before > 0) != (after > 0)
