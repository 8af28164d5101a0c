"""The end of a person, as far as this shop is concerned."""

from collections.abc import Sequence
from uuid import UUID

from kram.integrations.people.holders import HOLDERS
from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.customers import identity_queries
from kram.shop.customers.errors import CustomerMissing
from kram.shop.customers.events import CustomerErased
from kram.shop.customers.holder import Erasure
from kram.shop.customers.models import StepKind
from kram.shop.customers.service import shown, write_down
from kram.tenants.actor import Actor


async def check_erasable(tx: TenantRead, ids: Sequence[UUID]) -> None:
    """Raises: EraseRefused, of a kind that says why."""
    for holder in HOLDERS:
        obstacle = await holder.obstacle(tx, ids)
        if obstacle is not None:
            raise obstacle


async def erase(tx: TenantTx, customer_id: UUID, actor: Actor, *, keeps_reviews: bool) -> None:
    """Nothing by which the person could be known is left in the shop's tables; amounts stay.

    Done before: nothing happens. An order that is being placed at this moment comes first, and is
    an obstacle. Raises: CustomerMissing, EraseRefused.
    """
    await identity_queries.take_turn(tx)
    customer = await shown(tx, customer_id)
    ids = await identity_queries.known_as(tx, customer.id)
    people = await identity_queries.lock_all(tx, ids)
    if not people:
        raise CustomerMissing
    if all(person.erased_at is not None for person in people):
        return
    await check_erasable(tx, ids)
    accounts = [person.telegram_id for person in people if person.telegram_id is not None]
    erasure = Erasure(ids, accounts, keeps_reviews)
    for holder in HOLDERS:
        await holder.erase(tx, erasure)
    write_down(tx, customer.id, StepKind.ERASED, actor, keeps_reviews=keeps_reviews)
    tx.publish(CustomerErased(customer_id=customer.id, ids=tuple(ids)))
