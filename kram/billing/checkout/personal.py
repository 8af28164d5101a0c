"""What checkout keeps about people, as `Holder`: their latest requests."""

from kram.billing.checkout.queries import forget_requests_of
from kram.kit.db.tx import TenantTx
from kram.shop.customers.holder import Erasure, Holder


async def _erase(tx: TenantTx, erasure: Erasure) -> None:
    await forget_requests_of(tx, [f"customer:{customer_id}" for customer_id in erasure.ids])


HOLDER = Holder(tables=frozenset({"idempotency_key"}), erase=_erase)
