"""What goes out comes in again, and changes nothing."""

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from kram.integrations.imports.amounts import amount_text
from kram.integrations.imports.batches import batches
from kram.integrations.imports.columns import COLUMNS
from kram.integrations.imports.export import exported
from kram.integrations.imports.intake import kept_fields, take_in
from kram.integrations.imports.layout import inspect, rows
from kram.integrations.imports.service import new_job
from kram.kit.currencies import EXPONENTS
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.kit.money import Money
from kram.shop.catalog.details import ProductDetails
from kram.shop.catalog.drafts import LARGEST_PRICE, ProductDraft, parse_price
from kram.shop.catalog.models import ProductStatus
from kram.shop.catalog.options.changes import Sale, VariantChange
from kram.shop.catalog.options.service import change_variants, set_options
from kram.shop.catalog.options.shape import OptionDraft, ValueDraft
from kram.shop.catalog.service import (
    archive_product,
    change_details,
    create_product,
    update_product,
)
from kram.tenants.actor import Actor
from tests.factories.catalog import make_category, make_product, product_draft, variant_draft
from tests.factories.inventory import put_on_shelf

NASTY = ["=1+1", "'=x", "''", "-50 % sale", "@home", "a,b;c|d\te", '"Cup"', "Чашка «Ранок»", "1/2"]


async def table_of(db: Database, tenant: Tenant) -> list[tuple[str, ...]]:
    async with db.tenant_read(tenant) as tx:
        return [row async for row in exported(tx)]


async def taken_in(
    db: Database, tenant: Tenant, path: Path, table: list[tuple[str, ...]]
) -> tuple[int, int, int, int]:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(table)
    layout, job_id = inspect(path, "uk"), new_id()
    keep, actor = kept_fields(layout.columns), Actor.system("tests")
    async with db.tenant(tenant) as tx:
        new_job(tx, job_id, "", "goods.csv", layout, actor)
        await tx.flush()
        for batch in batches(rows(path, layout.columns), "UAH"):
            job = await take_in(tx, job_id, batch, keep=keep, actor=actor)
    assert (job.done, job.failed) == (job.total, 0)
    return job.created, job.updated, job.unchanged, job.failed


async def everything(db: Database, tenant: Tenant) -> list[Any]:
    """All that an import could touch."""
    async with db.tenant_read(tenant) as tx:
        return [
            [tuple(row) for row in await tx.execute(text(query))]
            for query in (
                "SELECT * FROM product ORDER BY id",
                "SELECT * FROM variant ORDER BY id",
                "SELECT * FROM stock ORDER BY variant_id",
                "SELECT * FROM category ORDER BY id",
                "SELECT * FROM catalog_version",
            )
        ]


TAGS = ["new", "a, b", '"quoted"', "=sum", "ё"]


async def with_options(tx: TenantTx) -> None:
    """A shirt in sizes and colours, one of them taken off, with all that a variant has."""
    shirt = await make_product(tx, title="Shirt", sku="SHIRT")
    options = [
        OptionDraft(name="Size", values=(ValueDraft(name="S"), ValueDraft(name="1/2"))),
        OptionDraft(name="=Colour", values=(ValueDraft(name="Red"), ValueDraft(name="S"))),
    ]
    await set_options(tx, shirt.id, options)
    await tx.flush()
    known = text("SELECT id FROM variant WHERE product_id = :id ORDER BY position")
    ids = list(await tx.scalars(known, {"id": shirt.id}))
    measures = {"weight_grams": 250, "length_mm": 0, "width_mm": 20, "height_mm": 10**9}
    amounts = {"price_minor": 5000, "compare_at_minor": 6000, "cost_minor": 1}
    change = VariantChange(
        id=ids[0], barcode="4820000000017", sale=Sale(4999, ends=tx.now + timedelta(days=9)),
        **measures, **amounts,
    )  # fmt: skip
    await change_variants(tx, shirt.id, [change, VariantChange(id=ids[3], archived=True)])
    await change_details(tx, shirt.id, ProductDetails(tags=tuple(TAGS)))


async def furnish(db: Database, tenant: Tenant) -> None:
    async with db.tenant(tenant) as tx:
        tea = await make_category(tx, "Tea / coffee")
        green = await make_category(tx, "=Green", parent_id=tea.id)
        for number, words in enumerate(NASTY):
            made = await create_product(
                tx,
                ProductDraft(
                    title=words,
                    description=f"{words}\r\nsecond line\n\n{words}",
                    category_id=green.id if number % 2 else None,
                    status=ProductStatus.DRAFT if number % 3 else ProductStatus.ACTIVE,
                    variants=(variant_draft(sku=words, price_minor=number * 7),),
                ),
            )
            await put_on_shelf(tx, made.variants[0].id, number + 1)
        sizes = [variant_draft(sku=f"COAT-{size}", title=size) for size in ("S", "=M", "L")]
        coat = await create_product(tx, product_draft(*sizes, title="Coat", category_id=tea.id))
        await update_product(tx, coat.id, product_draft(*sizes[:2], title="Coat", slug="coat"))
        named = variant_draft(sku="ONE", title="Only one", price_minor=LARGEST_PRICE)
        await create_product(tx, product_draft(named, title="Pot"))
        await with_options(tx)
        gone = await make_product(tx, title="Gone", sku="GONE", stock=3)
        await archive_product(tx, gone.id)


@pytest.mark.anyio
async def test_an_export_taken_in_again_changes_nothing(
    db: Database, tenant: Tenant, tmp_path: Path
) -> None:
    await furnish(db, tenant)
    before, table = await everything(db, tenant), await table_of(db, tenant)
    assert len(table) == len(NASTY) + 2 + 1 + 3
    assert await taken_in(db, tenant, tmp_path / "goods.csv", table) == (0, 0, len(NASTY) + 3, 0)
    assert await everything(db, tenant) == before
    assert await table_of(db, tenant) == table


@pytest.mark.anyio
async def test_an_export_makes_the_same_goods_in_another_shop(
    db: Database, tenant: Tenant, other_tenant: Tenant, tmp_path: Path
) -> None:
    await furnish(db, tenant)
    table = await table_of(db, tenant)
    assert (await taken_in(db, other_tenant, tmp_path / "goods.csv", table))[0] == len(NASTY) + 3
    assert sorted(await table_of(db, other_tenant)) == sorted(table)


@pytest.mark.anyio
async def test_a_spreadsheet_runs_nothing_of_it(db: Database, tenant: Tenant) -> None:
    await furnish(db, tenant)
    for row in await table_of(db, tenant):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


@pytest.mark.anyio
async def test_an_export_holds_nothing_of_another_shop(
    db: Database, tenant: Tenant, other_tenant: Tenant
) -> None:
    await furnish(db, other_tenant)
    assert await table_of(db, tenant) == []
    async with db.tenant(tenant) as tx:
        await make_product(tx, title="Ours", sku="OURS", price_minor=1250, stock=2)
    assert await table_of(db, tenant) == [
        ("OURS", "Ours", "12.50", "2", *[""] * 11, "active", *[""] * 7)
    ]


@given(minor=st.integers(0, LARGEST_PRICE), currency=st.sampled_from(sorted(EXPONENTS)))
def test_any_amount_is_read_back(minor: int, currency: str) -> None:
    amount = Money(minor, currency)
    assert parse_price(amount_text(amount), currency) == amount
