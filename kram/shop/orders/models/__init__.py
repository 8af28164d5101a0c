"""Tables of orders."""

from kram.shop.orders.models.lines import OrderLine
from kram.shop.orders.models.orders import Order, OrderCounter, OrderSettings
from kram.shop.orders.models.parcels import Fulfilment
from kram.shop.orders.models.states import (
    DeliveryMethod,
    OrderStatus,
    ParcelState,
    PaymentState,
    StepKind,
)
from kram.shop.orders.models.steps import OrderStep

__all__ = [
    "DeliveryMethod",
    "Fulfilment",
    "Order",
    "OrderCounter",
    "OrderLine",
    "OrderSettings",
    "OrderStatus",
    "OrderStep",
    "ParcelState",
    "PaymentState",
    "StepKind",
]
