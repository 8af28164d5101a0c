"""Arithmetic of units, without a database."""

from collections.abc import Hashable, Iterable, Mapping
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from kram.shop.inventory.errors import QuantityInvalid

Key = TypeVar("Key", bound=Hashable)

LARGEST_QUANTITY = 10**9


class Offered(StrEnum):
    """What a shopper is told of a variant."""

    IN_STOCK = "in_stock"
    TO_ORDER = "to_order"
    SOLD_OUT = "sold_out"


def sum_by_variant(lines: Iterable[tuple[Key, int]]) -> dict[Key, int]:
    """Two lines of one variant are one wish: checked apart, each could pass and both oversell."""
    wanted: dict[Key, int] = {}
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


def check_counted(counted: Mapping[UUID, int]) -> None:
    """Raises: QuantityInvalid."""
    if not all(0 <= units <= LARGEST_QUANTITY for units in counted.values()):
        raise QuantityInvalid


def offered(free: int, room: int) -> Offered:
    """`free` units are there, `room` more may be promised before they come."""
    if free > 0:
        return Offered.IN_STOCK
    return Offered.TO_ORDER if room > 0 else Offered.SOLD_OUT


def goes_low(before: int, after: int, low_at: int | None) -> bool:
    """Whether the staff wants to hear of this step down."""
    return low_at is not None and before > low_at >= after
