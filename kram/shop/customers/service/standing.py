"""Which profile an id stands for now."""

from uuid import UUID

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.customers import identity_queries
from kram.shop.customers.errors import CustomerMissing, ProfileErased
from kram.shop.customers.models import Customer


async def living(tx: TenantTx, customer_id: UUID) -> UUID:
    """The id under which to write what this person does; a merge waits for the commit.

    An id that has no row yet, a guest's, stands for itself. Raises: ProfileErased.
    """
    found = await identity_queries.leads_to(tx, customer_id)
    if found is None:
        return customer_id
    merged_into, erased_at = found
    if merged_into is not None:
        return await living(tx, merged_into)
    if erased_at is not None:
        raise ProfileErased
    return customer_id


async def living_now(tx: TenantRead, customer_id: UUID) -> UUID:
    """The same for reading alone: it may be out of date at once. Raises: ProfileErased."""
    found = await identity_queries.look_where(tx, customer_id)
    if found is None:
        return customer_id
    merged_into, erased_at = found
    if merged_into is not None:
        return await living_now(tx, merged_into)
    if erased_at is not None:
        raise ProfileErased
    return customer_id


async def own(tx: TenantTx, customer_id: UUID) -> Customer:
    """The living profile itself, locked. Raises: CustomerMissing, ProfileErased."""
    customer = await identity_queries.lock_profile(tx, customer_id)
    if customer is None:
        raise CustomerMissing
    if customer.merged_into is not None:
        return await own(tx, customer.merged_into)
    if customer.erased_at is not None:
        raise ProfileErased
    return customer


async def shown(tx: TenantRead, customer_id: UUID) -> Customer:
    """The living profile for a page; also an erased one, of which little is left.

    Raises: CustomerMissing.
    """
    customer = await tx.get(Customer, customer_id)
    if customer is None:
        raise CustomerMissing
    if customer.merged_into is not None:
        return await shown(tx, customer.merged_into)
    return customer
