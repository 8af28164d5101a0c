"""One product on its way back to what it was. Pure."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from kram.shop.catalog.bulk.plan import Difference, Of
from kram.shop.catalog.models import ProductStatus
from kram.shop.catalog.options.matrix import numbers_of
from kram.shop.catalog.options.shape import live, options_of

Row = dict[str, Any]
"""Columns as plain values, like those of a `Difference`."""

_PRICES = ("price_minor", "sale_minor", "sale_from", "sale_until")
_SHAPE = ("options", "choice", "title", "archived_at")


class Goods:
    """A product and its variants: as they are, and in `product` and `variants` what of them
    shall be otherwise."""

    def __init__(self, product: Row, variants: Mapping[UUID, Row]) -> None:
        self._product, self._variants = product, variants
        self.id: UUID = product["id"]
        self.product: Row = {}
        self.variants: dict[UUID, Row] = {}

    @property
    def variant_ids(self) -> Collection[UUID]:
        return self._variants.keys()

    def archive(self) -> None:
        if self._product["status"] != ProductStatus.ARCHIVED:
            self.product["status"] = ProductStatus.ARCHIVED

    def restore(
        self,
        steps: Sequence[Difference],
        added: Iterable[UUID],
        categories: Collection[str],
        now: datetime,
    ) -> list[Difference]:
        """Takes off the variants that were added, as far as others are left, and all the steps but
        those that it gives back. `categories` are there still."""
        offered = [key for key in self._variants if self._then(key, "archived_at") is None]
        taken_off = [key for key in added if key in offered]
        if len(taken_off) < len(offered):
            self.variants |= {key: {"archived_at": now} for key in taken_off}
        kept: list[Difference] = []
        for group in _groups(steps):
            if not self._try(group, categories):
                kept += group
        return kept

    def _try(self, group: Sequence[Difference], categories: Collection[str]) -> bool:
        if not all(self._is_as_written(step) for step in group):
            return False
        before = self.product, self.variants
        self.product = dict(self.product)
        self.variants = {key: dict(row) for key, row in self.variants.items()}
        for step in group:
            own = self.product if step.of == Of.PRODUCT else self.variants.setdefault(step.id, {})
            own[step.field] = step.before
        fits = self._holds_together(group, categories)
        if not fits:
            self.product, self.variants = before
        return fits

    def _is_as_written(self, step: Difference) -> bool:
        row = self._product if step.of == Of.PRODUCT else self._variants.get(step.id)
        return row is not None and bool(row[step.field] == step.after)

    def _holds_together(self, group: Sequence[Difference], categories: Collection[str]) -> bool:
        fields = {step.field for step in group}
        if "category_id" in fields:
            return group[0].before is None or group[0].before in categories
        if not fields.isdisjoint(_PRICES):
            return self._is_cheaper(group[0].id)
        return fields.isdisjoint(("options", "choice", "archived_at")) or self._has_shape()

    def _is_cheaper(self, variant_id: UUID) -> bool:
        """A sale, that is; there may be none."""
        sale = self._then(variant_id, "sale_minor")
        return sale is None or bool(sale < self._then(variant_id, "price_minor"))

    def _has_shape(self) -> bool:
        """Something is on sale, of options that there are, and no two the same."""
        options = live(options_of({**self._product, **self.product}["options"]))
        values = {value.id for option in options for value in option.offered}
        choices = [
            self._then(key, "choice")
            for key in self._variants
            if self._then(key, "archived_at") is None
        ]
        return (
            bool(choices)
            and all(len(numbers_of(each) & values) == len(options) for each in choices)
            and (not options or max(Counter(choices).values()) == 1)
        )

    def _then(self, variant_id: UUID, name: str) -> Any:
        return self.variants.get(variant_id, {}).get(name, self._variants[variant_id][name])


def _groups(steps: Sequence[Difference]) -> Iterable[list[Difference]]:
    """What goes back together or not at all: prices of a variant; the options of a product with
    all that its variants are of them."""
    has_shape = any(step.field in ("options", "choice") for step in steps)
    groups: dict[object, list[Difference]] = defaultdict(list)
    for step in steps:
        if has_shape and step.field in _SHAPE and (step.of == Of.VARIANT or step.field != "title"):
            groups["shape"].append(step)
        elif step.field in _PRICES:
            groups[step.id, "prices"].append(step)
        else:
            groups[step.id, step.field].append(step)
    return groups.values()
