"""Tells the storefront that it shows something old."""

from datetime import datetime
from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.shop.catalog import queries
from kram.shop.catalog.events import CatalogChanged, CatalogDue


async def mark_changed(tx: TenantTx) -> None:
    """Bumps the version and publishes it; the second call in a transaction does nothing.

    Holds the shop's one version row until the commit, so that versions follow the commits.
    """
    if any(isinstance(pending.event, CatalogChanged) for pending in tx.pending_events):
        return
    tx.publish(CatalogChanged(version=await queries.bump_version(tx)))


def mark_changed_at(
    tx: TenantTx, *moments: datetime | None, product_id: UUID | None = None
) -> None:
    """Sets a timer for each of these moments that is still to come: pages change then."""
    for moment in moments:
        if moment is not None and moment > tx.now:
            tx.publish(CatalogDue(product_id=product_id), due_at=moment)
