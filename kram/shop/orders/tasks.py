"""What orders do when the clock says so."""

from dataclasses import dataclass
from datetime import timedelta

from kram.kit.crypto import KeyRing
from kram.kit.db.tx import TenantTx
from kram.shop.digital.service import issue_cards
from kram.shop.inventory import queries as inventory_queries
from kram.shop.inventory.events import BackorderFilled, ReservationDue
from kram.shop.loyalty import service as loyalty
from kram.shop.orders import queries
from kram.shop.orders.events import DigitalGiven, OrderDelivered
from kram.shop.orders.pricing import goods_paid
from kram.shop.orders.service import expire
from kram.shop.orders.service.earned import take_back_earned
from kram.shop.orders.service.give import give_waiting
from kram.shop.orders.service.step import lock

_PATIENCE = timedelta(minutes=1)
"""How late a timer may be before the sweeper takes it for lost."""


async def cancel_unpaid(tx: TenantTx, event: ReservationDue) -> None:
    """Hears `reservation.due.v1`."""
    await expire(tx, event.order_id)


async def earn_points(tx: TenantTx, event: OrderDelivered) -> None:
    """Hears `order.delivered.v1`: points for what the goods cost and was not given back."""
    order = await lock(tx, event.order_id)
    paid = goods_paid(order, await queries.lines_of(tx, order.id))
    await loyalty.earn(tx, order.customer_id, order.id, paid)
    await take_back_earned(tx, order)


async def give_arrived(tx: TenantTx, event: BackorderFilled) -> None:
    """Hears `stock.backorder_filled.v1`: keys came for an order that was paid before."""
    await give_waiting(tx, event.order_id)


@dataclass(frozen=True, slots=True)
class BoughtCards:
    """Gift cards are issued where the keys are that seal their codes: in the worker."""

    keys: KeyRing

    async def issue(self, tx: TenantTx, event: DigitalGiven) -> None:
        """Hears `order.digital_given.v1`."""
        await issue_cards(tx, self.keys, event.order_id, event.code)


async def renew_lost_timers(tx: TenantTx, limit: int = 100) -> int:
    """Sets anew the timers of overdue orders, each of which then ends in its own transaction.

    Returns how many there were. For a slow clock: it finds something only after a loss.
    """
    overdue = await inventory_queries.overdue(tx, tx.now - _PATIENCE, limit)
    for order_id in overdue:
        tx.publish(ReservationDue(order_id=order_id))
    return len(overdue)
