"""Attributes, collections, price lists."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from kram.api.rest.views.base import View
from kram.shop.catalog.models import Attribute, Collection, ListPrice, PriceList


class AttributeView(View, frozen=True):
    id: UUID
    code: str
    label: str
    kind: str
    scope: str
    unit: str
    choices: list[dict[str, Any]]
    is_filter: bool
    position: int
    translations: dict[str, Any]

    @classmethod
    def of(cls, attribute: Attribute) -> "AttributeView":
        return cls(**{name: getattr(attribute, name) for name in cls.__struct_fields__})


class CollectionView(View, frozen=True):
    """`products` of one that is filled by hand, where they were asked for."""

    id: UUID
    slug: str
    title: str
    description: str
    kind: str
    rule: dict[str, Any] | None
    is_shown: bool
    position: int
    translations: dict[str, Any]
    created_at: datetime
    products: tuple[UUID, ...] = ()

    @classmethod
    def of(cls, collection: Collection, products: Sequence[UUID] = ()) -> "CollectionView":
        own = {
            name: getattr(collection, name) for name in cls.__struct_fields__ if name != "products"
        }
        return cls(**own, products=tuple(products))


class PriceListView(View, frozen=True):
    id: UUID
    name: str
    currency: str
    group_id: UUID | None
    starts_at: datetime | None
    ends_at: datetime | None
    is_active: bool

    @classmethod
    def of(cls, price_list: PriceList) -> "PriceListView":
        return cls(**{name: getattr(price_list, name) for name in cls.__struct_fields__})


class TierPriceView(View, frozen=True):
    variant_id: UUID
    min_quantity: int
    minor: int

    @classmethod
    def of(cls, price: ListPrice) -> "TierPriceView":
        return cls(price.variant_id, price.min_quantity, price.minor)
