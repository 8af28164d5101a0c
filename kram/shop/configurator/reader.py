"""The storefront's fast read of a definition."""

from collections.abc import Mapping
from uuid import UUID

import msgspec
from sqlalchemy import Text, Uuid, bindparam, cast, func, select

from kram.kit.db.lanes import HotQuery, Lanes
from kram.kit.db.scope import Tenant
from kram.shop.catalog.models import Media
from kram.shop.configurator.definition import Definition
from kram.shop.configurator.models import Configurator

_PRODUCT = bindparam("product_id", type_=Uuid())


class _Row(msgspec.Struct):
    """JSON as its text."""

    definition: str
    keys: str


_SHOWN = HotQuery(
    select(
        Configurator.definition,
        func.coalesce(
            select(func.jsonb_object_agg(cast(Media.id, Text), Media.key))
            .where(Media.product_id == _PRODUCT)
            .scalar_subquery(),
            func.jsonb_build_object(),
        ),
    ).where(Configurator.product_id == _PRODUCT),
    _Row,
)
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
        found = await self._lanes.fetch(_SHOWN, tenant, product_id=product_id)
        if not found:
            return None
        [row] = found
        return Shown(_DEFINITION.decode(row.definition), _KEYS.decode(row.keys))
