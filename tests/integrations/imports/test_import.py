"""A file's way into a shop, through storage, events and batches."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from kram.app.settings import Settings
from kram.integrations.imports import batches as batching
from kram.integrations.imports import intake, service, tasks
from kram.integrations.imports.batches import Batch
from kram.integrations.imports.csv_file import inspect
from kram.integrations.imports.models import ImportJob, ImportState
from kram.integrations.imports.tasks import Importer
from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.ids import new_id
from kram.kit.storage import Storage
from kram.kit.storage.addresses import storage_from_url
from kram.shop.catalog.models import ProductStatus
from kram.shop.catalog.service import archive_product, create_product
from kram.tenants.actor import Actor, ActorKind
from kram.tenants.registry import Registry
from tests.factories.catalog import make_category, make_product, product_draft, variant_draft
from tests.factories.inventory import put_on_shelf
from tests.house import House, empty, make_due

pytestmark = pytest.mark.anyio

GOODS = Path(__file__).parents[2] / "fixtures" / "goods" / "goods_1000.csv"
OLENA = Actor(ActorKind.MERCHANT, "11111111-0000-7000-8000-000000000001", "Olena")


@dataclass
class Yard:
    """A shop's warehouse yard: files come in here."""

    db: Database
    tenant: Tenant
    storage: Storage
    house: House
    folder: Path

    async def send(self, content: bytes) -> Any:
        """Starts an import as a door does; its id."""
        path = self.folder / "sent.csv"
        path.write_bytes(content)
        job_id = new_id()
        key = service.storage_key(self.tenant.id, job_id)
        await self.storage.put(key, content, "text/csv")
        async with self.db.tenant(self.tenant) as tx:
            await service.start_import(
                tx,
                job_id=job_id,
                key=key,
                filename="goods.csv",
                layout=inspect(path, "uk"),
                actor=OLENA,
            )
        return job_id

    async def take(self, content: bytes | str) -> ImportJob:
        """The whole way, to its end."""
        job_id = await self.send(content.encode() if isinstance(content, str) else content)
        await self.house.settle()
        return await self.job(job_id)

    async def job(self, job_id: Any) -> ImportJob:
        async with self.db.tenant_read(self.tenant) as tx:
            return await service.get_import(tx, job_id)

    async def faults(self, job: ImportJob) -> list[tuple[int, str, str]]:
        async with self.db.tenant_read(self.tenant) as tx:
            found = await service.errors_of(tx, job.id)
        return [(fault.row, fault.column, fault.value) for fault in found]

    async def rows(self, query: str) -> list[Any]:
        async with self.db.tenant_read(self.tenant) as tx:
            return [tuple(row) for row in await tx.execute(text(query))]

    async def goods(self) -> list[Any]:
        """Title, SKU, variant, price, units; by SKU."""
        return await self.rows(
            "SELECT product.title, sku, variant.title, price_minor, on_hand FROM variant"
            " JOIN product ON product.id = product_id"
            " LEFT JOIN stock ON variant_id = variant.id ORDER BY sku"
        )

    async def size(self) -> dict[str, int]:
        names = ("product", "variant", "stock", "category", "stock_move")
        return {name: (await self.rows(f"SELECT count(*) FROM {name}"))[0][0] for name in names} | {
            "version": (await self.rows("SELECT version FROM catalog_version"))[0][0]
        }


@pytest.fixture
async def yard(
    db: Database,
    settings: Settings,
    keys: KeyRing,
    tenant: Tenant,
    other_tenant: Tenant,
    owner: asyncpg.Connection,
    tmp_path: Path,
) -> Yard:
    await empty(owner)
    storage = storage_from_url(settings.storage_url)
    importer = Importer(Registry(db, keys), storage)
    house = House(
        db,
        [tenant, other_tenant],
        {"imports.run": importer.run},
        events={"import.requested.v1": ["imports.run"]},
    )
    return Yard(db, tenant, storage, house, tmp_path)


def counts(job: ImportJob) -> tuple[int, int, int, int]:
    return job.created, job.updated, job.unchanged, job.failed


async def test_a_thousand_rows_become_goods_with_stock_and_categories(
    yard: Yard, other_tenant: Tenant
) -> None:
    job = await yard.take(GOODS.read_bytes())
    assert (job.state, job.total, job.done) == (ImportState.DONE, 1000, 1000)
    assert counts(job) == (1000, 0, 0, 0)
    assert job.finished_at is not None
    size = await yard.size()
    assert (size["product"], size["variant"], size["stock"]) == (1000, 1000, 1000)
    first = ("Ліхтар налобний Rollerblade Travel M20812S бордовий", "SKU000001", "", 679_000, 0)
    assert (await yard.goods())[0] == first
    tree = await yard.rows(
        "SELECT parent.name FROM category AS child JOIN category AS parent"
        " ON parent.id = child.parent_id WHERE child.name = 'ліхтар налобний'"
    )
    assert tree == [("Спорт і туризм",)]
    theirs = Yard(yard.db, other_tenant, yard.storage, yard.house, yard.folder)
    assert (await theirs.size())["product"] == 0


async def test_the_same_file_again_changes_nothing(yard: Yard) -> None:
    await yard.take(GOODS.read_bytes())
    before, goods = await yard.size(), await yard.goods()
    job = await yard.take(GOODS.read_bytes())
    assert (job.state, counts(job)) == (ImportState.DONE, (0, 0, 1000, 0))
    assert await yard.size() == before
    assert await yard.goods() == goods


async def test_a_changed_file_changes_what_differs(yard: Yard) -> None:
    await yard.take("sku,title,price,stock\nA,Cup,1,5\nB,Mug,2,6\nC,Pot,3,7\n")
    before = await yard.size()
    job = await yard.take("sku,title,price,stock\nA,Cup,1,5\nB,Mug,2.50,6\nC,Pot,3,9\nD,Jug,4,\n")
    assert counts(job) == (1, 1, 2, 0)
    assert await yard.goods() == [
        ("Cup", "A", "", 100, 5),
        ("Mug", "B", "", 250, 6),
        ("Pot", "C", "", 300, 9),
        ("Jug", "D", "", 400, None),
    ]
    after = await yard.size()
    assert after["version"] == before["version"] + 1
    assert after["stock_move"] == before["stock_move"] + 1


BAD = """sku,title,price,stock
GOOD-1,Cup,12.50,3
BAD-1,Cup,-1,3
BAD-2,Cup,1000000000000000000,3
BAD-3,Cup,0.005,3
BAD-4,,1,3
GOOD-1,Cup,13,3
BAD-5,Cup,1,many
GOOD-2,Mug,7,
,Mug,7,1
"""


async def test_bad_rows_are_told_and_good_ones_come_in(yard: Yard) -> None:
    job = await yard.take(BAD)
    assert (job.state, counts(job)) == (ImportState.DONE, (2, 0, 0, 7))
    assert await yard.faults(job) == [
        (3, "price", "-1"),
        (4, "price", "1000000000000000000"),
        (5, "price", "0.005"),
        (6, "title", ""),
        (7, "sku", "GOOD-1"),
        (8, "stock", "many"),
        (10, "sku", ""),
    ]
    assert await yard.goods() == [("Cup", "GOOD-1", "", 1250, 3), ("Mug", "GOOD-2", "", 700, None)]
    again = await yard.take(BAD)
    assert counts(again) == (0, 0, 2, 7)


async def test_a_sku_of_another_product_is_told_by_its_row(yard: Yard) -> None:
    async with yard.db.tenant(yard.tenant) as tx:
        await make_product(tx, sku="A")
        await make_product(tx, sku="B")
    before = await yard.goods()
    job = await yard.take("sku,title,price,product\nC,Mug,1,\nA,Cup,1,cup\nB,Cup,1,cup\n")
    assert counts(job) == (1, 0, 0, 2)
    assert await yard.faults(job) == [(4, "sku", "B")]
    assert [line for line in await yard.goods() if line[1] != "C"] == before


async def test_rows_of_one_product_are_its_variants(yard: Yard) -> None:
    table = "sku,title,price,product,variant\n"
    await yard.take(table + "S,Coat,10,coat,Small\nM,Coat,12,coat,\n")
    assert [line[:4] for line in await yard.goods()] == [
        ("Coat", "M", "M", 1200),
        ("Coat", "S", "Small", 1000),
    ]
    assert (await yard.size())["product"] == 1


async def test_what_a_file_does_not_say_stays(yard: Yard) -> None:
    async with yard.db.tenant(yard.tenant) as tx:
        tea = await make_category(tx, "Tea")
        draft = product_draft(
            variant_draft(sku="A", title="Small"),
            variant_draft(sku="B", title="Large"),
            title="Cup",
            description="Blue",
            category_id=tea.id,
            status=ProductStatus.DRAFT,
        )
        made = await create_product(tx, draft)
        await put_on_shelf(tx, made.variants[0].id, 5)
    job = await yard.take("sku,title,price\nA,Cup,99\n")
    assert counts(job) == (0, 1, 0, 0)
    assert await yard.goods() == [
        ("Cup", "A", "Small", 9900, 5),
        ("Cup", "B", "Large", 12_500, None),
    ]
    [about] = await yard.rows("SELECT description, category_id, status FROM product")
    assert about == ("Blue", tea.id, "draft")


async def test_an_archived_product_is_not_put_on_sale_by_a_file(yard: Yard) -> None:
    async with yard.db.tenant(yard.tenant) as tx:
        made = await make_product(tx, sku="A", title="Cup")
        await archive_product(tx, made.id)
    await yard.take("sku,title,price\nA,Cup,99\n")
    assert await yard.rows("SELECT status FROM product") == [("archived",)]


async def test_excels_own_csv_comes_in(yard: Yard) -> None:
    table = "Артикул;Назва;Ціна;Залишок;Категорія\r\nЧ-1;Чашка;1 250,50;1 000;Посуд / Чашки\r\n"
    job = await yard.take(table.encode("cp1251"))
    assert counts(job) == (1, 0, 0, 0)
    assert await yard.goods() == [("Чашка", "Ч-1", "", 125_050, 1000)]


async def test_categories_are_made_once_whatever_their_letters(yard: Yard) -> None:
    table = (
        "sku,title,price,category\nA,x,1,Tea / Green\nB,x,1,TEA/ green \nC,x,1,Tea\nD,x,-1,Bad\n"
    )
    for _ in range(2):
        await yard.take(table)
    names = await yard.rows("SELECT name FROM category ORDER BY name")
    assert names == [("Green",), ("Tea",)]


# --- interrupted ------------------------------------------------------------------------------


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batching, "ROWS_A_BATCH", 100)


@pytest.mark.usefixtures("small_batches")
async def test_progress_is_seen_between_batches(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, int, int]] = []

    async def look(*arguments: Any, **options: Any) -> Any:
        seen.append(await progress())
        return await original(*arguments, **options)

    async def progress() -> tuple[str, int, int]:
        job = await yard.job(job_id)
        return job.state, job.done, job.created

    original = tasks.take_in
    monkeypatch.setattr(tasks, "take_in", look)
    job_id = await yard.send(GOODS.read_bytes())
    await yard.house.settle()
    assert seen == [("waiting", 0, 0)] + [("running", n, n) for n in range(100, 1000, 100)]
    assert await progress() == ("done", 1000, 1000)


class Killed(Exception):
    pass


@pytest.mark.usefixtures("small_batches")
async def test_killed_after_every_batch_it_goes_on_and_doubles_nothing(
    yard: Yard, monkeypatch: pytest.MonkeyPatch, owner: asyncpg.Connection
) -> None:
    runs = 0

    def batches_then_death(*arguments: Any, **options: Any) -> Iterator[Batch]:
        nonlocal runs
        runs += 1
        found = original(*arguments, **options)
        try:
            yield next(found)
        except StopIteration:
            return
        raise Killed

    original = batching.batches
    monkeypatch.setattr(tasks, "batches", batches_then_death)
    job_id = await yard.send(GOODS.read_bytes())
    for done in range(100, 1001, 100):
        await yard.house.settle()
        job = await yard.job(job_id)
        assert (job.state, job.done, job.created) == ("running", done, done)
        await make_due(owner)
    await yard.house.settle()
    job = await yard.job(job_id)
    assert (job.state, counts(job), runs) == ("done", (1000, 0, 0, 0), 11)
    size = await yard.size()
    assert (size["product"], size["variant"], size["stock"]) == (1000, 1000, 1000)
    moved = await yard.rows("SELECT sum(delta) FROM stock_move")
    assert moved == await yard.rows("SELECT sum(on_hand) FROM stock")


@pytest.mark.usefixtures("small_batches")
async def test_a_batch_that_dies_before_its_commit_leaves_nothing(
    yard: Yard, monkeypatch: pytest.MonkeyPatch, owner: asyncpg.Connection
) -> None:
    async def half(*arguments: Any, **options: Any) -> Any:
        await original(*arguments, **options)
        raise Killed

    original = tasks.take_in
    with monkeypatch.context() as patched:
        patched.setattr(tasks, "take_in", half)
        job_id = await yard.send(GOODS.read_bytes())
        await yard.house.settle()
    assert (await yard.job(job_id)).state == "waiting"
    assert set((await yard.size()).values()) == {0, 1}  # the version is 1 from the beginning
    await make_due(owner)
    await yard.house.settle()
    assert counts(await yard.job(job_id)) == (1000, 0, 0, 0)


@pytest.mark.usefixtures("small_batches")
async def test_a_long_file_sends_itself_on(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "TURN_SECONDS", 0.0)
    job = await yard.take(GOODS.read_bytes())
    assert (job.state, counts(job)) == ("done", (1000, 0, 0, 0))
    assert len(yard.house.sent) == 11


@pytest.mark.usefixtures("small_batches")
async def test_two_runs_of_one_file_take_every_batch_in_once(yard: Yard) -> None:
    job_id = await yard.send(GOODS.read_bytes())
    yard.house.asleep = True
    await yard.house.settle()
    [(row, name)] = yard.house.sent
    await asyncio.gather(*(yard.house.runner.run(row, name) for _ in range(4)))
    job = await yard.job(job_id)
    assert (job.state, job.done, counts(job)) == ("done", 1000, (1000, 0, 0, 0))
    assert (await yard.size())["product"] == 1000


@pytest.mark.usefixtures("small_batches")
async def test_without_the_guard_two_runs_would_count_twice(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unguarded(tx: Any, job_id: Any, after: int | None) -> Any:
        return await tx.get(ImportJob, job_id, lock=True)

    monkeypatch.setattr(intake, "_standing_at", unguarded)
    job_id = await yard.send(GOODS.read_bytes())
    yard.house.asleep = True
    await yard.house.settle()
    [(row, name)] = yard.house.sent
    await asyncio.gather(*(yard.house.runner.run(row, name) for _ in range(4)))
    assert (await yard.job(job_id)).done > 1000


async def test_a_file_that_is_gone_ends_the_import_with_a_word(yard: Yard) -> None:
    job_id = await yard.send(b"sku,title,price\nA,Cup,1\n")
    await yard.storage.delete((await yard.job(job_id)).storage_key)
    await yard.house.settle()
    job = await yard.job(job_id)
    assert (job.state, job.problem) == ("failed", "This file does not exist")
    assert (await yard.size())["product"] == 0


async def test_the_file_has_no_address(yard: Yard) -> None:
    job = await yard.job(await yard.send(b"sku,title,price\nA,Cup,1\n"))
    with pytest.raises(ValueError, match="private"):
        yard.storage.url(job.storage_key)


async def test_of_many_faults_the_first_thousand_are_kept(yard: Yard) -> None:
    lines = "".join(f"S{n},Cup,-1\n" for n in range(1700))
    job = await yard.take(f"sku,title,price\n{lines}")
    assert counts(job) == (0, 0, 0, 1700)
    assert len(await yard.faults(job)) == 1000
