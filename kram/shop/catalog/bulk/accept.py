"""Which rows may come in."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec

from kram.kit.db.tx import TenantRead
from kram.kit.errors import FieldError, InvalidInput
from kram.kit.messages import gettext_noop
from kram.shop.catalog import queries
from kram.shop.catalog.bulk import queries as bulk_queries
from kram.shop.catalog.bulk.queries import KnownVariant
from kram.shop.catalog.drafts import ProductDraft, clean_sku, cleaned


class RowRefused(msgspec.Struct, frozen=True):
    """`row` counts from 0 within the batch."""

    row: int
    errors: tuple[FieldError, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    drafts: list[ProductDraft]
    known: Mapping[str, KnownVariant]
    refused: list[RowRefused]


async def accepted(
    tx: TenantRead,
    rows: Sequence[ProductDraft],
    *,
    lock: bool = True,
    imagined: Collection[UUID] = (),
) -> Batch:
    """`imagined` categories would be made; without `lock` nothing is held for writing."""
    skus = {clean_sku(variant.sku) for row in rows for variant in row.variants}
    known = {variant.sku: variant for variant in await bulk_queries.by_sku(tx, skus, lock=lock)}
    currency = await queries.currency_in_use(tx)
    categories = await bulk_queries.known_categories(
        tx, {row.category_id for row in rows if row.category_id}
    )
    categories |= set(imagined)
    batch = Batch([], known, [])
    seen: set[str] = set()
    for number, row in enumerate(rows):
        try:
            draft = cleaned(row)
        except InvalidInput as error:
            batch.refused.append(RowRefused(number, error.errors))
            continue
        currency = currency or draft.variants[0].price.currency
        errors = tuple(_collisions(draft, known, seen, currency, categories))
        if errors:
            batch.refused.append(RowRefused(number, errors))
        else:
            batch.drafts.append(draft)
            seen |= {variant.sku for variant in draft.variants}
    return batch


def _collisions(
    draft: ProductDraft,
    known: Mapping[str, KnownVariant],
    seen: Collection[str],
    currency: str,
    categories: Collection[UUID],
) -> Iterable[FieldError]:
    if draft.variants[0].price.currency != currency:
        yield FieldError(
            "/variants/0/price",
            "currency_differs",
            gettext_noop("Give prices in the shop's own currency"),
        )
    if draft.category_id is not None and draft.category_id not in categories:
        yield FieldError("/category_id", "category_not_found", gettext_noop("No such category"))
    owners = [known[variant.sku].product_id for variant in draft.variants if variant.sku in known]
    for place, variant in enumerate(draft.variants):
        pointer = f"/variants/{place}/sku"
        if variant.sku in seen:
            yield FieldError(
                pointer, "sku_repeated", gettext_noop("An earlier row has the same SKU")
            )
        elif variant.sku in known and known[variant.sku].product_id != owners[0]:
            yield FieldError(pointer, "sku_taken", gettext_noop("Another product has this SKU"))
