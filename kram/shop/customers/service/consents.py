"""What a person allowed, and when."""

from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.shop.customers import book_queries
from kram.shop.customers.events import ConsentChanged
from kram.shop.customers.models import Channel, Purpose, StepKind
from kram.shop.customers.rules import consent_name
from kram.shop.customers.service.history import write_down
from kram.shop.customers.service.standing import own
from kram.tenants.actor import Actor


async def set_consent(
    tx: TenantTx,
    customer_id: UUID,
    channel: Channel,
    purpose: Purpose,
    *,
    granted: bool,
    source: str,
    actor: Actor,
) -> bool:
    """Whether that is news; if so, it stands in the history with its time, source and actor.

    `source` is where it was asked: "storefront", "bot", "staff". Raises: CustomerMissing,
    ProfileErased.
    """
    customer = await own(tx, customer_id)
    name = consent_name(channel, purpose)
    if not await book_queries.set_consent(tx, customer.id, name, granted=granted):
        return False
    await tx.session.refresh(customer, ["consents"])
    kind = StepKind.GRANTED if granted else StepKind.WITHDRAWN
    write_down(tx, customer.id, kind, actor, channel=channel, purpose=purpose, source=source)
    tx.publish(
        ConsentChanged(
            customer_id=customer.id,
            channel=channel,
            purpose=purpose,
            granted=granted,
            source=source,
        )
    )
    return True
