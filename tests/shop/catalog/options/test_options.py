"""Options and the variants made of them."""

from uuid import UUID

import pytest

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.errors import InvalidInput
from kram.kit.ids import new_id
from kram.shop.catalog import queries, service
from kram.shop.catalog.errors import OptionsRefused, ProductMissing, VariantMissing
from kram.shop.catalog.models import Product
from kram.shop.catalog.options.shape import options_of
from kram.shop.catalog.service import OptionDraft, Sale, ValueDraft, VariantChange
from kram.shop.inventory.service import available
from tests.factories.catalog import make_product, product_draft, variant_draft
from tests.factories.inventory import put_on_shelf
from tests.statements import statements

pytestmark = pytest.mark.anyio


def option(name: str, *values: str) -> OptionDraft:
    return OptionDraft(name=name, values=tuple(ValueDraft(name=value) for value in values))


COLOUR = option("Colour", "Red", "Blue")
SIZE = option("Size", "S", "M")


async def loaded(tx: TenantTx, product_id: UUID) -> Product:
    product = await queries.product_with_parts(tx, product_id)
    assert product is not None
    return product


async def titles(tx: TenantTx, product_id: UUID) -> dict[str, UUID]:
    return {each.title: each.id for each in (await loaded(tx, product_id)).offered}


async def test_the_matrix_makes_every_combination(tx: TenantTx) -> None:
    product = await make_product(tx, sku="T", price_minor=500, stock=3)
    first = product.variants[0].id
    await service.set_options(tx, product.id, [COLOUR, SIZE])
    shown = (await loaded(tx, product.id)).offered
    assert [each.title for each in shown] == ["Red / S", "Red / M", "Blue / S", "Blue / M"]
    assert [each.sku for each in shown] == ["T", "T-RED-M", "T-BLUE-S", "T-BLUE-M"]
    assert {each.price_minor for each in shown} == {500}
    assert shown[0].id == first
    assert await available(tx, [first]) == {first: 3}


async def test_renaming_and_adding_values_keeps_sku_and_stock(tx: TenantTx) -> None:
    product = await make_product(tx, sku="T")
    [colour] = await service.set_options(tx, product.id, [COLOUR])
    before = await titles(tx, product.id)
    await put_on_shelf(tx, before["Blue"], 7)
    red, blue = colour.values
    renamed = OptionDraft(
        id=colour.id,
        name="Farbe",
        values=(
            ValueDraft(name="Green"),
            ValueDraft(id=blue.id, name="Navy"),
            ValueDraft(id=red.id, name="Red"),
        ),
    )
    await service.set_options(tx, product.id, [renamed])
    after = await titles(tx, product.id)
    assert list(after) == ["Green", "Navy", "Red"]
    assert (after["Navy"], after["Red"]) == (before["Blue"], before["Red"])
    assert await available(tx, [after["Navy"]]) == {after["Navy"]: 7}


async def test_a_value_that_comes_back_brings_its_variants(tx: TenantTx) -> None:
    product = await make_product(tx, sku="T")
    await service.set_options(tx, product.id, [COLOUR])
    before = await titles(tx, product.id)
    await put_on_shelf(tx, before["Blue"], 2)
    await service.set_options(tx, product.id, [option("Colour", "Red")])
    assert await titles(tx, product.id) == {"Red": before["Red"]}
    await service.set_options(tx, product.id, [COLOUR])
    assert await titles(tx, product.id) == before
    assert await available(tx, [before["Blue"]]) == {before["Blue"]: 2}


async def test_another_option_is_added_and_taken_away(tx: TenantTx) -> None:
    product = await make_product(tx, sku="T")
    await service.set_options(tx, product.id, [COLOUR])
    before = await titles(tx, product.id)
    await service.set_options(tx, product.id, [SIZE, COLOUR])
    both = await titles(tx, product.id)
    assert (both["S / Red"], both["S / Blue"]) == (before["Red"], before["Blue"])
    await service.set_options(tx, product.id, [COLOUR])
    assert await titles(tx, product.id) == before
    await service.set_options(tx, product.id, [])
    assert await titles(tx, product.id) == {"": before["Red"]}


async def test_what_somebody_took_off_stays_off(tx: TenantTx) -> None:
    product = await make_product(tx, sku="T")
    await service.set_options(tx, product.id, [COLOUR])
    ids = await titles(tx, product.id)
    await service.change_variants(tx, product.id, [VariantChange(id=ids["Blue"], archived=True)])
    await service.set_options(tx, product.id, [option("Colour", "Red", "Blue", "Green")])
    assert list(await titles(tx, product.id)) == ["Red", "Green"]


async def test_typed_variants_are_found_by_their_titles(tx: TenantTx) -> None:
    draft = product_draft(
        variant_draft(sku="A", title="red"), variant_draft(sku="B", title="Old one")
    )
    product = await service.create_product(tx, draft)
    with pytest.raises(OptionsRefused, match="Old one"):
        await service.set_options(tx, product.id, [COLOUR])
    assert (await loaded(tx, product.id)).options == []
    await service.set_options(tx, product.id, [option("Kind", "Old one", "Red", "New one")])
    shown = (await loaded(tx, product.id)).offered
    assert [(each.title, each.sku) for each in shown[:2]] == [("Old one", "B"), ("Red", "A")]


async def test_no_options_change_nothing_of_typed_variants(tx: TenantTx) -> None:
    draft = product_draft(variant_draft(title="A"), variant_draft(title="B"))
    product = await service.create_product(tx, draft)
    before = await titles(tx, product.id)
    await service.set_options(tx, product.id, [])
    assert await titles(tx, product.id) == before


@pytest.mark.parametrize(
    "drafts",
    [
        [option(f"O{number}", "a") for number in range(4)],
        [option("O")],
        [option("O", *(str(number) for number in range(101)))],
        [option("O", "a", "A")],
        [option("O", "a"), option("o", "b")],
        [option("", "a")],
        [option("O", "")],
        [option("O", "x" * 51)],
        [OptionDraft(name="O", values=(ValueDraft(name="a", colour="red"),))],
        [OptionDraft(id=77, name="O", values=(ValueDraft(name="a"),))],
    ],
)
async def test_what_makes_no_sense_is_refused(tx: TenantTx, drafts: list[OptionDraft]) -> None:
    product = await make_product(tx)
    with pytest.raises(InvalidInput):
        await service.set_options(tx, product.id, drafts)
    assert len((await loaded(tx, product.id)).variants) == 1


async def test_at_most_2000_variants(tx: TenantTx) -> None:
    product = await make_product(tx)
    many = option("A", *(str(number) for number in range(50)))
    with pytest.raises(OptionsRefused):
        await service.set_options(
            tx, product.id, [many, option("B", *(str(number) for number in range(41)))]
        )
    with pytest.raises(ProductMissing):
        await service.set_options(tx, new_id(), [COLOUR])


async def test_2000_variants_are_made_and_changed_like_one(db: Database, tenant: Tenant) -> None:
    """Property 34: the same number of statements, so a second is plenty."""
    async with db.tenant(tenant) as tx:
        small = await make_product(tx, sku="S")
        large = await make_product(tx, sku="L")
    ones = option("A", *(str(number) for number in range(20)))
    many = option("B", *(str(number) for number in range(100)))
    counts = []
    for product, drafts in ((small, [COLOUR]), (large, [ones, many])):
        with statements(db) as sent:
            async with db.tenant(tenant) as tx:
                await service.set_options(tx, product.id, drafts)
        async with db.tenant(tenant) as tx:
            ids = list((await titles(tx, product.id)).values())
        changes = [VariantChange(id=each, price_minor=700, weight_grams=5) for each in ids]
        with statements(db) as changing:
            async with db.tenant(tenant) as tx:
                await service.change_variants(tx, product.id, changes)
        counts.append((len(sent), len(changing)))
    assert len(ids) == 2000
    assert counts[0] == counts[1]
    async with db.tenant(tenant) as tx:
        shown = (await loaded(tx, large.id)).offered
        assert {(each.price_minor, each.weight_grams) for each in shown} == {(700, 5)}


async def test_a_change_touches_only_what_it_names(tx: TenantTx) -> None:
    product = await make_product(tx, sku="T", price_minor=900)
    variant = product.variants[0]
    await service.change_variants(
        tx,
        product.id,
        [VariantChange(id=variant.id, barcode=" 4820 0000 ", cost_minor=400, weight_grams=10)],
    )
    await service.change_variants(tx, product.id, [VariantChange(id=variant.id, cost_minor=None)])
    [shown] = (await loaded(tx, product.id)).offered
    assert (shown.sku, shown.price_minor, shown.barcode) == ("T", 900, "48200000")
    assert (shown.cost_minor, shown.weight_grams) == (None, 10)


@pytest.mark.parametrize(
    "wrong",
    [
        {"sku": ""},
        {"sku": "x" * 65},
        {"sku": "OTHER"},
        {"price_minor": -1},
        {"price_minor": 10**13 + 1},
        {"compare_at_minor": -1},
        {"weight_grams": 10**10},
        {"barcode": "1" * 33},
        {"sale": Sale(900)},
        {"sale": Sale(-1)},
        {"price_minor": 5, "sale": Sale(10)},
        {"archived": True},
    ],
)
async def test_a_wrong_change_changes_nothing(tx: TenantTx, wrong: dict[str, object]) -> None:
    await make_product(tx, sku="OTHER")
    product = await make_product(tx, sku="T", price_minor=900)
    before = await queries.catalog_version(tx)
    change = VariantChange(id=product.variants[0].id, **wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput):
        await service.change_variants(tx, product.id, [change])
    [shown] = (await loaded(tx, product.id)).offered
    assert (shown.sku, shown.price_minor, shown.sale_minor) == ("T", 900, None)
    assert await queries.catalog_version(tx) == before


async def test_another_products_variant_is_not_changed(tx: TenantTx) -> None:
    other = await make_product(tx)
    product = await make_product(tx)
    change = VariantChange(id=other.variants[0].id, price_minor=1)
    with pytest.raises(VariantMissing):
        await service.change_variants(tx, product.id, [change])


async def test_a_draft_keeps_the_titles_that_options_made(tx: TenantTx) -> None:
    product = await make_product(tx, sku="T")
    await service.set_options(tx, product.id, [COLOUR])
    red, blue = (await loaded(tx, product.id)).offered
    draft = product_draft(
        variant_draft(variant_id=blue.id, sku=blue.sku, title="x", price_minor=1),
        variant_draft(variant_id=red.id, sku=red.sku, title="y", price_minor=2),
    )
    updated = await service.update_product(tx, product.id, draft)
    assert [(each.title, each.price_minor) for each in updated.offered] == [("Red", 2), ("Blue", 1)]
    more = product_draft(*draft.variants, variant_draft(title="Third"))
    with pytest.raises(OptionsRefused):
        await service.update_product(tx, product.id, more)
    assert options_of(updated.options)[0].name == "Colour"
