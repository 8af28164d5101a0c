"""Preview, edit, undo."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.ids import new_id
from kram.shop.bulk import queries
from kram.shop.bulk.errors import BulkEmpty, BulkMissing, BulkSettled, BulkTooLarge
from kram.shop.bulk.models import BulkEdit
from kram.shop.bulk.queries import ChosenRow, Step
from kram.shop.bulk.rules import (
    Change,
    GoodsFilter,
    PriceAmount,
    PricePercent,
    SetCategory,
    SetStatus,
    StockDelta,
    new_price,
)
from kram.shop.catalog.changes import mark_changed
from kram.shop.catalog.errors import CategoryMissing
from kram.shop.catalog.models import Category, VariantKind
from kram.shop.catalog.prices.history import remember
from kram.shop.inventory.models import MoveCause
from kram.shop.inventory.service import receive_many
from kram.tenants.actor import Actor

MOST_VARIANTS = 20_000
UNDO_WITHIN = timedelta(hours=24)
_SAMPLE = 10


class Changed(msgspec.Struct, frozen=True):
    """`before` and `after` are minor units, ids, statuses; of stock 0 and the delta."""

    sku: str
    title: str
    before: Any
    after: Any


class Preview(msgspec.Struct, frozen=True):
    """Of `matching` variants so many, and so many products, would change; `refused` prices would
    be below zero or too large and stay."""

    matching: int
    products: int
    variants: int
    refused: int
    sample: tuple[Changed, ...]


async def preview(tx: TenantRead, goods: GoodsFilter, change: Change) -> Preview:
    """Raises: BulkTooLarge."""
    rows = await _chosen(tx, goods, lock=False)
    steps = _steps(rows, change)
    by_id = {row.variant_id: row for row in rows} | {row.product_id: row for row in rows}
    changed = [
        Changed(by_id[key].sku, by_id[key].title, before, after) for key, before, after in steps
    ]
    return Preview(
        matching=len(rows),
        products=_products(rows, steps),
        variants=len(steps) if _is_of_variants(change) else 0,
        refused=_refused(rows, change),
        sample=tuple(changed[:_SAMPLE]),
    )


async def edit(tx: TenantTx, goods: GoodsFilter, change: Change, actor: Actor) -> BulkEdit:
    """Whole or not at all. Raises: BulkTooLarge, BulkEmpty, CategoryMissing, StockTooLow."""
    target = change.category_id if isinstance(change, SetCategory) else None
    if target is not None and await tx.get(Category, target) is None:
        raise CategoryMissing
    rows = await _chosen(tx, goods, lock=True)
    steps = _steps(rows, change)
    if not steps:
        raise BulkEmpty
    job = BulkEdit(
        id=new_id(),
        filters=msgspec.to_builtins(goods),
        change=msgspec.to_builtins(change),
        products=_products(rows, steps),
        variants=len(steps) if _is_of_variants(change) else 0,
        reverse=[[str(key), _plain(before), _plain(after)] for key, before, after in steps],
        actor_id=actor.id,
        actor_name=actor.name,
        created_at=tx.now,
        undone_at=None,
    )
    tx.add(job)
    await _write(tx, change, steps, actor, job.id)
    return job


async def undo(tx: TenantTx, edit_id: UUID, actor: Actor) -> int:
    """How many came back; what was changed again meanwhile stays as it is now.

    Raises: BulkMissing, BulkSettled, StockTooLow when the units are gone.
    """
    job = await tx.get(BulkEdit, edit_id, lock=True)
    if job is None:
        raise BulkMissing
    if job.undone_at is not None or tx.now - job.created_at > UNDO_WITHIN or not job.reverse:
        raise BulkSettled
    change = msgspec.convert(job.change, Change)
    back = [(UUID(key), after, before) for key, before, after in job.reverse]
    if isinstance(change, SetCategory):
        back = [(key, _uuid(after), _uuid(before)) for key, after, before in back]
    count = await _write(tx, change, back, actor, job.id)
    job.undone_at, job.reverse = tx.now, []
    return count


async def _chosen(tx: TenantRead, goods: GoodsFilter, *, lock: bool) -> Sequence[ChosenRow]:
    rows = await queries.chosen(tx, goods, MOST_VARIANTS + 1, lock=lock)
    if len(rows) > MOST_VARIANTS:
        raise BulkTooLarge
    return rows


def _steps(rows: Sequence[ChosenRow], change: Change) -> list[Step]:
    """What differs; products once, in the order of their ids."""
    match change:
        case PricePercent() | PriceAmount():
            prices = ((row, new_price(row.price_minor, change)) for row in rows)
            return [
                (row.variant_id, row.price_minor, price)
                for row, price in prices
                if price is not None and price != row.price_minor
            ]
        case StockDelta(delta):
            own = [row for row in rows if row.kind == VariantKind.GOODS]
            return [(row.variant_id, 0, delta) for row in own if delta]
        case SetCategory(category_id):
            found = {row.product_id: row.category_id for row in rows}
            return [(key, was, category_id) for key, was in found.items() if was != category_id]
        case SetStatus(status):
            states = {row.product_id: row.status for row in rows}
            return [(key, was, status.value) for key, was in states.items() if was != status]


async def _write(
    tx: TenantTx, change: Change, steps: Sequence[Step], actor: Actor, edit_id: UUID
) -> int:
    match change:
        case StockDelta():
            deltas = {key: after - before for key, before, after in steps}
            await receive_many(tx, deltas, MoveCause.CORRECTED, actor, document_id=edit_id)
            written: Sequence[UUID] = list(deltas)
        case SetCategory():
            written = await queries.set_categories(tx, steps)
        case SetStatus():
            written = await queries.set_statuses(tx, steps)
        case _:
            written = await queries.set_prices(tx, steps)
            await remember(tx, written)
    if written and not isinstance(change, StockDelta):
        await mark_changed(tx)
    return len(written)


def _products(rows: Sequence[ChosenRow], steps: Sequence[Step]) -> int:
    changed = {step[0] for step in steps}
    return len(
        {row.product_id for row in rows if row.variant_id in changed or row.product_id in changed}
    )


def _refused(rows: Sequence[ChosenRow], change: Change) -> int:
    if not isinstance(change, PricePercent | PriceAmount):
        return 0
    return sum(new_price(row.price_minor, change) is None for row in rows)


def _is_of_variants(change: Change) -> bool:
    return isinstance(change, PricePercent | PriceAmount | StockDelta)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


def _uuid(value: str | None) -> UUID | None:
    return None if value is None else UUID(value)
