"""Tells the storefront that it shows something old."""

from kram.kit.db.tx import TenantTx
from kram.shop.catalog import queries
from kram.shop.catalog.events import CatalogChanged


async def mark_changed(tx: TenantTx) -> None:
    """Bumps the version and publishes it; the second call in a transaction does nothing.

    Holds the shop's one version row until the commit, so that versions follow the commits.
    """
    if any(isinstance(pending.event, CatalogChanged) for pending in tx.pending_events):
        return
    tx.publish(CatalogChanged(version=await queries.bump_version(tx)))
