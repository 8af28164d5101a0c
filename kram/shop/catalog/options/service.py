"""Saving options, and changing many variants at once."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import msgspec

from kram.kit.db.tx import TenantTx
from kram.kit.errors import FieldError, InvalidInput
from kram.kit.ids import public_code
from kram.kit.messages import gettext_noop
from kram.shop.catalog import queries
from kram.shop.catalog.attributes.service import checked_many
from kram.shop.catalog.changes import mark_changed, mark_changed_at
from kram.shop.catalog.drafts import LONGEST_SKU
from kram.shop.catalog.errors import OptionsRefused, ProductMissing, VariantMissing
from kram.shop.catalog.models import AttributeScope, Product
from kram.shop.catalog.naming import conflicts_named
from kram.shop.catalog.options import queries as option_queries
from kram.shop.catalog.options.changes import (
    Sale,
    VariantChange,
    clean,
    fields_of,
    refused_fields,
)
from kram.shop.catalog.options.matrix import Row, rows
from kram.shop.catalog.options.shape import MOST_VARIANTS, Option, OptionDraft, options_of, resolved
from kram.shop.catalog.prices.history import remember
from kram.shop.catalog.slugs import slug_of

_ENDING_LETTERS = 4


async def set_options(
    tx: TenantTx, product_id: UUID, drafts: Sequence[OptionDraft]
) -> tuple[Option, ...]:
    """Makes the product's variants what these options say, in one statement for all of them.

    New ones get the first variant's price and a SKU of their own; what there is keeps SKU, price
    and stock. Locks the product. Raises: ProductMissing, InvalidInput, OptionsRefused.
    """
    product = await _locked(tx, product_id)
    before = options_of(product.options)
    after = resolved(before, drafts)
    known = await option_queries.known_variants(tx, product_id)
    wanted = rows(known, before, after)
    price, currency = await option_queries.first_price(tx, product_id)
    named = await _with_skus(tx, wanted, known[0].sku)
    product.options, product.updated_at = msgspec.to_builtins(after), tx.now
    await tx.flush()
    async with conflicts_named():
        await option_queries.write_rows(tx, product_id, named, price, currency)
    await remember(tx, [row.id for row in named])
    await mark_changed(tx)
    return after


async def change_variants(tx: TenantTx, product_id: UUID, changes: Sequence[VariantChange]) -> None:
    """Changes up to 2,000 variants of a product in one statement.

    Locks the product. Raises: ProductMissing, VariantMissing, InvalidInput, SkuTaken.
    """
    await _locked(tx, product_id)
    known = await option_queries.priced_variants(tx, product_id)
    changes = [clean(change) for change in changes]
    if len({change.id for change in changes} & known.keys()) != len(changes):
        raise VariantMissing
    if len(changes) > MOST_VARIANTS:
        raise OptionsRefused
    refused = [*refused_fields(changes, known), *await _taken_skus(tx, product_id, changes)]
    if refused:
        raise InvalidInput(errors=refused)
    changes = await _with_values(tx, changes)
    _check_some_left(changes, {key for key, each in known.items() if each.archived_at is None})
    written = [(change.id, fields_of(change, known[change.id], tx.now)) for change in changes]
    async with conflicts_named():
        await option_queries.change_variants(tx, product_id, written)
    await remember(tx, [change.id for change in changes])
    _set_timers(tx, changes)
    await mark_changed(tx)


async def _with_values(tx: TenantTx, changes: Sequence[VariantChange]) -> list[VariantChange]:
    """Raises: InvalidInput."""
    given = {
        str(place): change.attributes
        for place, change in enumerate(changes)
        if isinstance(change.attributes, dict)
    }
    if not given:
        return list(changes)
    kept = await checked_many(tx, AttributeScope.VARIANT, given, "/variants/")
    by_place = dict(zip(given, kept, strict=True))
    return [
        msgspec.structs.replace(change, attributes=by_place[str(place)])
        if str(place) in by_place
        else change
        for place, change in enumerate(changes)
    ]


def _set_timers(tx: TenantTx, changes: Sequence[VariantChange]) -> None:
    sales = [change.sale for change in changes if isinstance(change.sale, Sale)]
    mark_changed_at(tx, *{at for sale in sales for at in (sale.begins, sale.ends)})


def _check_some_left(changes: Sequence[VariantChange], offered: set[UUID]) -> None:
    """Raises: InvalidInput when nothing would be left on sale."""
    for change in changes:
        if change.archived is True:
            offered.discard(change.id)
        elif change.archived is False:
            offered.add(change.id)
    if not offered:
        raise InvalidInput(
            errors=[
                FieldError(
                    "/variants", "variants_count", gettext_noop("Keep at least one variant on sale")
                )
            ]
        )


async def _taken_skus(
    tx: TenantTx, product_id: UUID, changes: Sequence[VariantChange]
) -> list[FieldError]:
    skus = [change.sku for change in changes if isinstance(change.sku, str)]
    if not skus:
        return []
    owners = await queries.owners_of_skus(tx, skus)
    return [
        FieldError(f"/variants/{place}/sku", "sku_taken", gettext_noop("This SKU is already used"))
        for place, change in enumerate(changes)
        if isinstance(change.sku, str) and owners.get(change.sku, product_id) != product_id
    ]


async def _with_skus(tx: TenantTx, wanted: Sequence[Row], base: str) -> list[Row]:
    """Names the new ones after the first variant and their values: "SHIRT-RED-XL"."""
    names = {row.id: _sku(base, row.title) for row in wanted if not row.sku}
    taken = set(await queries.owners_of_skus(tx, names.values())) if names else set()
    named = []
    for row in wanted:
        if row.id not in names:
            named.append(row)
            continue
        sku = names[row.id]
        if sku in taken:
            sku = f"{sku[: LONGEST_SKU - _ENDING_LETTERS - 1]}-{public_code(_ENDING_LETTERS)}"
        taken.add(sku)
        named.append(replace(row, sku=sku))
    return named


def _sku(base: str, title: str) -> str:
    return f"{base}-{slug_of(title, fallback='x').upper()}"[:LONGEST_SKU].rstrip("-")


async def _locked(tx: TenantTx, product_id: UUID) -> Product:
    product = await tx.get(Product, product_id, lock=True)
    if product is None:
        raise ProductMissing
    return product
