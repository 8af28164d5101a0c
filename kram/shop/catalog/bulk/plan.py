"""What has to be written so that the shop is as the rows say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from kram.kit.ids import new_id
from kram.shop.catalog.bulk.choices import Arranged
from kram.shop.catalog.bulk.queries import OF_SALES, KnownVariant
from kram.shop.catalog.bulk.rows import ProductRow, VariantRow
from kram.shop.catalog.slugs import slug_of

Values = dict[str, Any]


class Of(StrEnum):
    PRODUCT = "product"
    VARIANT = "variant"


class Difference(msgspec.Struct, frozen=True, array_like=True):
    """What a column of something that exists would change from and to."""

    of: Of
    id: UUID
    sku: str
    field: str
    before: Any
    after: Any


@dataclass(slots=True)
class Plan:
    """What is to be written: whole rows that are new, ids and values of those that change.

    `keep` names fields that products which exist keep; what a row tells of them counts all the
    same. `revived` products are on sale again.
    """

    now: datetime
    keep: frozenset[str]
    revived: frozenset[UUID] = frozenset()
    new_products: list[Values] = field(default_factory=list)
    changed_products: list[Values] = field(default_factory=list)
    new_variants: list[Values] = field(default_factory=list)
    added_variants: list[Values] = field(default_factory=list)
    changed_variants: list[Values] = field(default_factory=list)
    touched: set[UUID] = field(default_factory=set)
    variant_ids: dict[str, UUID] = field(default_factory=dict)
    owners: dict[str, UUID] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)

    def take(
        self, draft: ProductRow, known: Mapping[str, KnownVariant], arranged: Arranged
    ) -> None:
        owner = next((known[v.sku] for v in draft.variants if v.sku in known), None)
        if owner is None:
            self._create(draft, arranged)
        else:
            self._change(draft, owner, known, arranged)

    def _create(self, draft: ProductRow, arranged: Arranged) -> None:
        product_id = new_id()
        self.touched.add(product_id)
        self.new_products.append(
            {
                "id": product_id,
                "slug": slug_of(draft.slug or draft.title),
                "created_at": self.now,
                "updated_at": self.now,
                "tags": [],
                "options": arranged.options or [],
                **_product_values(draft),
                **draft.values,
            }
        )
        for position, variant in enumerate(draft.variants):
            self.new_variants.append(self._variant(product_id, position, variant, arranged))

    def _change(
        self,
        draft: ProductRow,
        owner: KnownVariant,
        known: Mapping[str, KnownVariant],
        arranged: Arranged,
    ) -> None:
        values = _product_values(draft)
        for name in self.keep:
            del values[name]
        if owner.product_id in self.revived:
            values["status"] = draft.status
        values |= draft.values
        if arranged.options is not None:
            values["options"] = arranged.options
        changed = self._compared(Of.PRODUCT, owner.product_id, owner, values)
        if changed:
            self.changed_products.append(
                {"id": owner.product_id, "updated_at": self.now, **changed}
            )
        for variant in draft.variants:
            self._change_variant(owner.product_id, variant, known.get(variant.sku), arranged)

    def _change_variant(
        self,
        product_id: UUID,
        variant: VariantRow,
        known: KnownVariant | None,
        arranged: Arranged,
    ) -> None:
        if known is None:
            self.added_variants.append(self._variant(product_id, 0, variant, arranged))
            self.touched.add(product_id)
            return
        self.variant_ids[variant.sku] = known.variant_id
        self.owners[variant.sku] = product_id
        values: Values = {"price_minor": variant.price.minor, "archived_at": None}
        cell = arranged.cells.get(variant.sku)
        if cell is not None:
            values |= {"title": cell.title, "choice": cell.choice}
        elif variant.title:
            # Price lists often name the product alone, and mean the variant that has the SKU.
            values["title"] = variant.title
        values |= self._with_sale(variant.values, known)
        changed = self._compared(Of.VARIANT, known.variant_id, known, values)
        if changed:
            self.touched.add(product_id)
            self.changed_variants.append({"id": known.variant_id, **changed})

    def _with_sale(self, values: Mapping[str, Any], known: KnownVariant) -> Mapping[str, Any]:
        """A sale goes on from when it began; one that begins does so now, without an end."""
        if "sale_minor" not in values or values["sale_minor"] == known.values["sale_minor"]:
            return values
        if values["sale_minor"] is None:
            return {**values, **dict.fromkeys(OF_SALES)}
        is_new = known.values["sale_minor"] is None
        return {**values, "sale_from": self.now, "sale_until": None} if is_new else values

    def _compared(self, of: Of, key: UUID, known: KnownVariant, values: Values) -> Values:
        """Those that differ, which are noted."""
        changed = {
            name: value for name, value in values.items() if _before(of, known, name) != value
        }
        if "sale_minor" in changed:
            # Noted with its dates, so that who gave it an end since is seen to have done so.
            changed |= {name: values[name] for name in OF_SALES if name in values}
        for name, value in changed.items():
            before = _before(of, known, name)
            self.differences.append(Difference(of, key, known.sku, name, before, value))
        if changed and of == Of.PRODUCT:
            self.touched.add(key)
        return changed

    def _variant(
        self, product_id: UUID, position: int, variant: VariantRow, arranged: Arranged
    ) -> Values:
        variant_id, cell = new_id(), arranged.cells.get(variant.sku)
        self.variant_ids[variant.sku] = variant_id
        self.owners[variant.sku] = product_id
        values: Values = {
            "id": variant_id,
            "product_id": product_id,
            "sku": variant.sku,
            "title": cell.title if cell else variant.title,
            "choice": cell.choice if cell else None,
            "price_minor": variant.price.minor,
            "currency": variant.price.currency,
            "position": position,
        }
        if variant.values:
            is_on_sale = variant.values.get("sale_minor") is not None
            values |= {**variant.values, "sale_from": self.now if is_on_sale else None}
        return values


def _before(of: Of, known: KnownVariant, name: str) -> Any:
    if of == Of.VARIANT and name == "title":
        return known.variant_title
    return known.values[name] if name in known.values else getattr(known, name)


def _product_values(draft: ProductRow) -> Values:
    return {
        "title": draft.title,
        "description": draft.description,
        "category_id": draft.category_id,
        "status": draft.status,
    }
