"""Handlers: exchanges that did not happen, and photos that were never sent with a return."""

from dataclasses import dataclass
from uuid import uuid5

from kram.kit.db.tx import TenantTx
from kram.kit.events.handling import Delivery
from kram.kit.storage import Storage
from kram.shop.orders.events import CreditLeft, OrderCancelled
from kram.shop.orders.models import Order
from kram.shop.orders.pricing import pricing_of
from kram.shop.returns import queries
from kram.shop.returns.events import ReturnPhotoTaken
from kram.shop.returns.service import pay_out
from kram.tenants.actor import Actor

_EXCHANGE = Actor.system("exchange")


async def pay_what_is_left(tx: TenantTx, event: CreditLeft) -> None:
    """Hears `draft.credit_left.v1`."""
    await pay_out(
        tx,
        event.return_id,
        event.refund_id,
        event.amount_minor,
        _EXCHANGE,
        ends=event.dropped,
    )


async def pay_for_cancelled(tx: TenantTx, event: OrderCancelled) -> None:
    """Hears `order.cancelled.v1`: no money revives an order that has a credit."""
    order = await tx.get(Order, event.order_id)
    credit = pricing_of(order).credit if order else None
    if credit is not None:
        refund_id = uuid5(event.order_id, "credit")
        await pay_out(tx, credit.return_id, refund_id, credit.amount_minor, _EXCHANGE, ends=True)


@dataclass(frozen=True, slots=True)
class ReturnPhotos:
    storage: Storage

    async def sweep(self, delivery: Delivery[ReturnPhotoTaken]) -> None:
        key = delivery.message.key
        async with delivery.db.tenant_read(delivery.tenant) as tx:
            is_sent = await queries.has_photo(tx, key)
        if not is_sent:
            await self.storage.delete_under(key)
        async with delivery.done():
            return
