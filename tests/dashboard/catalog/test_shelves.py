"""Options, the grid of variants, details, collections and attributes."""

import pytest

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.shop.catalog import queries
from kram.shop.catalog.attributes.queries import attributes
from kram.shop.catalog.collections.queries import collections, products_of
from kram.shop.catalog.models import Product
from kram.shop.catalog.service import CollectionDraft, create_collection
from tests.factories.catalog import make_picture, make_product
from tests.factories.dashboard import Browser, shown

pytestmark = pytest.mark.anyio


async def product_of(db: Database, tenant: Tenant, sku: str = "CUP") -> Product:
    async with db.tenant(tenant) as tx:
        known = await queries.owners_of_skus(tx, [sku])
        product_id = known.get(sku) or (await make_product(tx, title="Cup", sku=sku)).id
        product = await queries.product_with_parts(tx, product_id)
    assert product is not None
    return product


async def test_options_are_saved_and_renamed_and_the_grid_changed(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    product = await product_of(db, tenant)
    at = f"{path}/products/{product.id}"
    assert "Options and variants" in shown(await browser.get(f"{at}/variants"))
    await browser.send_on(
        f"{at}/options",
        {
            "option_id": ["", ""],
            "option_name": ["Colour", "Size"],
            "option_values": ["Red #ff0000\nBlue", "S\nM"],
        },
    )
    made = (await product_of(db, tenant)).offered
    assert [each.title for each in made] == ["Red / S", "Red / M", "Blue / S", "Blue / M"]
    options = (await product_of(db, tenant)).options
    await browser.send_on(
        f"{at}/options",
        {
            "option_id": [str(option["id"]) for option in options],
            "option_name": ["Colour", "Size"],
            "option_values": ["Crimson\nBlue", "S\nM"],
        },
    )
    renamed = (await product_of(db, tenant)).offered
    assert renamed[0].title == "Crimson / S"
    assert [each.id for each in renamed] == [each.id for each in made]
    grid = {
        "variant_id": [str(each.id) for each in renamed],
        "variant_sku": [each.sku for each in renamed],
        "variant_price": ["100", "110,5", "120", "130"],
        "variant_sale": ["", "90", "", ""],
        "variant_barcode": ["4006381333932", "", "", ""],
        "variant_weight": ["20", "", "", ""],
        "variant_off": [str(renamed[3].id)],
        "sale_until": "2099-01-31T10:00",
    }
    await browser.send_on(f"{at}/variants", grid)
    first, second, third = (await product_of(db, tenant)).offered
    assert [each.price_minor for each in (first, second, third)] == [10_000, 11_050, 12_000]
    assert (second.sale_minor, first.weight_grams) == (9_000, 20)
    page = shown(await browser.get(f"{at}/variants"))
    assert "The check digit is wrong" in page
    refused = await browser.send(f"{at}/variants", {**grid, "variant_price": ["x", "1", "2", "3"]})
    assert refused.status_code == 422
    assert (await product_of(db, tenant)).offered[0].price_minor == 10_000


async def test_saving_the_product_leaves_variants_of_options_alone(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    product = await product_of(db, tenant)
    at = f"{path}/products/{product.id}"
    await browser.send_on(
        f"{at}/options",
        {"option_id": "", "option_name": "Colour", "option_values": "Red\nBlue"},
    )
    await browser.send_on(at, {"title": "Mug", "description": "", "status": "active"})
    changed = await product_of(db, tenant)
    assert (changed.title, [each.title for each in changed.offered]) == ("Mug", ["Red", "Blue"])


async def test_details_are_told(browser: Browser, db: Database, tenant: Tenant, path: str) -> None:
    product, other = await product_of(db, tenant), await product_of(db, tenant, "POT")
    await browser.send_on(
        f"{path}/attributes",
        {"label": "Tint", "kind": "colour", "choices": "Red #ff0000\nBlue", "is_filter": "1"},
    )
    await browser.send_on(
        f"{path}/products/{product.id}/details",
        {
            "slug": "best-cup",
            "tags": "New, hot",
            "related": "POT",
            "video_url": "",
            "attribute_code": "tint",
            "several.tint": "1",
            "attributes.tint": "red",
            "publish_at": "2099-01-31T10:00",
            "unpublish_at": "",
            "translations.en.title": "A cup",
        },
    )
    told = await product_of(db, tenant)
    assert (told.slug, told.tags, told.related) == ("best-cup", ["New", "hot"], [other.id])
    assert (told.attributes, told.status) == ({"tint": ["red"]}, "draft")
    assert told.translations == {"en": {"title": "A cup"}}
    assert not told.is_returnable, "its box was not ticked"
    page = (await browser.get(f"{path}/products/{product.id}/details")).text
    assert "best-cup" in page
    assert "2099-01-31T10:00" in page


async def test_collections_and_attributes_are_kept(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    product = await product_of(db, tenant)
    await browser.send_on(f"{path}/collections", {"title": "Best", "kind": "manual"})
    await browser.send_on(f"{path}/collections", {"title": "Cheap", "kind": "rule"})
    async with db.tenant_read(tenant) as tx:
        best, cheap = await collections(tx)
    await browser.send_on(
        f"{path}/collections/{best.id}",
        {"title": "Best", "description": "", "slug": "best", "is_shown": "1", "goods": "CUP"},
    )
    rule = {"title": "Cheap", "description": "", "slug": "", "by_rule": "1", "price_high": "100"}
    await browser.send_on(f"{path}/collections/{cheap.id}", {**rule, "available": "1"})
    async with db.tenant_read(tenant) as tx:
        best, cheap = await collections(tx)
        assert await products_of(tx, best.id) == [product.id]
    assert cheap.rule == {
        "is": "all",
        "of": [{"is": "price", "low": None, "high": 10_000}, {"is": "available"}],
    }
    assert not cheap.is_shown
    for wrong in ({"days": "soon"}, {"price_low": "cheap"}, {"category_id": "nowhere"}):
        answer = await browser.send(f"{path}/collections/{cheap.id}", {**rule, **wrong})
        assert answer.status_code == 422
    assert "Cup" in shown(await browser.get(f"{path}/collections/{best.id}"))
    await browser.send_on(f"{path}/collections/{best.id}/remove")
    await browser.send_on(f"{path}/attributes", {"label": "Weight", "kind": "number", "unit": "kg"})
    async with db.tenant_read(tenant) as tx:
        [weight] = await attributes(tx)
        assert [each.title for each in await collections(tx)] == ["Cheap"]
    assert (weight.code, weight.unit, weight.is_filter) == ("weight", "kg", False)
    await browser.send_on(f"{path}/attributes/{weight.id}/remove")
    assert "No attributes yet" in shown(await browser.get(f"{path}/attributes"))


async def test_a_rule_too_rich_for_the_form_outlives_it(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    rule = {"is": "not", "of": {"is": "tag", "tag": "Old"}}
    async with db.tenant(tenant) as tx:
        made = await create_collection(tx, CollectionDraft(title="New", rule=rule))
        kept_rule = made.rule
    at = f"{path}/collections/{made.id}"
    page = (await browser.get(at)).text
    assert "it stays as it is" in page
    assert 'name="keeps_rule"' in page
    told = {"title": "Newer", "slug": "new", "keeps_rule": "1", "position": "4"}
    await browser.send_on(at, {**told, "translations.en.title": "Newest"})
    async with db.tenant_read(tenant) as tx:
        [collection] = await collections(tx)
    assert (collection.title, collection.rule, collection.position) == ("Newer", kept_rule, 4)
    assert collection.translations == {"en": {"title": "Newest"}}


async def test_unknown_skus_are_told_at_their_field(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    product = await product_of(db, tenant)
    details = await browser.send(f"{path}/products/{product.id}/details", {"related": "NOBODY"})
    await browser.send_on(f"{path}/collections", {"title": "Best", "kind": "manual"})
    async with db.tenant_read(tenant) as tx:
        [best] = await collections(tx)
    goods = await browser.send(
        f"{path}/collections/{best.id}", {"title": "Best", "goods": "CUP\nNOBODY"}
    )
    for answer, name in ((details, "related"), (goods, "goods")):
        assert answer.status_code == 422
        assert f'id="{name}-error"' in answer.text
        assert "There are no goods with the SKU NOBODY" in shown(answer)


async def test_photos_are_described(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    product = await product_of(db, tenant)
    async with db.tenant(tenant) as tx:
        photo = await make_picture(tx, product.id)
    at = f"{path}/products/{product.id}/photos/{photo.id}"
    assert "What the photo shows" in shown(await browser.get(at))
    await browser.send_on(f"{at}/words", {"alt": "Синя чашка", "alts.en": "Blue cup"})
    [described] = (await product_of(db, tenant)).media
    assert (described.alt, described.alts) == ("Синя чашка", {"en": "Blue cup"})
    refused = await browser.send(f"{at}/words", {"alt": "x" * 201})
    assert refused.status_code == 422
    assert 'id="alt-error"' in refused.text
    other = await product_of(db, tenant, "POT")
    wrong = f"{path}/products/{other.id}/photos/{photo.id}"
    assert (await browser.get(wrong)).status_code == 404
    assert (await browser.send(f"{wrong}/words", {"alt": "Stolen"})).status_code == 404
