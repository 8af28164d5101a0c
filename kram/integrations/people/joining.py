"""Two profiles of one person become one."""

from uuid import UUID

from kram.integrations.people.counting import recount
from kram.integrations.people.holders import move_all
from kram.kit.db.tx import TenantTx
from kram.shop.customers.errors import SameProfile
from kram.shop.customers.events import MergeRequested
from kram.shop.customers.service import living_now, merge, own
from kram.tenants.actor import Actor


async def join(
    tx: TenantTx, one_id: UUID, other_id: UUID, actor: Actor, *, by_staff: bool = False
) -> UUID:
    """The profile that is left. Joined already: nothing happens.

    Raises: CustomerMissing, ProfilesDiffer, ProfileErased.
    """
    stays = await merge(tx, one_id, other_id, actor, move_all, by_staff=by_staff)
    await tx.flush()
    await recount(tx, stays)
    return stays


async def ask_to_join(tx: TenantTx, one_id: UUID, other_id: UUID, actor: Actor) -> None:
    """For the staff; it is done soon, by a worker, which may wait for shoppers' orders.

    Raises: CustomerMissing, ProfileErased, SameProfile.
    """
    one, other = await own(tx, await living_now(tx, one_id)), await living_now(tx, other_id)
    if one.id == other:
        raise SameProfile
    await own(tx, other)
    tx.publish(
        MergeRequested(customer_id=one.id, other_id=other, actor_id=actor.id, actor_name=actor.name)
    )
