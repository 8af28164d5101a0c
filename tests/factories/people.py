"""Customers with a past, written straight into the tables: services cannot date their work back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id, public_code
from kram.shop.customers.models import Customer
from kram.tenants.actor import Actor, ActorKind

SHOPPER = Actor(ActorKind.SHOPPER, "22222222-0000-7000-8000-000000000002", "Ivan Franko")

_ORDER = text(
    """
    INSERT INTO orders (id, code, number, customer_id, status, payment_state, payment_method,
        currency, subtotal_minor, total_minor, recipient, phone, address, language, created_at)
    VALUES (:id, :code, :number, :customer, :status, 'unpaid', 'cod',
        'UAH', 1000, 1000, 'Ivan', '+380441234567', 'Lviv', 'uk', :at)
    """
)
_LINE = text(
    """
    INSERT INTO order_line (id, order_id, position, product_id, variant_id, sku, title,
        unit_price_minor, quantity, total_minor)
    VALUES (:id, :order, 0, :product, :product, 'SKU', 'Kettle', 1000, 1, 1000)
    """
)
_PAYMENT = text(
    """
    INSERT INTO payment (id, order_id, provider, provider_ref, status, currency, amount_minor,
        captured_minor, refunded_minor)
    VALUES (:id, :order, 'cod', :ref, 'succeeded', 'UAH', 1000, :captured, :refunded)
    """
)


async def make_person(tx: TenantTx, **changes: object) -> Customer:
    """Without Telegram, unless told otherwise."""
    values = {
        "id": new_id(),
        "name": "Ivan Franko",
        "language": "uk",
        "created_at": tx.now,
        "seen_at": tx.now,
        **changes,
    }
    customer = Customer(**values)
    tx.add(customer)
    await tx.flush()
    await tx.session.refresh(customer)
    return customer


async def make_past_order(
    tx: TenantTx,
    customer_id: UUID,
    *,
    at: datetime,
    products: Sequence[UUID] = (),
    status: str = "delivered",
    number: int | None = None,
    captured: int = 0,
    refunded: int = 0,
) -> UUID:
    """`number` None: it never reached the shop."""
    order = new_id()
    await tx.execute(
        _ORDER,
        {
            "id": order,
            "code": public_code(),
            "number": number,
            "customer": customer_id,
            "status": status,
            "at": at,
        },
    )
    for product in products:
        await tx.execute(_LINE, {"id": new_id(), "order": order, "product": product})
    if captured:
        values = {"id": new_id(), "order": order, "captured": captured, "refunded": refunded}
        await tx.execute(_PAYMENT, {**values, "ref": public_code(16)})
    return order
