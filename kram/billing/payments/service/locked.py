"""One lock for all that money does to an order: the order's row."""

from uuid import UUID

from kram.billing.payments.errors import PaymentMissing
from kram.billing.payments.models import Payment
from kram.kit.db.tx import TenantTx
from kram.shop.orders.models import Order
from kram.shop.orders.service.step import lock


async def lock_payment(tx: TenantTx, payment_id: UUID) -> tuple[Payment, Order]:
    """The payment as it is once its order is ours until the commit. Raises: PaymentMissing."""
    payment = await tx.get(Payment, payment_id)
    if payment is None:
        raise PaymentMissing
    order = await lock(tx, payment.order_id)
    # Read again: what was read before the lock may be older than what the last holder wrote.
    fresh = await tx.get(Payment, payment_id, lock=True)
    if fresh is None:
        raise PaymentMissing
    return fresh, order
