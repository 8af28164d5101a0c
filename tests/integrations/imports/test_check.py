"""A check says what an import would do, and does nothing."""

from typing import Any

import pytest

from kram.integrations.imports import batches as batching
from kram.integrations.imports import service, tasks
from kram.integrations.imports.errors import ColumnsRefused, FileRefused, ImportBusy
from kram.integrations.imports.models import ImportJob, ImportState
from kram.kit.db.scope import Tenant
from kram.shop.catalog.service import create_product
from tests.factories.catalog import make_category, make_product, product_draft, variant_draft
from tests.factories.inventory import put_on_shelf
from tests.factories.orders import make_order
from tests.integrations.imports.test_import import BAD
from tests.integrations.imports.yard import GOODS, Yard, counts

pytestmark = pytest.mark.anyio

KNOWN = """sku,title,price,stock,category
A,Cup,1.50,5,Tea
B,Mug,2,6,Tea / Green
C,Pot,3,9,
NEW,Jug,4,1,Coffee / Black
BAD,Jug,-4,1,
"""


async def furnish(yard: Yard) -> None:
    async with yard.db.tenant(yard.tenant) as tx:
        tea = await make_category(tx, "Tea")
        for sku, title, price, stock in (("A", "Cup", 100, 5), ("B", "Mug", 200, 6)):
            draft = product_draft(
                variant_draft(sku=sku, price_minor=price), title=title, category_id=tea.id
            )
            made = await create_product(tx, draft)
            await put_on_shelf(tx, made.variants[0].id, stock)
        await make_product(tx, sku="C", title="Pot", price_minor=300, stock=7)


async def everything(yard: Yard) -> list[Any]:
    tables = ("product", "variant", "stock", "stock_move", "category", "catalog_version")
    return [await yard.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables[:-1]] + [
        await yard.rows("SELECT * FROM catalog_version")
    ]


async def test_a_check_writes_nothing_and_says_what_would_be_written(yard: Yard) -> None:
    await furnish(yard)
    before = await everything(yard)
    job = await yard.check(await yard.prepare(KNOWN))
    assert await everything(yard) == before
    assert job.state == ImportState.CHECKED
    assert job.checked == {
        "created": 1,
        "updated": 3,
        "unchanged": 0,
        "failed": 1,
        "changes": [
            {"sku": "A", "field": "price", "before": "1.00", "after": "1.50"},
            {"sku": "B", "field": "category", "before": "Tea", "after": "Tea / Green"},
            {"sku": "C", "field": "stock", "before": "7", "after": "9"},
        ],
    }
    assert await yard.faults(job) == [(6, "price", "-4")]


@pytest.mark.parametrize("table", [KNOWN, BAD, GOODS.read_text(encoding="utf-8")])
@pytest.mark.parametrize("rows_a_batch", [2, 500])
async def test_an_import_does_what_its_check_said(
    yard: Yard, monkeypatch: pytest.MonkeyPatch, table: str, rows_a_batch: int
) -> None:
    monkeypatch.setattr(batching, "ROWS_A_BATCH", max(rows_a_batch, table.count("\n") // 20))
    await furnish(yard)
    job_id = await yard.prepare(table)
    checked = await yard.check(job_id)
    said, faults = counts(checked), await yard.faults(checked)
    job = await yard.run(job_id)
    assert (job.state, counts(job), await yard.faults(job)) == ("done", said, faults)
    again = await yard.check(await yard.prepare(table))
    assert (again.checked or {})["changes"] == []
    assert (again.created, again.updated, again.failed) == (0, 0, said[3])


async def test_a_check_goes_on_after_its_turn(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batching, "ROWS_A_BATCH", 100)
    monkeypatch.setattr(tasks, "TURN_SECONDS", 0.0)
    job = await yard.check(await yard.prepare(GOODS.read_bytes()))
    assert (job.state, job.done, job.created) == ("checked", 1000, 1000)
    assert len(yard.house.sent) == 11
    assert (await yard.size())["product"] == 0


async def test_columns_are_chosen_checked_and_remembered(yard: Yard, other_tenant: Tenant) -> None:
    table = "Art,Name of it,What it costs,Old\nA,Cup,1,9\n"
    job_id = await yard.prepare(table)
    assert (await yard.job(job_id)).columns == {}
    with pytest.raises(FileRefused, match="Columns missing: sku, title, price"):
        await yard.check(job_id)
    async with yard.db.tenant(yard.tenant) as tx:
        with pytest.raises(ColumnsRefused) as refused:
            await service.choose_columns(tx, job_id, {"sku": 0, "title": 9, "x": 1})
    assert [(error.pointer, error.code) for error in refused.value.errors] == [
        ("/columns/price", "required"),
        ("/columns/title", "unknown_column"),
        ("/columns/x", "unknown_field"),
    ]
    chosen = {"sku": 0, "title": 1, "price": 2}
    async with yard.db.tenant(yard.tenant) as tx:
        await service.choose_columns(tx, job_id, chosen)
    assert counts(await yard.run(job_id)) == (1, 0, 0, 0)
    assert await yard.goods() == [("Cup", "A", "", 100, None)]
    assert (await yard.job(await yard.prepare(table))).columns == chosen
    assert (await yard.job(await yard.prepare("art,NAME of it,what it costs,old,error\nA,x,1,2,"))
            ).columns == chosen  # fmt: skip
    assert (await yard.job(await yard.prepare(table.replace("Old", "Age")))).columns == {}
    theirs = Yard(yard.db, other_tenant, yard.storage, yard.house, yard.folder)
    assert (await theirs.job(await theirs.prepare(table))).columns == {}


async def test_other_columns_make_an_old_check_void(yard: Yard) -> None:
    job_id = await yard.prepare("sku,title,price,wholesale\nA,Cup,2,1\n")
    assert (await yard.check(job_id)).checked is not None
    async with yard.db.tenant(yard.tenant) as tx:
        columns = {"sku": 0, "title": 1, "price": 3}
        job = await service.choose_columns(tx, job_id, columns)
        assert (job.state, job.checked) == ("draft", None)
    await yard.run(job_id)
    assert await yard.goods() == [("Cup", "A", "", 100, None)]


async def test_what_runs_or_ran_is_neither_changed_nor_checked(yard: Yard) -> None:
    job_id = await yard.send(b"sku,title,price\nA,Cup,2\n")
    for end in (False, True):
        if end:
            await yard.house.settle()
        async with yard.db.tenant(yard.tenant) as tx:
            with pytest.raises(ImportBusy):
                await service.check_import(tx, job_id)
            with pytest.raises(ImportBusy):
                await service.choose_columns(tx, job_id, {})
            before = (await service.get_import(tx, job_id)).state
            assert (await service.run_import(tx, job_id)).state == before
    await yard.house.settle()
    assert (await yard.size())["product"] == 1
    assert len(yard.house.sent) == 1


async def test_a_job_of_the_release_before_is_guessed(yard: Yard) -> None:
    job_id = await yard.send("Артикул;Назва;Ціна\nA;Чашка;2\n".encode())
    async with yard.db.tenant(yard.tenant) as tx:
        job = await tx.get(ImportJob, job_id)
        assert job is not None
        job.columns, job.headings = {}, []
    await yard.house.settle()
    assert await yard.goods() == [("Чашка", "A", "", 200, None)]


async def test_fewer_units_than_are_promised_are_a_fault_of_their_row(yard: Yard) -> None:
    async with yard.db.tenant(yard.tenant) as tx:
        made = await make_product(tx, sku="A", title="Cup", price_minor=100, stock=5)
        await make_order(tx, lines={made.variants[0].id: 3})
    table = "sku,title,price,stock\nA,Cup,2,2\nB,Mug,1,1\n"
    job_id = await yard.prepare(table)
    checked = await yard.check(job_id)
    assert counts(checked) == (1, 1, 0, 1)
    job = await yard.run(job_id)
    assert (job.state, counts(job)) == ("done", (1, 1, 0, 1))
    assert await yard.faults(job) == [(2, "stock", "2")]
    assert await yard.goods() == [("Cup", "A", "", 200, 5), ("Mug", "B", "", 100, 1)]
