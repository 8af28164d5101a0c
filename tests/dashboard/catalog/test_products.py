from io import BytesIO
from uuid import UUID

import pytest
from PIL import Image

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.shop.catalog.models import Product, ProductStatus
from kram.shop.catalog.queries import product_with_parts, products_page
from kram.shop.inventory.queries import moves
from kram.shop.inventory.service import levels
from tests.factories.catalog import make_category, make_product, variant_draft
from tests.factories.dashboard import Browser, Dashboard, shown
from tests.factories.orders import make_order
from tests.statements import statements

pytestmark = pytest.mark.anyio


def fields(**changes: object) -> dict[str, object]:
    return {
        "title": "Лляна сорочка",
        "description": "",
        "category_id": "",
        "status": "active",
        "variant_id": [""],
        "variant_title": [""],
        "variant_sku": ["SHIRT"],
        "variant_price": ["1 480,50"],
        "variant_stock": ["7"],
        **changes,
    }


async def only_product(db: Database, tenant: Tenant) -> Product:
    async with db.tenant_read(tenant) as tx:
        [product] = (await products_page(tx, statuses=tuple(ProductStatus))).items
    return product


async def reread(db: Database, tenant: Tenant, product_id: UUID) -> Product:
    async with db.tenant_read(tenant) as tx:
        product = await product_with_parts(tx, product_id)
    assert product is not None
    return product


def picture(colour: str = "green", kind: str = "PNG") -> bytes:
    target = BytesIO()
    Image.new("RGB", (400, 300), colour).save(target, kind)
    return target.getvalue()


async def test_a_product_is_added_with_its_price_and_stock(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    page = await browser.send_on(f"{path}/products/new", fields())
    assert "Лляна сорочка was added" in shown(page)
    product = await only_product(db, tenant)
    [variant] = product.variants
    assert (variant.sku, variant.price_minor, variant.currency) == ("SHIRT", 148_050, "UAH")
    async with db.tenant_read(tenant) as tx:
        level = (await levels(tx, [variant.id]))[variant.id]
        [move] = await moves(tx, variant.id, 5)
    assert (level.on_hand, move.delta, move.cause) == (7, 7, "received")


async def test_variants_keep_their_order_and_blank_rows_are_left_out(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    sent = fields(
        variant_id=["", "", ""],
        variant_title=["S", "", "M"],
        variant_sku=["", "", "SHIRT-M"],
        variant_price=["100", "", "110"],
        variant_stock=["", "", "2"],
    )
    await browser.send_on(f"{path}/products/new", sent)
    product = await only_product(db, tenant)
    assert [(variant.title, variant.price_minor) for variant in product.offered] == [
        ("S", 10_000),
        ("M", 11_000),
    ]
    assert len(product.offered[0].sku) == 8


async def test_a_refused_product_shows_what_is_wrong_where_and_keeps_every_field(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        await make_product(tx, sku="TAKEN")
    sent = fields(
        title="Дві форми",
        variant_id=["", ""],
        variant_title=["S", "M"],
        variant_sku=["TAKEN", "FREE"],
        variant_price=["100", "110"],
        variant_stock=["1", "2"],
    )
    answer = await browser.send(f"{path}/products/new", sent)
    assert answer.status_code == 422
    assert 'id="variant-sku-0-error"' in answer.text
    assert "This SKU is already used" in shown(answer)
    for typed in ('value="Дві форми"', 'value="TAKEN"', 'value="FREE"', 'value="110"'):
        assert typed in answer.text
    async with db.tenant_read(tenant) as tx:
        assert len((await products_page(tx)).items) == 1


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        ({"variant_price": ["сто"]}, "variant-price-0-error", "Write the amount in digits"),
        ({"variant_price": ["1.005"]}, "variant-price-0-error", "UAH has at most 2 decimals"),
        ({"variant_price": ["-1"]}, "variant-price-0-error", "The amount may not be below zero"),
        ({"variant_stock": ["2.5"]}, "variant-stock-0-error", "Enter a whole number of units"),
        ({"title": " "}, "title-error", "Fill this in"),
        ({"category_id": "01890000-0000-7000-8000-00000000000f"}, "", "There is no such category"),
    ],
)
async def test_every_refusal_names_its_field(
    browser: Browser, db: Database, tenant: Tenant, path: str,
    change: dict[str, object], place: str, words: str,
) -> None:  # fmt: skip
    answer = await browser.send(f"{path}/products/new", fields(**change))
    assert answer.status_code in (404, 422)
    assert words in shown(answer)
    assert place in answer.text
    async with db.tenant_read(tenant) as tx:
        assert (await products_page(tx)).items == []


async def test_without_a_script_a_variant_is_added_by_the_server(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    answer = await browser.send(f"{path}/products/new", fields(add_variant="yes"))
    assert answer.status_code == 200
    assert answer.text.count('name="variant_sku"') == 3  # the typed row, a new one, the pattern
    assert 'value="SHIRT"' in answer.text
    async with db.tenant_read(tenant) as tx:
        assert (await products_page(tx)).items == []


async def test_a_product_is_changed_in_place(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        product = await make_product(tx, stock=3)
        category = await make_category(tx)
    [variant] = product.variants
    page = await browser.get(f"{path}/products/{product.id}")
    assert 'value="125"' in page.text
    sent = fields(
        title="Чайник",
        category_id=str(category.id),
        status="draft",
        variant_id=[str(variant.id), ""],
        variant_title=["S", "M"],
        variant_sku=[variant.sku, "NEW"],
        variant_price=["130", "140,25"],
        variant_stock=["", ""],
    )
    await browser.send_on(f"{path}/products/{product.id}", sent)
    changed = await reread(db, tenant, product.id)
    assert (changed.title, changed.category_id, changed.status) == ("Чайник", category.id, "draft")
    assert [(one.id == variant.id, one.price_minor) for one in changed.offered] == [
        (True, 13_000),
        (False, 14_025),
    ]


async def test_a_variant_is_no_longer_sold_when_ticked(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    await browser.send_on(
        f"{path}/products/new",
        fields(variant_id=["", ""], variant_title=["S", "M"], variant_sku=["A", "B"],
               variant_price=["1", "2"], variant_stock=["", ""]),
    )  # fmt: skip
    product = await only_product(db, tenant)
    small, medium = product.offered
    await browser.send_on(
        f"{path}/products/{product.id}",
        fields(variant_id=[str(small.id), str(medium.id)], variant_title=["S", "M"],
               variant_sku=["A", "B"], variant_price=["1", "2"], variant_stock=["", ""],
               variant_remove=str(small.id)),
    )  # fmt: skip
    assert [one.sku for one in (await reread(db, tenant, product.id)).offered] == ["B"]


async def test_stock_changes_by_what_was_typed_and_says_why(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        variant_id = (product := await make_product(tx, stock=10)).variants[0].id
    for typed, left in (("+5", 15), ("−3", 12), ("2", 14), ("", 14), ("0", 14)):
        await browser.send_on(
            f"{path}/products/{product.id}/stock",
            {"stock_variant": str(variant_id), "stock_delta": typed, "cause": "written_off"},
        )
        async with db.tenant_read(tenant) as tx:
            assert (await levels(tx, [variant_id]))[variant_id].on_hand == left
    async with db.tenant_read(tenant) as tx:
        assert (await moves(tx, variant_id, 1))[0].cause == "written_off"


@pytest.mark.parametrize(
    ("typed", "words"),
    [("-11", "At most 9 units are free"), ("many", "Enter a whole number of units")],
)
async def test_refused_stock_changes_nothing_and_stays_typed(
    browser: Browser, db: Database, tenant: Tenant, path: str, typed: str, words: str
) -> None:
    async with db.tenant(tenant) as tx:
        product = await make_product(tx, stock=10)
        await make_order(tx, lines={product.variants[0].id: 1})
    variant_id = product.variants[0].id
    answer = await browser.send(
        f"{path}/products/{product.id}/stock",
        {"stock_variant": str(variant_id), "stock_delta": typed, "cause": "corrected"},
    )
    assert answer.status_code in (409, 422)
    assert answer.headers["hx-push-url"] == f"{path}/products/{product.id}"
    assert words in shown(answer)
    assert f'value="{typed}"' in answer.text
    async with db.tenant_read(tenant) as tx:
        assert (await levels(tx, [variant_id]))[variant_id].on_hand == 10


async def test_stock_of_another_product_is_not_changed_from_here(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        mine, other = await make_product(tx, stock=1), await make_product(tx, stock=1)
    await browser.send_on(
        f"{path}/products/{mine.id}/stock",
        {"stock_variant": str(other.variants[0].id), "stock_delta": "5", "cause": "received"},
    )
    async with db.tenant_read(tenant) as tx:
        assert (await levels(tx, [other.variants[0].id]))[other.variants[0].id].on_hand == 1


async def test_archiving_can_be_undone(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        product = await make_product(tx)
    page = await browser.send_on(f"{path}/products/{product.id}/archive")
    assert "Kettle was archived" in shown(page)
    assert f'action="{path}/products/{product.id}/restore"' in page
    assert (await reread(db, tenant, product.id)).status == "archived"
    await browser.send_on(f"{path}/products/{product.id}/restore")
    assert (await reread(db, tenant, product.id)).status == "active"


async def test_a_message_is_shown_once(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        product = await make_product(tx)
    await browser.send_on(f"{path}/products/{product.id}/archive")
    assert "was archived" not in shown(await browser.get(f"{path}/products"))


async def test_another_shops_product_does_not_exist_here(
    browser: Browser, db: Database, other_tenant: Tenant, path: str
) -> None:
    async with db.tenant(other_tenant) as tx:
        foreign = await make_product(tx, stock=1)
    variant_id = str(foreign.variants[0].id)
    at = f"{path}/products/{foreign.id}"
    assert (await browser.get(at)).status_code == 404
    assert (await browser.send(at, fields())).status_code == 404
    assert (await browser.send(f"{at}/archive")).status_code == 404
    stock = {"stock_variant": variant_id, "stock_delta": "5", "cause": "received"}
    assert (await browser.send(f"{at}/stock", stock)).status_code == 404
    unchanged = await reread(db, other_tenant, foreign.id)
    assert (unchanged.title, unchanged.status) == ("Kettle", "active")


async def test_photos_are_stored_shown_and_put_in_order(
    browser: Browser, dashboard: Dashboard, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        product = await make_product(tx)
    at = f"{path}/products/{product.id}"
    await browser.get(at)
    files = [("photos", (f"{name}.png", picture(name), "image/png")) for name in ("red", "blue")]
    answer = await browser.send(f"{at}/photos", files=files)
    assert answer.status_code == 303
    first, second = (await reread(db, tenant, product.id)).media
    assert first.key.startswith(f"{tenant.id}/products/")
    assert (first.width, first.height) == (400, 300)
    assert await dashboard.services.storage.exists(f"{first.key}/320.webp")
    assert f'src="/media/{first.key}/320.webp"' in (await browser.get(at)).text
    await browser.send(f"{at}/photos/{second.id}", {"move": "-1"})
    assert [one.id for one in (await reread(db, tenant, product.id)).media] == [second.id, first.id]
    await browser.send(f"{at}/photos/arrange", {"order": f"{first.id} {second.id}"})
    assert [one.id for one in (await reread(db, tenant, product.id)).media] == [first.id, second.id]
    await browser.send(f"{at}/photos/{first.id}", {"remove": "yes"})
    assert [one.id for one in (await reread(db, tenant, product.id)).media] == [second.id]


async def test_what_is_no_picture_is_refused_and_none_of_the_others_is_kept(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        product = await make_product(tx)
    at = f"{path}/products/{product.id}"
    await browser.get(at)
    files = [
        ("photos", ("a.png", picture(), "image/png")),
        ("photos", ("b.png", b"<script>alert(1)</script>", "image/png")),
    ]
    answer = await browser.send(f"{at}/photos", files=files)
    page = (await browser.get(answer.headers["location"])).text
    assert "Send a JPEG, PNG, WebP" in shown(page)
    assert (await reread(db, tenant, product.id)).media == []


async def test_photos_that_a_product_cannot_take_leave_no_files(
    browser: Browser,
    dashboard: Dashboard,
    db: Database,
    tenant: Tenant,
    path: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with db.tenant(tenant) as tx:
        product = await make_product(tx)
    at = f"{path}/products/{product.id}"
    await browser.get(at)
    monkeypatch.setattr("kram.shop.catalog.service.media._MOST_PICTURES", 1)
    files = [("photos", (f"{name}.png", picture(name), "image/png")) for name in ("red", "blue")]
    answer = await browser.send(f"{at}/photos", files=files)
    assert "at most 20 pictures" in shown(await browser.get(answer.headers["location"]))
    assert (await reread(db, tenant, product.id)).media == []
    assert await dashboard.services.storage.delete_under(f"{tenant.id}/products") == 0


async def test_photos_come_with_a_new_product(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    await browser.get(path)
    answer = await browser.send(
        f"{path}/products/new",
        fields(),
        files=[("photos", ("a.jpg", picture(kind="JPEG"), "image/jpeg"))],
    )
    assert answer.status_code == 303
    assert len((await only_product(db, tenant)).media) == 1


async def test_the_list_is_searched_and_narrowed(
    browser: Browser, db: Database, tenant: Tenant, other_tenant: Tenant, path: str
) -> None:
    async with db.tenant(other_tenant) as foreign_tx:
        await make_product(foreign_tx, title="Foreign lamp")
    async with db.tenant(tenant) as tx:
        category = await make_category(tx, "Lamps")
        await make_product(tx, title="Floor lamp", category_id=category.id)
        await make_product(tx, title="Mug", sku="LAMP-LIKE", status=ProductStatus.DRAFT)
        await make_product(tx, title="Spoon")
    everything = shown(await browser.get(f"{path}/products"))
    assert "Foreign" not in everything
    assert all(title in everything for title in ("Floor lamp", "Mug", "Spoon"))
    found = shown(await browser.get(f"{path}/products?q=lamp"))
    assert "Floor lamp" in found
    assert "Mug" in found
    assert "Spoon" not in found
    assert "Mug" not in shown(await browser.get(f"{path}/products?category={category.id}"))
    assert "Floor lamp" not in shown(await browser.get(f"{path}/products?status=draft"))
    assert "Nothing found" in shown(await browser.get(f"{path}/products?q=%00%25zebra"))
    assert (await browser.get(f"{path}/products?status=nonsense")).status_code == 200
    assert (await browser.get(f"{path}/products?cursor=nonsense")).status_code == 422


async def test_the_list_goes_on_page_by_page_without_a_gap(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        for number in range(45):
            await make_product(tx, title=f"Thing {number:02d}")
    seen: list[str] = []
    at: str | None = f"{path}/products"
    while at:
        text = (await browser.get(at)).text
        seen += shown(text).split("Thing ")[1:]
        more = text.partition('id="more"')[2].partition('href="')[2].partition('"')[0]
        at = more.replace("&amp;", "&") if "cursor=" in more else None
    assert [int(word[:2]) for word in seen] == list(reversed(range(45)))


async def test_the_list_costs_as_much_for_many_goods_as_for_one(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    counts = []
    for more in (1, 15):
        async with db.tenant(tenant) as tx:
            for _ in range(more):
                await make_product(tx, stock=1)
        with statements(db) as sent:
            await browser.get(f"{path}/products")
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 11


async def test_a_price_of_another_currency_is_refused(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        product = await make_product(tx)
    assert variant_draft().price.currency == product.variants[0].currency == "UAH"
    assert "Price, UAH" in shown(await browser.get(f"{path}/products/{product.id}"))
