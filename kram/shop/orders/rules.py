"""The order's state machine and its arithmetic. Pure: values in, values out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never

from kram.kit.money import Money, total
from kram.shop.orders.errors import DifferenceUnpaid, StepImpossible
from kram.shop.orders.models import OrderStatus, PaymentState


class Action(StrEnum):
    """What somebody asks of an order. `EXPIRE` is the clock, `REVIVE` money that came after it."""

    PAY = "pay"
    ACCEPT = "accept"
    SHIP = "ship"
    DELIVER = "deliver"
    CANCEL = "cancel"
    EXPIRE = "expire"
    REVIVE = "revive"
    REFUND = "refund"
    EDIT = "edit"


@dataclass(frozen=True, slots=True)
class Standing:
    status: OrderStatus
    payment: PaymentState


_PROGRESS = tuple(OrderStatus)[: tuple(OrderStatus).index(OrderStatus.CANCELLED)]
PACKABLE = frozenset({OrderStatus.ACCEPTED, OrderStatus.PARTLY_PACKED, OrderStatus.PARTLY_SHIPPED})
"""Something of the order may still wait for a parcel."""
_BEFORE_SHIPPING = frozenset({OrderStatus.PACKED, *PACKABLE})
_FULFILMENT: Mapping[Action, tuple[frozenset[OrderStatus], OrderStatus]] = MappingProxyType(
    {
        Action.ACCEPT: (frozenset({OrderStatus.PLACED}), OrderStatus.ACCEPTED),
        Action.SHIP: (_BEFORE_SHIPPING, OrderStatus.SHIPPED),
        Action.DELIVER: (frozenset({OrderStatus.SHIPPED}), OrderStatus.DELIVERED),
    }
)
_CANCELLABLE = frozenset(
    {
        OrderStatus.AWAITING_PAYMENT,
        OrderStatus.PLACED,
        OrderStatus.ACCEPTED,
        OrderStatus.PARTLY_PACKED,
        OrderStatus.PACKED,
    }
)
PAYABLE = frozenset({PaymentState.UNPAID, PaymentState.PARTLY_PAID})
EDITABLE = frozenset({OrderStatus.PLACED, OrderStatus.ACCEPTED})
"""Nothing is packed, and nobody is about to pay another sum."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Units of an order that will be sent (`wanted`), and how far they have come.

    Each is among those before it: a delivered unit has been shipped, a shipped one is in a parcel.
    """

    wanted: int
    packed: int
    shipped: int
    delivered: int


def status_after(progress: Progress) -> OrderStatus:
    """Where its parcels have brought an accepted order; with nothing wanted it is cancelled."""
    wanted = progress.wanted
    if wanted == 0:
        return OrderStatus.CANCELLED
    if progress.delivered == wanted:
        return OrderStatus.DELIVERED
    if progress.shipped:
        return OrderStatus.SHIPPED if progress.shipped == wanted else OrderStatus.PARTLY_SHIPPED
    if progress.packed:
        return OrderStatus.PACKED if progress.packed == wanted else OrderStatus.PARTLY_PACKED
    return OrderStatus.ACCEPTED


def after(standing: Standing, action: Action) -> Standing:
    """Where the action leads; the same standing if that was reached before.

    Raises: StepImpossible.
    """
    match action:
        case Action.ACCEPT | Action.SHIP | Action.DELIVER:
            return _after_fulfilment(standing, action)
        case Action.PAY:
            return _after_payment(standing)
        case Action.CANCEL:
            return _after_cancel(standing)
        case Action.EXPIRE:
            return _after_expiry(standing)
        case Action.REVIVE:
            return _after_revival(standing)
        case Action.REFUND:
            return _after_refund(standing)
        case Action.EDIT:
            return _after_edit(standing)
        case _:
            assert_never(action)


def _after_fulfilment(standing: Standing, action: Action) -> Standing:
    before, reached = _FULFILMENT[action]
    if standing.status in before:
        if action is Action.SHIP and standing.payment is PaymentState.PARTLY_PAID:
            raise DifferenceUnpaid(status=standing.status.value, action=action.value)
        return replace(standing, status=reached)
    if standing.status in _PROGRESS[_PROGRESS.index(reached) :]:
        return standing
    raise impossible(standing, action)


def _after_payment(standing: Standing) -> Standing:
    if standing.payment not in PAYABLE:
        return standing
    match standing.status:
        case OrderStatus.CANCELLED:
            raise impossible(standing, Action.PAY)
        case OrderStatus.AWAITING_PAYMENT:
            return Standing(OrderStatus.PLACED, PaymentState.PAID)
        case _:
            return replace(standing, payment=PaymentState.PAID)


def _after_cancel(standing: Standing) -> Standing:
    if standing.status in _CANCELLABLE:
        return replace(standing, status=OrderStatus.CANCELLED)
    if standing.status is OrderStatus.CANCELLED:
        return standing
    raise impossible(standing, Action.CANCEL)


def _after_expiry(standing: Standing) -> Standing:
    """A late clock asks for nothing: whatever has moved on stays as it is."""
    if standing.status is OrderStatus.AWAITING_PAYMENT:
        return replace(standing, status=OrderStatus.CANCELLED)
    return standing


def _after_revival(standing: Standing) -> Standing:
    if standing.status is OrderStatus.CANCELLED and standing.payment is PaymentState.UNPAID:
        return Standing(OrderStatus.PLACED, PaymentState.PAID)
    raise impossible(standing, Action.REVIVE)


def _after_refund(standing: Standing) -> Standing:
    if standing.payment is PaymentState.UNPAID:
        raise impossible(standing, Action.REFUND)
    return replace(standing, payment=PaymentState.REFUNDED)


def _after_edit(standing: Standing) -> Standing:
    if standing.status in EDITABLE and standing.payment is not PaymentState.REFUNDED:
        return standing
    raise impossible(standing, Action.EDIT)


def impossible(standing: Standing, action: Action) -> StepImpossible:
    return StepImpossible(status=standing.status.value, action=action.value)


def possible_actions(standing: Standing) -> frozenset[Action]:
    """What would change something: for the buttons shown to the staff."""
    return frozenset(action for action in Action if _changes(standing, action))


def _changes(standing: Standing, action: Action) -> bool:
    try:
        return after(standing, action) != standing
    except StepImpossible:
        return False


def subtotal(prices: Iterable[tuple[Money, int]], currency: str) -> Money:
    """The sum of unit price × quantity. Raises: AmountTooLarge."""
    return total((price * quantity for price, quantity in prices), currency)


def share(sum_minor: int, quantity: int, before: int, units: int) -> int:
    """What of a line's sum falls on `units` of its `quantity`, after the first `before` of them.

    The difference of two prefixes, prefix(i) = floor(sum × i / quantity): however the units are
    split and whichever parts go first, the parts are whole minor units and make up the sum.
    """
    if not (quantity > 0 and before >= 0 and units >= 0 and before + units <= quantity):
        raise ValueError("units of the line, counted from its first one")
    return sum_minor * (before + units) // quantity - sum_minor * before // quantity


@dataclass(frozen=True, slots=True)
class Priced:
    """A line's frozen sums, in minor units, and of how many of its units."""

    quantity: int
    total: int
    discount: int
    tax_added: int

    def cost(self, before: int, units: int) -> int:
        """What these units cost the shopper, after the first `before` of them."""
        return (
            share(self.total, self.quantity, before, units)
            - share(self.discount, self.quantity, before, units)
            + share(self.tax_added, self.quantity, before, units)
        )
