"""The use case: a batch of rows into the catalogue."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import msgspec

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.catalog import queries
from kram.shop.catalog.bulk import queries as bulk_queries
from kram.shop.catalog.bulk.accept import Batch, RowRefused, accepted
from kram.shop.catalog.bulk.plan import Difference, Plan
from kram.shop.catalog.bulk.rows import ProductRow
from kram.shop.catalog.bulk.write_queries import change_rows, free_choices, insert_rows
from kram.shop.catalog.changes import mark_changed
from kram.shop.catalog.models import Product, Variant
from kram.shop.catalog.naming import conflicts_named
from kram.shop.catalog.prices.history import remember
from kram.shop.catalog.slugs import candidates, free_slug

LARGEST_BATCH = 500


class UpsertReport(msgspec.Struct, frozen=True):
    """Products by what became of them; by all accepted SKUs `variants` gives their ids, `owners`
    those of their products, of which `touched` are new or changed and `new` are new. `added` are
    variants that joined a product which was there."""

    created: int
    updated: int
    unchanged: int
    refused: tuple[RowRefused, ...]
    variants: dict[str, UUID]
    owners: dict[str, UUID]
    touched: frozenset[UUID]
    new: frozenset[UUID]
    added: frozenset[UUID]
    differences: tuple[Difference, ...]


async def upsert_products(
    tx: TenantTx,
    rows: Sequence[ProductRow],
    *,
    keep: Collection[str] = (),
    revived: Collection[UUID] = (),
) -> UpsertReport:
    """Creates what has a new SKU and changes the rest; refused rows do not stop the others.

    `keep` names fields of products that exist ("description", "category_id", "status") which the
    rows do not know and must not touch. Variants that a row does not name stay as they are; slugs
    too. `revived` products leave the archive. At most 500 rows.

    Raises: SkuTaken or SlugTaken, when another transaction wrote the same just now: repeat.
    """
    batch = await accepted(tx, rows)
    plan = _planned(tx, rows, batch, keep, revived)
    await _name(tx, plan.new_products)
    await _append(tx, plan.added_variants)
    async with conflicts_named():
        await _write(tx, plan)
    written = plan.new_variants + plan.added_variants + plan.changed_variants
    await remember(tx, [row["id"] for row in written])
    if plan.touched:
        await mark_changed(tx)
    return _report(batch, plan)


async def judge_products(
    tx: TenantRead,
    rows: Sequence[ProductRow],
    *,
    keep: Collection[str] = (),
    revived: Collection[UUID] = (),
    imagined: Collection[UUID] = (),
) -> UpsertReport:
    """What `upsert_products` would do now, written nowhere and locking nothing.

    `imagined` are ids of categories that would be made for it.
    """
    batch = await accepted(tx, rows, lock=False, imagined=imagined)
    return _report(batch, _planned(tx, rows, batch, keep, revived))


def _planned(
    tx: TenantRead,
    rows: Sequence[ProductRow],
    batch: Batch,
    keep: Collection[str],
    revived: Collection[UUID],
) -> Plan:
    if len(rows) > LARGEST_BATCH:
        raise ValueError(f"at most {LARGEST_BATCH} rows a batch")
    plan = Plan(tx.now, frozenset(keep), frozenset(revived))
    for draft, arranged in batch.drafts:
        plan.take(draft, batch.known, arranged)
    return plan


async def _write(tx: TenantTx, plan: Plan) -> None:
    """What changes goes first: it may free the options that something new has."""
    moved = [row["id"] for row in plan.changed_variants if row.get("choice")]
    await insert_rows(tx, Product, plan.new_products)
    await change_rows(tx, Product, plan.changed_products)
    await free_choices(tx, moved)
    await change_rows(tx, Variant, plan.changed_variants)
    await insert_rows(tx, Variant, plan.new_variants + plan.added_variants)


def _report(batch: Batch, plan: Plan) -> UpsertReport:
    return UpsertReport(
        created=len(plan.new_products),
        updated=len(plan.touched) - len(plan.new_products),
        unchanged=len(batch.drafts) - len(plan.touched),
        refused=tuple(batch.refused),
        variants=plan.variant_ids,
        owners=plan.owners,
        touched=frozenset(plan.touched),
        new=frozenset(product["id"] for product in plan.new_products),
        added=frozenset(row["id"] for row in plan.added_variants),
        differences=tuple(plan.differences),
    )


async def _name(tx: TenantTx, products: Sequence[dict[str, Any]]) -> None:
    """Gives each product a slug that neither the shop nor an earlier one of them has."""
    if not products:
        return
    times = Counter(product["slug"] for product in products)
    taken = await queries.taken_product_slugs(tx, times)
    # Most titles are the only ones of their kind: endings are looked at for the others alone.
    crowded = taken | {slug for slug, count in times.items() if count > 1}
    if crowded:
        endings = {slug for base in crowded for slug in candidates(base)}
        taken |= await queries.taken_product_slugs(tx, endings)
    for product in products:
        product["slug"] = free_slug(product["slug"], taken)
        taken.add(product["slug"])


async def _append(tx: TenantTx, variants: Sequence[dict[str, Any]]) -> None:
    """Puts variants that join an existing product behind those it has."""
    if not variants:
        return
    last = await bulk_queries.last_positions(tx, {row["product_id"] for row in variants})
    for row in variants:
        last[row["product_id"]] += 1
        row["position"] = last[row["product_id"]]
