"""One variant's page: sizes, costs, attributes, its photo, what it is made of."""

from uuid import UUID

import pytest

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.shop.catalog import queries
from kram.shop.catalog.bundle_queries import components_of, set_kind
from kram.shop.catalog.models import Product, Variant, VariantKind
from tests.factories.catalog import make_picture, make_product
from tests.factories.dashboard import Browser, shown

pytestmark = pytest.mark.anyio


def fields(**changes: object) -> dict[str, object]:
    return {"sku": "CUP", "price_minor": "125", "sale": "", "attribute_code": [], **changes}


async def make_cup(db: Database, tenant: Tenant) -> Product:
    async with db.tenant(tenant) as tx:
        return await make_product(tx, title="Cup", sku="CUP", price_minor=12_500, stock=8)


async def variant_of(db: Database, tenant: Tenant, product_id: UUID) -> Variant:
    async with db.tenant_read(tenant) as tx:
        product = await queries.product_with_parts(tx, product_id)
    assert product is not None
    return product.offered[0]


def at_of(path: str, product: Product) -> str:
    return f"{path}/products/{product.id}/variants/{product.variants[0].id}"


async def test_all_that_a_variant_has_is_kept(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    product = await make_cup(db, tenant)
    async with db.tenant(tenant) as tx:
        photo = await make_picture(tx, product.id, alt="A cup")
    await browser.send_on(
        f"{path}/attributes",
        {"label": "Glaze", "kind": "choice", "choices": "Matt\nShiny", "scope": "variant"},
    )
    at = at_of(path, product)
    assert "Glaze" in shown(await browser.get(at))
    typed = fields(
        sku="CUP-L",
        barcode="4006381333931",
        price_minor="130,50",
        sale="99",
        sale_from="2099-01-01T10:00",
        sale_until="2099-02-01T10:00",
        compare_at_minor="150",
        cost_minor="40",
        weight_grams="350",
        length_mm="120",
        width_mm="90",
        height_mm="100",
        media_id=str(photo.id),
        attribute_code="glaze",
        **{"several.glaze": "1", "attributes.glaze": "matt"},
    )
    page = await browser.send_on(at, typed)
    kept = await variant_of(db, tenant, product.id)
    assert (kept.sku, kept.barcode, kept.price_minor) == ("CUP-L", "4006381333931", 13_050)
    assert (kept.compare_at_minor, kept.cost_minor, kept.sale_minor) == (15_000, 4_000, 9_900)
    assert (kept.weight_grams, kept.length_mm, kept.width_mm, kept.height_mm) == (350, 120, 90, 100)
    assert (kept.media_id, kept.attributes) == (photo.id, {"glaze": ["matt"]})
    assert 'value="2099-02-01T10:00"' in page
    await browser.send_on(at, fields(sku="CUP-L", attribute_code="glaze"))
    emptied = await variant_of(db, tenant, product.id)
    assert (emptied.weight_grams, emptied.cost_minor, emptied.sale_minor) == (None, None, None)
    assert emptied.attributes == {}


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("price_minor", ""),
        ("price_minor", "-1"),
        ("sale", "125"),
        ("cost_minor", "cheap"),
        ("weight_grams", "1.5"),
        ("length_mm", "²"),
        ("sku", ""),
        ("sku", "POT"),
        ("barcode", "4" * 33),
    ],
)
async def test_what_cannot_be_is_told_at_its_field(
    browser: Browser, db: Database, tenant: Tenant, path: str, name: str, typed: str
) -> None:
    product = await make_cup(db, tenant)
    async with db.tenant(tenant) as tx:
        await make_product(tx, sku="POT")
    answer = await browser.send(at_of(path, product), fields(**{name: typed}))
    assert answer.status_code in (409, 422)
    assert f'id="{name}-error"' in answer.text
    assert (await variant_of(db, tenant, product.id)).sku == "CUP"


async def test_a_bundle_is_made_and_sold_as_its_parts_allow(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    product = await make_cup(db, tenant)
    async with db.tenant(tenant) as tx:
        gift = await make_product(tx, title="Gift box", sku="BOX")
    at = at_of(path, gift)
    page = shown(await browser.send_on(f"{at}/components", {"components": "CUP 3"}))
    assert "Cup × 3" in page
    async with db.tenant_read(tenant) as tx:
        parts = await components_of(tx, [gift.variants[0].id])
    assert parts == {gift.variants[0].id: {product.variants[0].id: 3}}
    assert "Gift box On sale 2 pcs" in shown(await browser.get(f"{path}/products"))
    own = shown(await browser.get(f"{path}/products/{gift.id}"))
    assert "In stock 2 A bundle: as many as its parts allow." in own
    for typed, said in (
        ("NOBODY 2", "No goods have the SKU or barcode “NOBODY”"),
        ("CUP", "“CUP” is not clear"),
        ("BOX 1", "A bundle cannot contain itself"),
        ("CUP 0", "Choose from 1 to 999 units"),
    ):
        refused = await browser.send(f"{at}/components", {"components": typed})
        assert refused.status_code in (404, 422), typed
        assert said in shown(refused), (typed, shown(refused)[400:1800])
        assert 'id="components-error"' in refused.text
    nested = await browser.send(f"{at_of(path, product)}/components", {"components": "BOX 1"})
    assert 'id="components-error"' in nested.text
    await browser.send_on(f"{at}/components", {"components": ""})
    assert (await variant_of(db, tenant, gift.id)).kind == "goods"


async def test_another_shops_variant_does_not_exist_here(
    browser: Browser, db: Database, other_tenant: Tenant, path: str
) -> None:
    foreign = await make_cup(db, other_tenant)
    assert (await browser.get(at_of(path, foreign))).status_code == 404
    answer = await browser.send(at_of(path, foreign), fields(sku="STOLEN"))
    assert answer.status_code == 404
    assert (await variant_of(db, other_tenant, foreign.id)).sku == "CUP"


async def test_the_grid_leaves_the_dates_of_a_sale_alone(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    product = await make_cup(db, tenant)
    sale = fields(sale="99", sale_from="2099-01-01T10:00", sale_until="2099-02-01T10:00")
    await browser.send_on(at_of(path, product), sale)
    before = await variant_of(db, tenant, product.id)
    row = {
        "variant_id": str(before.id),
        "variant_sku": "CUP-2",
        "variant_price": "125",
        "variant_sale": "99",
        "variant_barcode": "",
        "variant_weight": "",
    }
    await browser.send_on(f"{path}/products/{product.id}/variants", row)
    after = await variant_of(db, tenant, product.id)
    assert after.sku == "CUP-2"
    assert (after.sale_from, after.sale_until) == (before.sale_from, before.sale_until)
    await browser.send_on(f"{path}/products/{product.id}/variants", {**row, "variant_sale": "98"})
    assert (await variant_of(db, tenant, product.id)).sale_until is None


async def test_options_are_named_in_other_languages(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    product = await make_cup(db, tenant)
    at = f"{path}/products/{product.id}/options"
    assert "No options yet" in shown(await browser.get(f"{at}/names"))
    await browser.send_on(
        at, {"option_id": "", "option_name": "Колір", "option_values": "Білий #ffffff\nЧорний"}
    )
    page = await browser.send_on(f"{at}/names", {"name.1.en": "Colour", "name.2.en": "White"})
    assert 'value="Colour"' in page
    async with db.tenant_read(tenant) as tx:
        told = await queries.product_with_parts(tx, product.id)
    assert told is not None
    [option] = told.options
    assert (option["name"], option["names"]) == ("Колір", {"en": "Colour"})
    assert option["values"][0] == {
        "id": 2,
        "name": "Білий",
        "names": {"en": "White"},
        "colour": "#ffffff",
    }
    assert [each.title for each in told.offered] == ["Білий", "Чорний"]
    refused = await browser.send(f"{at}/names", {"name.2.en": "x" * 51})
    assert refused.status_code == 422
    assert "Make this shorter" in shown(refused)


async def test_what_never_runs_out_is_not_sold_out(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        book = await make_product(tx, title="Book", sku="BOOK")
        await set_kind(tx, book.variants[0].id, VariantKind.DIGITAL)
    assert "Book On sale ∞" in shown(await browser.get(f"{path}/products"))
    page = await browser.get(f"{path}/products/{book.id}")
    assert "In stock ∞ Does not run out" in shown(page)
    assert 'name="stock_delta"' not in page.text
