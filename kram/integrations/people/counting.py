"""How many orders, how much money, and since when: what a customer's row says of their orders.

Counted anew under the row's lock rather than added up: any event, in any order, as often as it
comes, leads to the same figures.
"""

from uuid import UUID

from kram.integrations.people import queries
from kram.kit.db.tx import TenantTx
from kram.shop.customers.errors import CustomerMissing, ProfileErased
from kram.shop.customers.service import own


async def recount(tx: TenantTx, customer_id: UUID) -> None:
    """Nothing for a person who is no more."""
    try:
        customer = await own(tx, customer_id)
    except (CustomerMissing, ProfileErased):
        return
    await queries.recount(tx, customer.id)


async def recount_of_order(tx: TenantTx, order_id: UUID) -> None:
    customer_id = await queries.customer_of_order(tx, order_id)
    if customer_id is not None:
        await recount(tx, customer_id)
