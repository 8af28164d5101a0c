"""The storefront's fast read of a definition."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from kram.kit.db.lanes import Lanes
from kram.kit.db.scope import Tenant
from kram.shop.configurator import queries
from kram.shop.configurator.definition import Definition

_DEFINITION = msgspec.json.Decoder(Definition)
_KEYS = msgspec.json.Decoder(dict[UUID, str])


class Shown(msgspec.Struct, frozen=True):
    """`keys` are the storage keys of the product's pictures, by id."""

    definition: Definition
    keys: Mapping[UUID, str]


class ConfiguratorReader:
    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes

    async def of(self, tenant: Tenant, product_id: UUID) -> Shown | None:
        """One statement. Raises TimeoutError when the database does not answer within 5 s."""
        found = await self._lanes.fetch(queries.SHOWN, tenant, product_id=product_id)
        if not found:
            return None
        [row] = found
        return Shown(_DEFINITION.decode(row.definition), _KEYS.decode(row.keys))
