"""What this package itself keeps about people, as `Holder`: that they asked for a file."""

from kram.integrations.people import queries
from kram.integrations.people.events import ExportEnded
from kram.kit.db.tx import TenantTx
from kram.shop.customers.holder import Erasure, Holder

_ALL = 10_000


async def _erase(tx: TenantTx, erasure: Erasure) -> None:
    for export in await queries.exports_of(tx, erasure.ids, limit=_ALL):
        tx.publish(ExportEnded(export_id=export.id))  # its file goes now, not when its time is over
    await queries.drop_exports(tx, erasure.ids)


HOLDER = Holder(tables=frozenset({"person_export"}), move=queries.move_exports, erase=_erase)
