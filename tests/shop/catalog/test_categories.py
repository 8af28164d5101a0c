"""The tree, and pictures."""

import asyncio

import pytest

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.errors import InvalidInput
from kram.kit.ids import new_id
from kram.shop.catalog import queries, service
from kram.shop.catalog.errors import (
    CategoryCycle,
    CategoryMissing,
    MediaMissing,
    ProductMissing,
    TooManyPictures,
)
from kram.shop.catalog.events import MediaRemoved
from tests.factories.catalog import make_category, make_picture, make_product

pytestmark = pytest.mark.anyio


async def test_categories_get_addresses_of_their_own(tx: TenantTx) -> None:
    dishes = await make_category(tx, " Посуд ")
    child = await make_category(tx, "Посуд", parent_id=dishes.id)
    assert (dishes.name, dishes.slug, dishes.parent_id) == ("Посуд", "posud", None)
    assert (child.slug, child.parent_id) == ("posud-2", dishes.id)


@pytest.mark.parametrize("name", ["", "  ", "x" * 101])
async def test_a_nameless_category_is_refused(tx: TenantTx, name: str) -> None:
    with pytest.raises(InvalidInput):
        await make_category(tx, name)
    assert await queries.categories(tx) == []


async def test_an_unknown_parent_is_refused(tx: TenantTx) -> None:
    with pytest.raises(CategoryMissing):
        await make_category(tx, parent_id=new_id())


async def test_renaming_keeps_the_address(tx: TenantTx) -> None:
    category = await make_category(tx, "Cups")
    renamed = await service.rename_category(tx, category.id, "Mugs")
    assert (renamed.name, renamed.slug) == ("Mugs", "cups")


async def test_paths_follow_a_branch(tx: TenantTx) -> None:
    top, other = await make_category(tx, "Top"), await make_category(tx, "Other")
    middle = await make_category(tx, "Middle", parent_id=top.id)
    await make_category(tx, "Bottom", parent_id=middle.id)

    async def paths() -> dict[str, str]:
        rows = {each.id.hex: each for each in await queries.categories(tx)}
        for each in rows.values():
            await tx.session.refresh(each)
        return {
            each.name: "/".join(rows[part].name for part in each.path.split(".") if part)
            for each in rows.values()
        }

    assert (await paths())["Bottom"] == "Top/Middle/Bottom"
    await service.move_category(tx, middle.id, other.id)
    assert await paths() == {
        "Top": "Top",
        "Other": "Other",
        "Middle": "Other/Middle",
        "Bottom": "Other/Middle/Bottom",
    }
    await service.remove_category(tx, middle.id)
    assert (await paths())["Bottom"] == "Other/Bottom"


async def test_a_category_is_not_put_inside_itself(tx: TenantTx) -> None:
    top = await make_category(tx, "Top")
    middle = await make_category(tx, "Middle", parent_id=top.id)
    bottom = await make_category(tx, "Bottom", parent_id=middle.id)
    for inside in (top.id, middle.id, bottom.id):
        with pytest.raises(CategoryCycle):
            await service.move_category(tx, top.id, inside)
    moved = await service.move_category(tx, bottom.id, None, position=3)
    assert (moved.parent_id, moved.position) == (None, 3)


async def test_two_moves_at_once_close_no_circle(db: Database, tenant: Tenant) -> None:
    async with db.tenant(tenant) as tx:
        one, two = await make_category(tx, "One"), await make_category(tx, "Two")

    async def move(what: object, into: object) -> str:
        try:
            async with db.tenant(tenant) as tx:
                await service.move_category(tx, what, into)  # type: ignore[arg-type]
        except CategoryCycle as error:
            return error.code
        return "done"

    ended = await asyncio.gather(move(one.id, two.id), move(two.id, one.id))
    assert sorted(ended) == ["category_cycle", "done"]


async def test_a_removed_category_leaves_its_goods_to_its_parent(tx: TenantTx) -> None:
    top = (await make_category(tx, "Top")).id
    middle = (await make_category(tx, "Middle", parent_id=top)).id
    await make_category(tx, "Bottom", parent_id=middle)
    product = (await make_product(tx, category_id=middle)).id
    await service.remove_category(tx, middle)
    await tx.flush()
    tx.session.expunge_all()
    tree = {category.name: category.parent_id for category in await queries.categories(tx)}
    assert tree == {"Top": None, "Bottom": top}
    kept = await queries.product_with_parts(tx, product)
    assert kept is not None
    assert kept.category_id == top
    with pytest.raises(CategoryMissing):
        await service.remove_category(tx, middle)


async def test_pictures_are_appended_arranged_and_removed(tx: TenantTx) -> None:
    product = await make_product(tx)
    one, two, three = [await make_picture(tx, product.id) for _ in range(3)]
    await service.arrange_media(tx, product.id, [three.id])
    assert [m.id for m in await queries.media_of(tx, product.id)] == [three.id, one.id, two.id]
    await service.remove_media(tx, one.id)
    four = await make_picture(tx, product.id)
    assert [m.id for m in await queries.media_of(tx, product.id)] == [three.id, two.id, four.id]
    removed = [p.event for p in tx.pending_events if isinstance(p.event, MediaRemoved)]
    assert removed == [MediaRemoved(media_id=one.id, key=one.key)]


async def test_a_product_has_at_most_twenty_pictures(tx: TenantTx) -> None:
    product = await make_product(tx)
    for _ in range(20):
        await make_picture(tx, product.id)
    with pytest.raises(TooManyPictures):
        await make_picture(tx, product.id)
    assert len(await queries.media_of(tx, product.id)) == 20


async def test_pictures_of_nothing_are_refused(tx: TenantTx) -> None:
    product, other = await make_product(tx), await make_product(tx)
    foreign = await make_picture(tx, other.id)
    with pytest.raises(ProductMissing):
        await make_picture(tx, new_id())
    with pytest.raises(MediaMissing):
        await service.remove_media(tx, new_id())
    with pytest.raises(MediaMissing):
        await service.arrange_media(tx, product.id, [foreign.id])
