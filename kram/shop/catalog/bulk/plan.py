"""What has to be written so that the shop is as the rows say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from kram.kit.ids import new_id
from kram.shop.catalog.bulk.queries import KnownVariant
from kram.shop.catalog.drafts import ProductDraft, VariantDraft
from kram.shop.catalog.slugs import slug_of


@dataclass(frozen=True, slots=True)
class Difference:
    """What a field of something that exists would change from and to."""

    sku: str
    field: str
    before: Any
    after: Any


@dataclass(slots=True)
class Plan:
    """What is to be written: whole rows that are new, ids and values of those that change."""

    now: datetime
    keep: frozenset[str]
    new_products: list[dict[str, Any]] = field(default_factory=list)
    changed_products: list[dict[str, Any]] = field(default_factory=list)
    new_variants: list[dict[str, Any]] = field(default_factory=list)
    added_variants: list[dict[str, Any]] = field(default_factory=list)
    changed_variants: list[dict[str, Any]] = field(default_factory=list)
    touched: set[UUID] = field(default_factory=set)
    variant_ids: dict[str, UUID] = field(default_factory=dict)
    owners: dict[str, UUID] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)

    def take(self, draft: ProductDraft, known: Mapping[str, KnownVariant]) -> None:
        owner = next((known[v.sku] for v in draft.variants if v.sku in known), None)
        if owner is None:
            self._create(draft)
        else:
            self._change(draft, owner, known)

    def _create(self, draft: ProductDraft) -> None:
        product_id = new_id()
        self.touched.add(product_id)
        values = _product_values(draft)
        self.new_products.append(
            {
                "id": product_id,
                "slug": slug_of(draft.slug or draft.title),
                "created_at": self.now,
                "updated_at": self.now,
                **values,
            }
        )
        for position, variant in enumerate(draft.variants):
            self.new_variants.append(self._variant(product_id, position, variant))

    def _change(
        self, draft: ProductDraft, owner: KnownVariant, known: Mapping[str, KnownVariant]
    ) -> None:
        values = _product_values(draft)
        values |= {name: getattr(owner, name) for name in self.keep}
        differing = [name for name, value in values.items() if getattr(owner, name) != value]
        for name in differing:
            self._differ(owner.sku, name, getattr(owner, name), values[name])
        if differing:
            self.changed_products.append({"id": owner.product_id, "updated_at": self.now, **values})
            self.touched.add(owner.product_id)
        for variant in draft.variants:
            self._change_variant(owner.product_id, variant, known.get(variant.sku))

    def _change_variant(
        self, product_id: UUID, variant: VariantDraft, known: KnownVariant | None
    ) -> None:
        if known is None:
            self.added_variants.append(self._variant(product_id, 0, variant))
            self.touched.add(product_id)
            return
        self.variant_ids[variant.sku] = known.variant_id
        self.owners[variant.sku] = product_id
        # Price lists often name the product alone, and mean the variant that has the SKU.
        title = variant.title or known.variant_title
        now = (known.variant_title, known.price_minor, known.archived_at)
        if now != (title, variant.price.minor, None):
            self._differ(variant.sku, "variant", known.variant_title, title)
            self._differ(variant.sku, "price", known.price_minor, variant.price.minor)
            self.touched.add(product_id)
            self.changed_variants.append(
                {
                    "id": known.variant_id,
                    "title": title,
                    "price_minor": variant.price.minor,
                    "archived_at": None,
                }
            )

    def _differ(self, sku: str, name: str, before: Any, after: Any) -> None:
        if before != after:
            self.differences.append(Difference(sku, name, before, after))

    def _variant(self, product_id: UUID, position: int, variant: VariantDraft) -> dict[str, Any]:
        variant_id = new_id()
        self.variant_ids[variant.sku] = variant_id
        self.owners[variant.sku] = product_id
        return {
            "id": variant_id,
            "product_id": product_id,
            "sku": variant.sku,
            "title": variant.title,
            "price_minor": variant.price.minor,
            "currency": variant.price.currency,
            "position": position,
        }


def _product_values(draft: ProductDraft) -> dict[str, Any]:
    return {
        "title": draft.title,
        "description": draft.description,
        "category_id": draft.category_id,
        "status": draft.status,
    }
