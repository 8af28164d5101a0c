"""How goods reach the shopper: they come for them, or a courier brings them for one price."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from kram.kit.money import Money
from kram.shop.orders.models import DeliveryMethod

_COURIER_MINOR: Mapping[str, int] = MappingProxyType(
    {
        "UAH": 90_00,
        "RUB": 350_00,
        "KZT": 1_500_00,
        "UZS": 30_000_00,
        "EUR": 6_00,
        "USD": 6_00,
        "PLN": 20_00,
        "XTR": 250,
    }
)
"""Minor units; where none is set the courier is free, and the merchant has it in the prices."""


class DeliveryOffer(msgspec.Struct, frozen=True):
    method: DeliveryMethod
    price: Money


def delivery_offers(currency: str) -> tuple[DeliveryOffer, ...]:
    """The ways of a shop that sells in that currency."""
    return tuple(
        DeliveryOffer(method, delivery_price(method, currency))
        for method in (DeliveryMethod.PICKUP, DeliveryMethod.COURIER)
    )


def delivery_price(method: DeliveryMethod, currency: str) -> Money:
    if method is not DeliveryMethod.COURIER:
        return Money.zero(currency)
    return Money(_COURIER_MINOR.get(currency, 0), currency)
