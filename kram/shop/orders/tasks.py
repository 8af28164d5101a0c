"""What orders do when the clock says so."""

from datetime import timedelta

from kram.kit.db.tx import TenantTx
from kram.shop.inventory import queries as inventory_queries
from kram.shop.inventory.events import ReservationDue
from kram.shop.orders.service import expire

_PATIENCE = timedelta(minutes=1)
"""How late a timer may be before the sweeper takes it for lost."""


async def cancel_unpaid(tx: TenantTx, event: ReservationDue) -> None:
    """Hears `reservation.due.v1`."""
    await expire(tx, event.order_id)


async def renew_lost_timers(tx: TenantTx, limit: int = 100) -> int:
    """Sets anew the timers of overdue orders, each of which then ends in its own transaction.

    Returns how many there were. For a slow clock: it finds something only after a loss.
    """
    overdue = await inventory_queries.overdue(tx, tx.now - _PATIENCE, limit)
    for order_id in overdue:
        tx.publish(ReservationDue(order_id=order_id))
    return len(overdue)
