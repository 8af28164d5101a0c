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
from kram.shop.catalog.bulk.choices import PLAIN, Arranged, Live, arranged
from kram.shop.catalog.bulk.queries import OF_SALES, KnownVariant
from kram.shop.catalog.bulk.rows import ProductRow
from kram.shop.catalog.drafts import clean_sku, cleaned


class RowRefused(msgspec.Struct, frozen=True):
    """`row` counts from 0 within the batch."""

    row: int
    errors: tuple[FieldError, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows that may come in, each with its options, and why the others may not."""

    drafts: list[tuple[ProductRow, Arranged]]
    known: Mapping[str, KnownVariant]
    refused: list[RowRefused]


async def accepted(
    tx: TenantRead,
    rows: Sequence[ProductRow],
    *,
    lock: bool = True,
    imagined: Collection[UUID] = (),
) -> Batch:
    """`imagined` categories would be made; without `lock` nothing is held for writing."""
    skus = {
        variant.sku if row.is_clean else clean_sku(variant.sku)
        for row in rows
        for variant in row.variants
    }
    found = await bulk_queries.by_sku(tx, skus, _fields(rows), lock=lock)
    known = {variant.sku: variant for variant in found}
    currency = await queries.currency_in_use(tx)
    categories = await bulk_queries.known_categories(
        tx, {row.category_id for row in rows if row.category_id}
    )
    categories |= set(imagined)
    on_sale = await _on_sale(tx, rows, known)
    batch = Batch([], known, [])
    seen: set[str] = set()
    for number, row in enumerate(rows):
        try:
            draft = row if row.is_clean and len(row.variants) == 1 else cleaned(row)
            currency = currency or draft.variants[0].price.currency
            _check(_collisions(draft, known, seen, currency, categories))
            arrangement = arranged(draft, known, on_sale) if on_sale or draft.options else PLAIN
        except InvalidInput as error:
            batch.refused.append(RowRefused(number, error.errors))
            continue
        batch.drafts.append((draft, arrangement))
        seen.update(variant.sku for variant in draft.variants)
    return batch


def _fields(rows: Sequence[ProductRow]) -> tuple[str, ...]:
    """What of the known variants is compared besides."""
    told = {name for row in rows for name in row.values}
    told |= {name for row in rows for variant in row.variants for name in variant.values}
    if "sale_minor" in told:
        told |= {*OF_SALES}
    return tuple(sorted(told - {"status"}))


async def _on_sale(
    tx: TenantRead, rows: Sequence[ProductRow], known: Mapping[str, KnownVariant]
) -> Mapping[UUID, Live]:
    """Of products that have options or may get some; most shops have none."""
    named = {variant.sku for row in rows if row.options for variant in row.variants}
    products = {each.product_id for each in known.values() if each.options or each.sku in named}
    return await bulk_queries.on_sale(tx, products) if products else {}


def _check(errors: Iterable[FieldError]) -> None:
    """Raises: InvalidInput."""
    refused = tuple(errors)
    if refused:
        raise InvalidInput(errors=refused)


def _collisions(
    draft: ProductRow,
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
