"""An import taken back: all of it that nobody has touched since, and a word on the rest."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from kram.integrations.imports import undo as undoing
from kram.integrations.imports.before import Image, Moved, packed, unpacked
from kram.integrations.imports.errors import ImportBusy, ImportNotFound, NothingToUndo
from kram.integrations.imports.models import ImportState
from kram.integrations.imports.tasks import delete_old_files
from kram.integrations.imports.undo import UNDO_WITHIN, request_undo, take_back, undo_of
from kram.kit.db.scope import Tenant
from kram.kit.ids import new_id
from kram.shop.catalog.bulk import Difference, Of
from kram.shop.catalog.service import create_product
from tests.factories.catalog import make_category, product_draft, variant_draft
from tests.factories.inventory import put_on_shelf
from tests.factories.orders import make_order
from tests.integrations.imports.yard import GOODS, OLENA, Yard, counts
from tests.statements import statements

pytestmark = pytest.mark.anyio

NEW = "sku,title,price,stock\nA,Cup,1,5\nB,Mug,2,6\n"
ALL = (
    "sku,title,price,stock,category,description,tags,status,barcode,sale_price,cost_price,"
    "compare_at_price,weight_grams\n"
    'OLD,New title,99,7,Elsewhere,New words,"x, y",draft,482,90,1,120,3\n'
)


async def old_goods(yard: Yard) -> None:
    """A pot that was there before."""
    async with yard.db.tenant(yard.tenant) as tx:
        tea = await make_category(tx, "Tea")
        made = await create_product(
            tx,
            product_draft(
                variant_draft(sku="OLD", price_minor=500),
                title="Pot",
                description="Words",
                category_id=tea.id,
            ),
        )
        await put_on_shelf(tx, made.variants[0].id, 3)


async def told(yard: Yard) -> list[Any]:
    """All of goods that an import can change, but when it was changed."""
    return await yard.rows(
        "SELECT sku, product.title, description, category_id, status, tags, options,"
        " variant.title, price_minor, variant.archived_at IS NULL, choice, barcode, weight_grams,"
        " compare_at_minor, cost_minor, sale_minor, sale_from, sale_until, on_hand"
        " FROM variant JOIN product ON product.id = product_id"
        " LEFT JOIN stock ON variant_id = variant.id ORDER BY sku"
    )


async def statuses(yard: Yard) -> list[Any]:
    return await yard.rows(
        "SELECT sku, status FROM variant JOIN product ON product.id = product_id ORDER BY sku"
    )


async def test_new_goods_go_to_the_archive_and_their_units_leave_the_shelf(yard: Yard) -> None:
    job = await yard.take(NEW)
    version = (await yard.size())["version"]
    job = await yard.undo(job.id)
    assert (job.state, job.kept, job.undone_at is not None) == (ImportState.UNDONE, 0, True)
    assert await statuses(yard) == [("A", "archived"), ("B", "archived")]
    assert await yard.rows("SELECT on_hand FROM stock") == [(0,), (0,)]
    moves = await yard.rows("SELECT delta, cause, actor, document_id FROM stock_move ORDER BY id")
    actor = f"merchant:{OLENA.id}"
    assert moves == [
        (5, "counted", actor, job.id),
        (6, "counted", actor, job.id),
        (-5, "corrected", actor, job.id),
        (-6, "corrected", actor, job.id),
    ]
    assert (await yard.size())["version"] == version + 1


async def test_every_field_gets_its_former_value(yard: Yard) -> None:
    await old_goods(yard)
    before = await told(yard)
    job = await yard.take(ALL)
    assert counts(job) == (0, 1, 0, 0)
    changed = await told(yard)
    differing = [one != other for one, other in zip(before[0], changed[0], strict=True)]
    assert sum(differing) == 13, "the file changes all that it can"
    assert (await yard.undo(job.id)).kept == 0
    assert await told(yard) == before
    history = await yard.rows("SELECT price_minor, sale_minor FROM price_history ORDER BY at")
    assert history == [(500, None), (9900, 9000), (500, None)]


async def test_what_somebody_changed_since_stays_and_is_told_by_its_row(yard: Yard) -> None:
    await old_goods(yard)
    job = await yard.take(ALL + "NEW,Jug,1,1,,,,,,,,,\n")
    async with yard.db.tenant(yard.tenant) as tx:
        await tx.execute(text("UPDATE variant SET barcode = 'mine' WHERE sku = 'OLD'"))
        await tx.execute(text("UPDATE product SET title = 'Mine' WHERE title = 'New title'"))
        await tx.execute(text("UPDATE variant SET sale_until = now() WHERE sku = 'OLD'"))
    job = await yard.undo(job.id)
    assert (job.state, job.kept) == (ImportState.UNDONE, 4)
    assert await yard.faults(job, of_undo=True) == [
        (2, "barcode", "OLD"),
        (2, "price", "OLD"),
        (2, "sale_price", "OLD"),
        (2, "title", "OLD"),
    ]
    assert await yard.faults(job) == []
    [row] = [row for row in await told(yard) if row[0] == "OLD"]
    assert row[:3] == ("OLD", "Mine", "Words")
    assert (row[8], row[11], row[15]) == (9900, "mine", 9000)


async def test_units_that_were_sold_are_not_taken_from_the_shelf(yard: Yard) -> None:
    job = await yard.take("sku,title,price,stock\nA,Cup,1,5\n")
    [[variant]] = await yard.rows("SELECT id FROM variant")
    async with yard.db.tenant(yard.tenant) as tx:
        await make_order(tx, lines={variant: 3})
    job = await yard.undo(job.id)
    assert await yard.faults(job, of_undo=True) == [(2, "stock", "A")]
    assert await yard.rows("SELECT on_hand, reserved FROM stock") == [(3, 3)]
    assert await yard.rows("SELECT sum(delta) FROM stock_move") == [(3,)]


async def test_options_and_variants_that_came_go(yard: Yard) -> None:
    table = "sku,title,price,product,option1,variant\n"
    await yard.take(table + "S,Coat,10,coat,Size,Small\nL,Coat,12,coat,Size,Large\n")
    before = await told(yard)
    job = await yard.take(
        table + "S,Coat,10,coat,Size,Large\nL,Coat,12,coat,Size,Small\nX,Coat,9,coat,Size,XL\n"
    )
    assert [row[7] for row in await told(yard)] == ["Small", "Large", "XL"]
    assert (await yard.undo(job.id)).kept == 0
    after = await told(yard)
    assert [row for row in after if row[0] != "X"] == before
    assert [row[9] for row in after if row[0] == "X"] == [False]


async def test_options_that_somebody_used_since_stay_with_all_their_variants(yard: Yard) -> None:
    table = "sku,title,price,product,option1,variant\n"
    await yard.take(table + "S,Coat,10,coat,Size,Small\nL,Coat,12,coat,Size,Large\n")
    job = await yard.take(table + "S,Coat,10,coat,Size,XL\n")
    await yard.take(table + "S,Coat,10,coat,Size,XL\nNEW,Coat,9,coat,Size,Small\n")
    before = await told(yard)
    job = await yard.undo(job.id)
    assert await told(yard) == before
    assert await yard.faults(job, of_undo=True) == [(2, "option1", "S"), (2, "variant", "S")]


async def test_a_mended_file_brings_the_same_goods_back(yard: Yard) -> None:
    """But not what somebody put into the archive."""
    job = await yard.take(NEW)
    ids = await yard.rows("SELECT id FROM product ORDER BY id")
    await yard.undo(job.id)
    async with yard.db.tenant(yard.tenant) as tx:
        touched = "UPDATE product SET updated_at = now() WHERE title = 'Mug'"
        await tx.execute(text(touched))
    job_id = await yard.prepare(NEW.replace("Cup", "Teacup"))
    checked = await yard.check(job_id)
    assert {"sku": "A", "field": "status", "before": "archived", "after": "active"} in (
        checked.checked or {}
    )["changes"]
    job = await yard.run(job_id)
    assert counts(job) == (0, 2, 0, 0)
    assert await statuses(yard) == [("A", "active"), ("B", "archived")]
    assert await yard.rows("SELECT id FROM product ORDER BY id") == ids
    await yard.undo(job.id)
    assert await statuses(yard) == [("A", "archived"), ("B", "archived")]


async def test_it_is_taken_back_once_and_asking_again_is_idle(yard: Yard) -> None:
    job = await yard.take(NEW)
    await yard.undo(job.id)
    size = await yard.size()
    assert (await yard.undo(job.id)).state == ImportState.UNDONE
    async with yard.db.tenant(yard.tenant) as tx:
        assert not await take_back(tx, job.id, OLENA)
    assert await yard.size() == size


async def test_two_imports_are_taken_back_in_any_order(yard: Yard) -> None:
    await old_goods(yard)
    before = await told(yard)
    first = await yard.take("sku,title,price,stock\nOLD,One,1,10\n")
    second = await yard.take("sku,title,price,stock\nOLD,Two,2,20\n")
    assert (await yard.undo(first.id)).kept == 2
    assert (await yard.undo(second.id)).kept == 0
    [row] = await told(yard)
    assert (row[1], row[8], row[18]) == ("One", 100, before[0][18])


async def test_what_cannot_be_taken_back_is_told(yard: Yard, other_tenant: Tenant) -> None:
    job = await yard.take(NEW)
    again = await yard.take(NEW)
    draft = await yard.prepare(NEW)
    async with yard.db.tenant(yard.tenant) as tx:
        assert await undo_of(tx, await yard.job(again.id)) is None
        for job_id, error in (
            (again.id, NothingToUndo),
            (draft, ImportBusy),
            (new_id(), ImportNotFound),
        ):
            with pytest.raises(error):
                await request_undo(tx, job_id, OLENA)
    async with yard.db.tenant(other_tenant) as tx:
        with pytest.raises(ImportNotFound):
            await request_undo(tx, job.id, OLENA)
    await yard.age(job.id, UNDO_WITHIN)
    async with yard.db.tenant(yard.tenant) as tx:
        with pytest.raises(NothingToUndo):
            await request_undo(tx, job.id, OLENA)
    assert await statuses(yard) == [("A", "active"), ("B", "active")]


async def test_what_would_happen_is_told_before(yard: Yard) -> None:
    await old_goods(yard)
    job = await yard.take(NEW + "OLD,Kettle,5,3\n")
    async with yard.db.tenant_read(yard.tenant) as tx:
        undo = await undo_of(tx, await yard.job(job.id))
    assert undo is not None
    assert (undo.created, undo.changed, undo.moved, undo.left) == (2, 1, 2, 1)
    assert job.finished_at is not None
    assert undo.until == job.finished_at + UNDO_WITHIN


async def test_images_go_when_their_time_is_over(yard: Yard) -> None:
    old, young, undone = [
        await yard.take(f"sku,title,price\n{sku},Cup,1\n") for sku in ("A", "B", "C")
    ]
    await yard.undo(undone.id)
    await yard.age(old.id, UNDO_WITHIN + timedelta(minutes=1))
    await yard.age(undone.id, UNDO_WITHIN + timedelta(minutes=1))
    await delete_old_files(yard.db, yard.storage, yard.tenant)
    left = await yard.rows("SELECT job_id, image IS NULL FROM import_batch ORDER BY job_id")
    assert left == [(young.id, False), (undone.id, True)]


async def test_a_batch_is_taken_back_with_its_word_or_not_at_all(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fails after the goods and before the stock: nothing of it has happened."""
    job = await yard.take(NEW)
    before, size = await told(yard), await yard.size()

    async def fail(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(undoing, "_move_back", fail)
        async with yard.db.tenant(yard.tenant) as tx:
            await request_undo(tx, job.id, OLENA)
        with pytest.raises(RuntimeError):
            async with yard.db.tenant(yard.tenant) as tx:
                await take_back(tx, job.id, OLENA)
    assert (await told(yard), await yard.size()) == (before, size)


async def test_statements_do_not_grow_with_the_rows(yard: Yard) -> None:
    from_one, from_many = 0, 0
    for count in (1, 300):
        rows = "".join(f"{count}-{n},Cup {n},1,5\n" for n in range(count))
        job = await yard.take("sku,title,price,stock\n" + rows)
        async with yard.db.tenant(yard.tenant) as tx:
            await request_undo(tx, job.id, OLENA)
        with statements(yard.db) as sent:
            async with yard.db.tenant(yard.tenant) as tx:
                assert await take_back(tx, job.id, OLENA)
        from_one, from_many = from_many, len(sent)
    assert from_one == from_many


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    changes=st.lists(
        st.builds(
            Difference,
            of=st.sampled_from(Of),
            id=st.uuids(),
            sku=st.text(max_size=5),
            field=st.just("title"),
            before=st.none() | st.text(max_size=5) | st.lists(st.text(max_size=3), max_size=2),
            after=st.integers(0, 10**13),
        ),
        max_size=5,
    ),
    moves=st.lists(st.builds(Moved, st.uuids(), st.text(max_size=3), st.integers()), max_size=3),
    ids=st.lists(st.uuids(), max_size=3),
    place=st.uuids(),
)
def test_an_image_is_read_back_as_it_was(
    changes: list[Difference], moves: list[Moved], ids: list[Any], place: Any
) -> None:
    image = Image(ids, changes, [m for m in moves if abs(m.delta) < 2**62], place, {"A": 2})
    assert unpacked(packed(image)) == image


async def test_a_thousand_rows_are_taken_back_whole(yard: Yard) -> None:
    job = await yard.take(GOODS.read_bytes())
    job = await yard.undo(job.id)
    assert (job.state, job.kept) == (ImportState.UNDONE, 0)
    assert await yard.rows("SELECT DISTINCT status FROM product") == [("archived",)]
    assert await yard.rows("SELECT sum(on_hand) FROM stock") == [(0,)]
    assert await yard.rows("SELECT sum(delta) FROM stock_move") == [(0,)]
    [[size]] = await yard.rows("SELECT coalesce(sum(octet_length(image)), 0) FROM import_batch")
    assert size == 0
