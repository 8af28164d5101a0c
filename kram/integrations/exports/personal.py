"""What exported files hold about people, as `Holder`: lists of orders have their addresses."""

from kram.integrations.exports import queries
from kram.integrations.exports.events import ExportEnded
from kram.kit.db.tx import TenantTx
from kram.shop.customers.holder import Erasure, Holder


async def _erase(tx: TenantTx, _erasure: Erasure) -> None:
    """Nobody can tell whose orders a file holds, so all lists of orders go now, and what they were
    searched by; one that is being written goes as soon as it is ready."""
    for job_id in await queries.expire_orders(tx):
        tx.publish(ExportEnded(job_id=job_id))


HOLDER = Holder(tables=frozenset({"export_job"}), erase=_erase)
