"""What messages keep about people, as `Holder`: that they were sent to their account."""

from kram.integrations.notify import queries
from kram.kit.db.tx import TenantTx
from kram.shop.customers.holder import Erasure, Holder


async def _erase(tx: TenantTx, erasure: Erasure) -> None:
    await queries.forget_chats(tx, erasure.telegram_ids)


HOLDER = Holder(tables=frozenset({"notification"}), erase=_erase)
