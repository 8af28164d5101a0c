"""The append-only history of a customer."""

from typing import Any
from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.customers.models import CustomerStep, StepKind
from kram.tenants.actor import Actor, ActorKind


def write_down(tx: TenantTx, customer_id: UUID, kind: StepKind, actor: Actor, **facts: Any) -> None:
    """`facts` must name nobody: they can never be erased. A shopper stays without a name too."""
    named = "" if actor.kind is ActorKind.SHOPPER else actor.name
    tx.add(
        CustomerStep(
            id=new_id(),
            customer_id=customer_id,
            kind=kind,
            facts=facts,
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_name=named,
            at=tx.now,
        )
    )
