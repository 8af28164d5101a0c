"""Everybody in the house who keeps something about people."""

from uuid import UUID

from kram.billing.checkout import personal as checkout
from kram.billing.invoices import personal as invoices
from kram.billing.payments import personal as payments
from kram.integrations.exports import personal as exports
from kram.integrations.notify import personal as notify
from kram.integrations.people import personal as people
from kram.kit.db.tx import TenantTx
from kram.shop.customers import personal as customers
from kram.shop.customers.holder import Holder
from kram.shop.inventory import personal as inventory
from kram.shop.loyalty import personal as loyalty
from kram.shop.orders import personal as orders
from kram.shop.promotions import personal as promotions
from kram.shop.returns import personal as returns
from kram.shop.reviews import personal as reviews

HOLDERS: tuple[Holder, ...] = (
    customers.HOLDER,
    orders.HOLDER,
    returns.HOLDER,
    inventory.HOLDER,
    promotions.HOLDER,
    loyalty.HOLDER,
    reviews.HOLDER,
    payments.HOLDER,
    invoices.HOLDER,
    checkout.HOLDER,
    notify.HOLDER,
    exports.HOLDER,
    people.HOLDER,
)


async def move_all(tx: TenantTx, from_id: UUID, to_id: UUID) -> None:
    for holder in HOLDERS:
        await holder.move(tx, from_id, to_id)
