"""What the staff writes about a customer, and the groups it puts them in."""

from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.kit.errors import FieldError, InvalidInput
from kram.kit.ids import new_id
from kram.kit.messages import gettext_noop
from kram.shop.customers import book_queries
from kram.shop.customers.errors import GroupMissing, GroupNameTaken, NoteMissing, TooManyGroups
from kram.shop.customers.models import CustomerNote
from kram.shop.customers.rules import LONGEST_NOTE, tidy
from kram.shop.customers.service.standing import own
from kram.tenants.actor import Actor

_LONGEST_GROUP = 80
_MOST_GROUPS = 100


async def add_note(tx: TenantTx, customer_id: UUID, body: str, actor: Actor) -> CustomerNote:
    """Raises: CustomerMissing, ProfileErased, InvalidInput."""
    told = body.replace("\0", "").strip()
    if not 0 < len(told) <= LONGEST_NOTE:
        detail = gettext_noop("Write up to 2,000 letters")
        raise InvalidInput(errors=[FieldError("/body", "invalid", detail)])
    customer = await own(tx, customer_id)
    note = CustomerNote(
        id=new_id(),
        customer_id=customer.id,
        body=told,
        actor_name=actor.name,
        created_at=tx.now,
    )
    tx.add(note)
    await tx.flush()
    return note


async def remove_note(tx: TenantTx, customer_id: UUID, note_id: UUID) -> None:
    """Raises: NoteMissing, CustomerMissing, ProfileErased."""
    customer = await own(tx, customer_id)
    note = await tx.get(CustomerNote, note_id, lock=True)
    if note is None or note.customer_id != customer.id:
        raise NoteMissing
    await tx.delete(note)


async def add_group(tx: TenantTx, name: str) -> UUID:
    """Raises: GroupNameTaken, TooManyGroups, InvalidInput."""
    told = tidy(name)
    if not 0 < len(told) <= _LONGEST_GROUP:
        detail = gettext_noop("Write a name of up to 80 letters")
        raise InvalidInput(errors=[FieldError("/name", "invalid", detail)])
    if len(await book_queries.groups(tx)) >= _MOST_GROUPS:
        raise TooManyGroups
    group_id = new_id()
    if not await book_queries.insert_group(tx, group_id, told):
        raise GroupNameTaken
    return group_id


async def remove_group(tx: TenantTx, group_id: UUID) -> None:
    """Nobody is in it any more. Raises: GroupMissing."""
    if not await book_queries.drop_group(tx, group_id):
        raise GroupMissing
