"""A shopper is told once when goods are there again."""

from collections.abc import Collection
from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.shop.catalog.errors import VariantMissing
from kram.shop.catalog.queries import offers
from kram.shop.inventory.errors import TooManySubscriptions
from kram.shop.inventory.events import BackInStock, SubscribersDue
from kram.shop.inventory.queries import waiting
from kram.shop.inventory.service.levels import levels

MOST_SUBSCRIPTIONS = 100
_AT_ONCE = 200


async def subscribe(tx: TenantTx, variant_id: UUID, customer_id: UUID) -> None:
    """Again changes nothing. Raises: VariantMissing (not on sale), TooManySubscriptions."""
    if variant_id not in await offers(tx, [variant_id]):
        raise VariantMissing
    if await waiting.count_subscriptions(tx, customer_id) >= MOST_SUBSCRIPTIONS:
        raise TooManySubscriptions(most=MOST_SUBSCRIPTIONS)
    await waiting.subscribe(tx, variant_id, customer_id)
    if (await levels(tx, [variant_id]))[variant_id].available > 0:
        # It came between the page and the tap: no later event would tell.
        tx.publish(SubscribersDue(variant_ids=(variant_id,)))


async def unsubscribe(tx: TenantTx, variant_id: UUID, customer_id: UUID) -> None:
    await waiting.unsubscribe(tx, variant_id, customer_id)


async def wake(tx: TenantTx, variant_ids: Collection[UUID]) -> None:
    """One event for each shopper who waits for what is there now; many are woken in portions."""
    known = await levels(tx, variant_ids)
    here = tuple(variant_id for variant_id, level in known.items() if level.available > 0)
    if not here:
        return
    woken = await waiting.wake(tx, here, _AT_ONCE)
    for row in woken:
        tx.publish(BackInStock(variant_id=row.variant_id, customer_id=row.customer_id))
    if len(woken) == _AT_ONCE:
        tx.publish(SubscribersDue(variant_ids=here))
