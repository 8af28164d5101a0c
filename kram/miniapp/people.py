"""Which profile the id in a session stands for, asked of the database at most every few seconds."""

import time
from collections import OrderedDict
from collections.abc import Callable
from uuid import UUID

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.shop.customers.service import living_now

_FRESH_SECONDS = 5.0
_MOST = 20_000


class LivingProfiles:
    """For reading alone. What writes asks anew, under a lock that a merge waits for."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[tuple[UUID, UUID], tuple[float, UUID]] = OrderedDict()

    async def of(self, db: Database, tenant: Tenant, customer_id: UUID) -> UUID:
        """Raises: ProfileErased."""
        key = tenant.id, customer_id
        found = self._known.get(key)
        if found is not None and self._clock() - found[0] < _FRESH_SECONDS:
            return found[1]
        async with db.tenant_read(tenant) as tx:
            living = await living_now(tx, customer_id)
        self._known[key] = self._clock(), living
        self._known.move_to_end(key)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return living

    def forget(self, tenant: Tenant, customer_id: UUID) -> None:
        self._known.pop((tenant.id, customer_id), None)
