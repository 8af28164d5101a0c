"""Takes back what a batch wrote: what is new goes to the archive, what changed gets its former
values, unless somebody changed it since."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.shop.catalog.bulk import queries
from kram.shop.catalog.bulk.plan import Difference, Of
from kram.shop.catalog.bulk.restoring import Goods
from kram.shop.catalog.bulk.write_queries import change_rows, free_choices
from kram.shop.catalog.changes import mark_changed
from kram.shop.catalog.models import Product, Variant
from kram.shop.catalog.prices.history import remember


@dataclass(frozen=True, slots=True)
class Written:
    """Ids of products that are new, of variants that joined another product, and what changed,
    its values plain ones."""

    created: Sequence[UUID]
    added: Sequence[UUID]
    changes: Sequence[Difference]


async def revert(tx: TenantTx, written: Written) -> list[Difference]:
    """What stays as it is, because somebody changed it since or it fits no longer.

    Locks the products, in the order in which an import does. Done before: nothing happens.
    """
    goods = await _goods(tx, written)
    owners = {key: each.id for each in goods for key in each.variant_ids}
    steps: dict[UUID | None, list[Difference]] = defaultdict(list)
    for step in written.changes:
        steps[step.id if step.of == Of.PRODUCT else owners.get(step.id)].append(step)
    added: dict[UUID | None, list[UUID]] = defaultdict(list)
    for variant_id in written.added:
        added[owners.get(variant_id)].append(variant_id)
    categories = await _categories(tx, written.changes)
    created, kept = set(written.created), steps.pop(None, [])
    for each in goods:
        if each.id in created:
            each.archive()
        kept += each.restore(steps[each.id], added[each.id], categories, tx.now)
    await _write(tx, goods)
    return kept


async def _goods(tx: TenantTx, written: Written) -> list[Goods]:
    """Of products that are new the variants stay as they are."""
    changed = [step.id for step in written.changes if step.of == Of.PRODUCT]
    variants = [step.id for step in written.changes if step.of == Of.VARIANT]
    products = [*written.created, *changed]
    ids = await queries.lock_owners(tx, products, [*written.added, *variants])
    rows = await queries.variants_now(tx, set(ids) - set(written.created))
    return [Goods(row, rows.get(row["id"], {})) for row in await queries.products_now(tx, ids)]


async def _categories(tx: TenantTx, changes: Sequence[Difference]) -> set[str]:
    """Of those that goods were in, the ones that there still are."""
    named = {step.before for step in changes if step.field == "category_id" and step.before}
    return {str(each) for each in await queries.known_categories(tx, set(map(UUID, named)))}


async def _write(tx: TenantTx, goods: Sequence[Goods]) -> None:
    touched = [each for each in goods if each.product or each.variants]
    if not touched:
        return
    variants = [{"id": key, **row} for each in touched for key, row in each.variants.items()]
    products = [{"id": each.id, **each.product, "updated_at": tx.now} for each in touched]
    # Uniqueness is checked row by row: what is taken off makes room first.
    taken_off = [row for row in variants if row.get("archived_at")]
    await change_rows(tx, Product, products)
    await change_rows(tx, Variant, taken_off)
    await free_choices(tx, [row["id"] for row in variants if row.get("choice")])
    await change_rows(tx, Variant, [row for row in variants if not row.get("archived_at")])
    await remember(tx, [row["id"] for row in variants])
    await mark_changed(tx)
