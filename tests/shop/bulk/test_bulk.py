"""Many goods at once: chosen, looked at, changed whole, taken back."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, text

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.ids import new_id
from kram.shop.bulk import queries, service
from kram.shop.bulk.errors import BulkEmpty, BulkMissing, BulkSettled, BulkTooLarge
from kram.shop.bulk.models import BulkEdit
from kram.shop.bulk.rules import (
    Change,
    GoodsFilter,
    PriceAmount,
    PricePercent,
    Rounding,
    SetCategory,
    SetStatus,
    StockDelta,
    new_price,
)
from kram.shop.catalog.drafts import LARGEST_PRICE
from kram.shop.catalog.errors import CategoryMissing
from kram.shop.catalog.models import ProductStatus
from kram.shop.catalog.service import create_product
from kram.shop.inventory.errors import StockTooLow
from kram.tenants.actor import Actor
from tests.factories.catalog import make_category, make_product, product_draft, variant_draft

STAFF = Actor.system("tests")
UP = PricePercent(1000)
EVERY_KIND: tuple[Change, ...] = (
    UP,
    PriceAmount(5),
    SetCategory(None),
    SetStatus(ProductStatus.DRAFT),
    StockDelta(3),
)


async def goods(tx: TenantTx) -> tuple[UUID, UUID]:
    """Three cups below Tea, one of them dear, and a mug elsewhere; (Tea, Green)."""
    tea = await make_category(tx, "Tea")
    green = await make_category(tx, "Green", parent_id=tea.id)
    for sku, price, category in (("A", 100, tea.id), ("B", 200, green.id), ("C", 9000, green.id)):
        draft = product_draft(
            variant_draft(sku=sku, price_minor=price), title=f"Cup {sku}", category_id=category
        )
        await create_product(tx, draft)
    await make_product(tx, sku="M", title="Mug", price_minor=500, stock=5)
    return tea.id, green.id


async def prices(tx: TenantRead) -> dict[str, int]:
    found = await tx.execute(text("SELECT sku, price_minor FROM variant ORDER BY sku"))
    return {row.sku: row.price_minor for row in found}


async def one(tx: TenantRead, query: str) -> Any:
    return await tx.scalar(text(query))


# --- rules ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minor", "change", "after"),
    [
        (1000, PricePercent(1250), 1125),
        (999, PricePercent(-1000), 899),  # 899.1
        (5, PricePercent(1000), 6),  # 5.5, halves up
        (1999, PricePercent(0, step=100), 2000),
        (1901, PricePercent(0, step=100, rounding=Rounding.UP), 2000),
        (1999, PricePercent(0, step=100, rounding=Rounding.DOWN), 1900),
        (1000, PricePercent(-10_000), 0),
        (1000, PriceAmount(250), 1250),
        (1000, PriceAmount(-1001), None),
        (LARGEST_PRICE, PriceAmount(1), None),
        (LARGEST_PRICE, PricePercent(100_000), None),
    ],
)
def test_prices_are_changed_exactly(minor: int, change: Any, after: int | None) -> None:
    assert new_price(minor, change) == after


@given(
    minor=st.integers(0, LARGEST_PRICE),
    points=st.integers(-10_000, 100_000),
    step=st.sampled_from([1, 5, 10, 100, 1000]),
)
def test_rounding_stays_within_a_step(minor: int, points: int, step: int) -> None:
    exact = minor * (10_000 + points)
    down, near, up = (
        new_price(minor, PricePercent(points, step, rounding))
        for rounding in (Rounding.DOWN, Rounding.NEAREST, Rounding.UP)
    )
    if up is None or down is None or near is None:
        assert exact > (LARGEST_PRICE - step) * 10_000
        return
    assert down * 10_000 <= exact <= up * 10_000
    assert up - down in (0, step)
    assert near in (down, up)
    assert abs(near * 10_000 - exact) * 2 <= step * 10_000
    assert {price % step for price in (down, near, up)} == {0}


# --- choosing ---------------------------------------------------------------------------------


@pytest.mark.anyio
async def test_goods_are_chosen_by_all_that_is_told(
    tx: TenantTx, db: Database, other_tenant: Tenant
) -> None:
    async with db.tenant(other_tenant) as theirs:
        await make_product(theirs, sku="X", title="Cup", price_minor=100)
    tea, green = await goods(tx)

    async def skus(**filters: Any) -> list[str]:
        return sorted(row.sku for row in await queries.chosen(tx, GoodsFilter(**filters), 100))

    assert await skus() == ["A", "B", "C", "M"]
    assert await skus(category_id=tea) == ["A", "B", "C"]
    assert await skus(category_id=green, price_to=200) == ["B"]
    assert await skus(price_from=200, price_to=500) == ["B", "M"]
    assert await skus(stock_from=1) == ["M"]
    assert await skus(stock_to=0, text="cup a") == ["A"]
    assert await skus(text="%") == []
    assert await skus(tag="sale") == []
    assert await skus(status=ProductStatus.DRAFT) == []
    await tx.execute(text("UPDATE product SET tags = '{sale}' WHERE title = 'Mug'"))
    assert await skus(tag=" Sale ") == ["M"]
    await tx.execute(text("UPDATE product SET status = 'archived' WHERE title = 'Mug'"))
    assert await skus(text="mug") == []
    assert await skus(text="mug", status=ProductStatus.ARCHIVED) == ["M"]


# --- changing and going back ------------------------------------------------------------------


@pytest.mark.anyio
async def test_a_preview_says_what_an_edit_does_and_changes_nothing(tx: TenantTx) -> None:
    tea, _ = await goods(tx)
    before = await prices(tx)
    seen = await service.preview(tx, GoodsFilter(category_id=tea), PriceAmount(-150))
    assert (seen.matching, seen.products, seen.variants, seen.refused) == (3, 2, 2, 1)
    assert [(one_.sku, one_.before, one_.after) for one_ in seen.sample] == [
        ("B", 200, 50),
        ("C", 9000, 8850),
    ]
    assert await prices(tx) == before
    done = await service.edit(tx, GoodsFilter(category_id=tea), PriceAmount(-150), STAFF)
    assert (done.products, done.variants) == (2, 2)
    assert await prices(tx) == before | {"B": 50, "C": 8850}


CHANGES: Sequence[Change] = [
    UP,
    SetCategory(None),
    SetStatus(ProductStatus.DRAFT),
    StockDelta(7),
]


@pytest.mark.anyio
@pytest.mark.parametrize("change", CHANGES)
async def test_what_was_changed_comes_back_once(tx: TenantTx, change: Change) -> None:
    tea, _ = await goods(tx)

    async def state() -> list[Any]:
        query = (
            "SELECT sku, price_minor, status, category_id, coalesce(on_hand, 0) FROM variant"
            " JOIN product ON product.id = product_id"
            " LEFT JOIN stock ON variant_id = variant.id ORDER BY sku"
        )
        return [tuple(row) for row in await tx.execute(text(query))]

    before, version = await state(), await one(tx, "SELECT version FROM catalog_version")
    tx.pending_events.clear()
    done = await service.edit(tx, GoodsFilter(category_id=tea), change, STAFF)
    changed = await state()
    assert sum(old != new for old, new in zip(before, changed, strict=True)) == 3
    assert before[3] == changed[3]
    if not isinstance(change, StockDelta):
        assert await one(tx, "SELECT version FROM catalog_version") == version + 1
    await tx.flush()
    assert await service.undo(tx, done.id, STAFF) == 3
    assert await state() == before
    with pytest.raises(BulkSettled):
        await service.undo(tx, done.id, STAFF)
    moves = await one(tx, "SELECT coalesce(sum(delta), 0) FROM stock_move")
    assert moves == await one(tx, "SELECT coalesce(sum(on_hand), 0) FROM stock")


@pytest.mark.anyio
async def test_an_undo_leaves_what_somebody_changed_since(tx: TenantTx) -> None:
    tea, _ = await goods(tx)
    done = await service.edit(tx, GoodsFilter(category_id=tea), UP, STAFF)
    await tx.execute(text("UPDATE variant SET price_minor = 7 WHERE sku = 'B'"))
    await tx.flush()
    assert await service.undo(tx, done.id, STAFF) == 2
    assert await prices(tx) == {"A": 100, "B": 7, "C": 9000, "M": 500}


@pytest.mark.anyio
async def test_an_undo_comes_within_a_day(tx: TenantTx) -> None:
    await goods(tx)
    done = await service.edit(tx, GoodsFilter(), UP, STAFF)
    done.created_at = tx.now - timedelta(hours=24, seconds=1)
    await tx.flush()
    with pytest.raises(BulkSettled):
        await service.undo(tx, done.id, STAFF)
    with pytest.raises(BulkMissing):
        await service.undo(tx, new_id(), STAFF)
    await queries.forget_reverses(tx, tx.now - service.UNDO_WITHIN)
    assert await one(tx, "SELECT jsonb_array_length(reverse) FROM bulk_edit") == 0


@pytest.mark.anyio
async def test_too_few_units_anywhere_change_nothing(db: Database, tenant: Tenant) -> None:
    async with db.tenant(tenant) as tx:
        await goods(tx)
    with pytest.raises(StockTooLow):
        async with db.tenant(tenant) as tx:
            await service.edit(tx, GoodsFilter(), StockDelta(-1), STAFF)
    async with db.tenant_read(tenant) as tx:
        assert await one(tx, "SELECT sum(on_hand) FROM stock") == 5
        assert await one(tx, "SELECT count(*) FROM bulk_edit") == 0


@pytest.mark.anyio
async def test_nothing_too_much_and_nowhere_are_refused(
    tx: TenantTx, monkeypatch: pytest.MonkeyPatch
) -> None:
    await goods(tx)
    with pytest.raises(BulkEmpty):
        await service.edit(tx, GoodsFilter(text="nothing"), UP, STAFF)
    with pytest.raises(BulkEmpty):
        await service.edit(tx, GoodsFilter(), PricePercent(0), STAFF)
    with pytest.raises(CategoryMissing):
        await service.edit(tx, GoodsFilter(), SetCategory(new_id()), STAFF)
    monkeypatch.setattr(service, "MOST_VARIANTS", 3)
    with pytest.raises(BulkTooLarge):
        await service.edit(tx, GoodsFilter(), UP, STAFF)
    assert await one(tx, "SELECT count(*) FROM bulk_edit") == 0


@pytest.mark.anyio
async def test_the_statements_do_not_grow_with_the_goods(tx: TenantTx) -> None:
    counted: list[int] = []
    for number in range(3):
        for place in range(10**number):
            await make_product(tx, sku=f"S{number}-{place}", title=f"Bulk{number}")
        said: list[str] = []
        engine = tx.session.bind.sync_engine  # type: ignore[union-attr]

        def hear(*arguments: Any, said: list[str] = said) -> None:
            said.append(arguments[2])

        event.listen(engine, "before_cursor_execute", hear)
        await service.edit(tx, GoodsFilter(text=f"Bulk{number}"), UP, STAFF)
        await tx.flush()
        event.remove(engine, "before_cursor_execute", hear)
        counted.append(len(said))
        tx.pending_events.clear()
    assert counted[0] == counted[1] == counted[2] > 0
    assert await one(tx, "SELECT count(*) FROM bulk_edit") == 3
    assert await tx.get(BulkEdit, new_id()) is None


@pytest.mark.parametrize("change", [*EVERY_KIND])
def test_a_change_with_a_misspelt_field_is_refused(change: Change) -> None:
    sent = msgspec.to_builtins(change)
    assert msgspec.convert(sent, Change) == change  # type: ignore[call-overload]
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        msgspec.convert({**sent, "rouding": "up"}, Change)  # type: ignore[call-overload]
