"""What this slice keeps about people, as `Holder`: which promotions they used."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from kram.kit.db.tx import TenantRead
from kram.shop.customers.holder import Holder
from kram.shop.promotions import person_queries


async def _tell(tx: TenantRead, ids: Sequence[UUID]) -> Mapping[str, Any]:
    return {
        "promotions": [
            {"name": name, "at": use.created_at, "amount_minor": use.amount_minor}
            for name, use in await person_queries.uses_of(tx, ids)
        ]
    }


HOLDER = Holder(
    tables=frozenset({"promo_use", "promo_buyer"}), move=person_queries.move, tell=_tell
)
