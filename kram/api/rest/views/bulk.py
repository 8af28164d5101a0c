"""Changes of many goods at once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from kram.api.rest.views.base import View
from kram.shop.bulk.models import BulkEdit
from kram.shop.bulk.service import Preview


class ChangedView(View, frozen=True):
    """`before` and `after`: minor units, ids, statuses; of stock 0 and the delta."""

    sku: str
    title: str
    before: int | str | None
    after: int | str | None


class BulkPreviewView(View, frozen=True):
    """Of `matching` variants so many would change, of so many products; `refused` prices would be
    below zero or too large and stay. The sample has at most ten."""

    matching: int
    products: int
    variants: int
    refused: int
    sample: list[ChangedView]

    @classmethod
    def of(cls, seen: Preview) -> "BulkPreviewView":
        sample = [
            ChangedView(one.sku, one.title, _plain(one.before), _plain(one.after))
            for one in seen.sample
        ]
        return cls(seen.matching, seen.products, seen.variants, seen.refused, sample)


class BulkEditView(View, frozen=True):
    """Can be undone once, within 24 hours."""

    id: UUID
    products: int
    variants: int
    actor_name: str
    created_at: datetime
    undone_at: datetime | None

    @classmethod
    def of(cls, done: BulkEdit) -> "BulkEditView":
        return cls(**{name: getattr(done, name) for name in cls.__struct_fields__})


class UndoneView(View, frozen=True):
    """What was changed again meanwhile stayed as it is."""

    restored: int


def _plain(value: Any) -> int | str | None:
    return str(value) if isinstance(value, UUID) else value
