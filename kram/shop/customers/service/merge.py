"""Two profiles become one. Only `integrations/people` calls it: it moves what others hold too."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.shop.customers import book_queries, identity_queries
from kram.shop.customers.errors import CustomerMissing, ProfilesDiffer
from kram.shop.customers.events import CustomerMerged
from kram.shop.customers.models import Customer, StepKind
from kram.shop.customers.rules import may_join, survivor_first
from kram.shop.customers.service.history import write_down
from kram.shop.customers.service.standing import living_now
from kram.tenants.actor import Actor

Move = Callable[[TenantTx, UUID, UUID], Awaitable[None]]


async def merge(
    tx: TenantTx, one_id: UUID, other_id: UUID, actor: Actor, move: Move, *, by_staff: bool
) -> UUID:
    """The profile that is left; already joined ones stay as they are.

    `move(tx, from, to)` is called with both locked. Unless the staff wants it, profiles that have
    a Telegram account each are left alone. Raises: CustomerMissing, ProfilesDiffer, ProfileErased.
    """
    await identity_queries.take_turn(tx)
    one_id, other_id = await living_now(tx, one_id), await living_now(tx, other_id)
    if one_id == other_id:
        return one_id
    found = await identity_queries.lock_all(tx, [one_id, other_id])
    if len(found) != 2:
        raise CustomerMissing
    stays, goes = survivor_first(*found)
    if stays.erased_at is not None or goes.erased_at is not None:
        raise ProfilesDiffer
    if not by_staff and not may_join(stays, goes):
        return stays.id
    await move(tx, goes.id, stays.id)
    await _fold(tx, stays, goes)
    write_down(tx, stays.id, StepKind.MERGED, actor, merged_id=str(goes.id))
    tx.publish(CustomerMerged(customer_id=stays.id, merged_id=goes.id))
    return stays.id


async def _fold(tx: TenantTx, stays: Customer, goes: Customer) -> None:
    """What the younger row says, into the older one; the younger is empty afterwards."""
    await identity_queries.lead_on(tx, goes.id, stays.id)
    stays.name = stays.name or goes.name
    stays.phone = stays.phone or goes.phone
    stays.email = stays.email or goes.email
    stays.tags = sorted({*stays.tags, *goes.tags})
    stays.group_ids = sorted({*stays.group_ids, *goes.group_ids})
    stays.hold_reason = stays.hold_reason or goes.hold_reason
    stays.created_at = min(stays.created_at, goes.created_at)
    stays.seen_at = max(stays.seen_at, goes.seen_at)
    stays.consents = await book_queries.standing_consents(tx, [stays.id, goes.id])
    account, username, reachable = goes.telegram_id, goes.username, goes.can_message
    moves_account = stays.telegram_id is None
    empty(goes)
    goes.telegram_id = None if moves_account else account
    goes.merged_into = stays.id
    await tx.flush()  # a Telegram account belongs to one row at any moment
    if moves_account and account is not None:
        stays.telegram_id, stays.username, stays.can_message = account, username, reachable


def empty(customer: Customer) -> None:
    """Nothing by which a person could be known; their Telegram account is the caller's to judge."""
    customer.name = ""
    customer.username = customer.phone = customer.email = None
    customer.tags, customer.group_ids, customer.consents = [], [], []
    customer.orders_count = customer.spent_minor = 0
    customer.first_order_at = customer.last_order_at = None
    customer.hold_reason = None
    customer.can_message = False
