"""A file's way into a shop, through storage, events and batches."""

import pytest
from sqlalchemy import text

from kram.integrations.imports.models import ImportState
from kram.kit.db.scope import Tenant
from kram.shop.catalog.models import ProductStatus
from kram.shop.catalog.service import archive_product, create_product
from tests.factories.catalog import make_category, make_product, product_draft, variant_draft
from tests.factories.inventory import put_on_shelf
from tests.integrations.imports.yard import GOODS, Yard, counts

pytestmark = pytest.mark.anyio


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


async def test_what_cannot_be_seen_is_left_in_the_file(yard: Yard) -> None:
    header = "sku,title,price,stock,category\n"
    await yard.take(f"{header}A,Cup,1,5,Tea\n")
    before = await yard.size()
    job = await yard.take(f"{header}\u202aA\u202c,\u202eCup,1\u200e,5,T\u200bea\n")
    assert (job.state, counts(job)) == (ImportState.DONE, (0, 0, 1, 0))
    assert await yard.size() == before


async def test_a_changed_file_changes_what_differs(yard: Yard) -> None:
    await yard.take("sku,title,price,stock\nA,Cup,1,5\nB,Mug,2,6\nC,Pot,3,7\n")
    before = await yard.size()
    job = await yard.take("sku,title,price,stock\nA,Cup,1,5\nB,Mug,2.50,6\nC,Pot,3,9\nD,Jug,4,\n")
    assert counts(job) == (1, 2, 1, 0)
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


OPTIONS = "sku,title,price,product,option1,variant\n"


async def test_a_sku_that_comes_back_to_taken_options_is_told_by_its_row(yard: Yard) -> None:
    """It was taken off, and another SKU has its size now."""
    await yard.take(OPTIONS + "S,Coat,10,coat,Size,Small\nL,Coat,12,coat,Size,Large\n")
    async with yard.db.tenant(yard.tenant) as tx:
        await tx.execute(text("UPDATE variant SET archived_at = now() WHERE sku = 'L'"))
    await yard.take(OPTIONS + "S,Coat,10,coat,Size,Small\nL2,Coat,12,coat,Size,Large\n")
    before = await yard.goods()
    job = await yard.take("sku,title,price\nS,Coat,11\nL,Coat,12\n")
    assert counts(job) == (0, 1, 0, 1)
    assert await yard.faults(job) == [(3, "variant", "")]
    changed = [("Coat", "S", "Small", 1100, None)]
    assert await yard.goods() == [line for line in before if line[1] != "S"] + changed


async def test_what_a_file_tells_besides_is_kept_and_again_changes_nothing(yard: Yard) -> None:
    table = (
        "sku,title,price,tags,status,barcode,sale_price,weight_grams\n"
        'A,Cup,10,"new, blue",draft,482,8,250\nB,Mug,5,,,,,\n'
    )
    assert counts(await yard.take(table)) == (2, 0, 0, 0)
    told = await yard.rows(
        "SELECT tags, status, barcode, sale_minor, sale_from IS NULL, weight_grams"
        " FROM variant JOIN product ON product.id = product_id ORDER BY sku"
    )
    assert told == [
        (["new", "blue"], "draft", "482", 800, False, 250),
        ([], "active", "", None, True, None),
    ]
    before = await yard.size()
    assert counts(await yard.take(table)) == (0, 0, 2, 0)
    assert await yard.size() == before
    assert counts(await yard.take("sku,title,price,sale_price\nA,Cup,10,\n")) == (0, 1, 0, 0)
    ended = await yard.rows("SELECT sale_minor, sale_from FROM variant WHERE sku = 'A'")
    assert ended == [(None, None)]
