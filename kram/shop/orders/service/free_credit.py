"""Goods that came back pay for an order, which comes to have less of them."""

import msgspec

from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.orders.events import CreditLeft
from kram.shop.orders.models import Order
from kram.shop.orders.pricing import pricing_of


def free_credit(tx: TenantTx, order: Order, off_minor: int) -> int:
    """Units take so much of the order's discount with them: what of it was no present goes back.

    The caller holds the order's lock. Returns how much that is.
    """
    pricing = pricing_of(order)
    credit = pricing.credit
    off = min(off_minor, credit.of_minor) if credit else 0
    if credit is None or off <= 0:
        return 0
    kept = credit.amount_minor * (credit.of_minor - off) // credit.of_minor
    left = credit.amount_minor - kept
    less = msgspec.structs.replace(credit, amount_minor=kept, of_minor=credit.of_minor - off)
    order.pricing = msgspec.to_builtins(msgspec.structs.replace(pricing, credit=less))
    if left:
        tx.publish(
            CreditLeft(
                return_id=credit.return_id, refund_id=new_id(), amount_minor=left, dropped=False
            )
        )
    return left
