"""What was proved to be a person's."""

from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.shop.customers import identity_queries
from kram.shop.customers.errors import CustomerMissing
from kram.shop.customers.events import MatchFound
from kram.shop.customers.models import Customer, IdentityKind, StepKind
from kram.shop.customers.rules import may_join, normal_identity
from kram.shop.customers.service.history import write_down
from kram.shop.customers.service.standing import living, own
from kram.tenants.actor import Actor


async def prove(
    tx: TenantTx, customer_id: UUID, kind: IdentityKind, value: str, source: str, actor: Actor
) -> None:
    """Writes down that this phone or e-mail is theirs; call it with nothing less than a proof.

    If it was another profile's, the two are joined soon (`customer.match_found.v1`), or it is
    passed on when both have a Telegram account. Repeated, it changes nothing.
    Raises: CustomerMissing, ProfileErased, InvalidInput.
    """
    known = normal_identity(kind, value)
    customer = await own(tx, customer_id)
    _note_contact(customer, kind, known)
    await tx.flush()
    owner_id, is_new = await identity_queries.claim_identity(tx, kind, known, customer.id, source)
    if owner_id == customer.id:
        if is_new:
            write_down(tx, customer.id, StepKind.PROVED, actor, proof=kind, source=source)
        return
    await _settle(tx, customer, owner_id, (kind, known, source), actor)


async def _settle(
    tx: TenantTx,
    customer: Customer,
    owner_id: UUID,
    proof: tuple[IdentityKind, str, str],
    actor: Actor,
) -> None:
    kind, known, source = proof
    other = await tx.get(Customer, await living(tx, owner_id))
    if other is None:
        raise CustomerMissing
    if other.id == customer.id:
        return
    if may_join(customer, other):
        tx.publish(MatchFound(customer_id=customer.id, other_id=other.id))
        return
    await identity_queries.give_identity(tx, kind, known, customer.id, source)
    write_down(tx, other.id, StepKind.PASSED_ON, actor, proof=kind)
    write_down(tx, customer.id, StepKind.PROVED, actor, proof=kind, source=source)


def _note_contact(customer: Customer, kind: IdentityKind, value: str) -> None:
    match kind:
        case IdentityKind.PHONE:
            customer.phone = value
        case IdentityKind.EMAIL:
            customer.email = value
