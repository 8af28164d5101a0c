"""The storefront's reader over the real lanes, and what it may cost."""

from typing import Any

from kram.kit.db.lanes import HotQuery, Lanes
from kram.kit.db.scope import Tenant


class CountingLanes(Lanes):
    """The real lanes, which remember how many statements went through them."""

    sent = 0

    async def fetch(self, query: HotQuery[Any], tenant: Tenant, **values: Any) -> list[Any]:
        self.sent += 1
        return await super().fetch(query, tenant, **values)
