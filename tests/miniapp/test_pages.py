"""Pages: what they show, and of whom they never show anything."""

import re
from typing import Any

import pytest

from kram.kit.db.tx import TenantTx
from kram.shop.catalog import service as catalog
from kram.shop.catalog.models import Product
from kram.shop.catalog.queries import catalog_version
from kram.tenants.models import Shop, ShopStatus
from tests.factories.catalog import make_category, make_product, product_draft, variant_draft
from tests.factories.inventory import put_on_shelf
from tests.factories.storefront import Storefront

pytestmark = pytest.mark.anyio

ENGLISH = {"accept-language": "en"}


async def sell(storefront: Storefront, **about: Any) -> Product:
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        return await make_product(tx, **about)


async def see(storefront: Storefront, path: str = "/", **headers: str) -> str:
    answer = await storefront.browse.get(storefront.base + path, headers=headers or ENGLISH)
    assert answer.status_code == 200, answer.text
    return answer.text


async def set_price(tx: TenantTx, product: Product, price_minor: int) -> None:
    variant = product.variants[0]
    draft = product_draft(
        variant_draft(sku=variant.sku, price_minor=price_minor, variant_id=variant.id),
        title=product.title,
        slug=product.slug,
    )
    await catalog.update_product(tx, product.id, draft)


async def change(storefront: Storefront, **values: Any) -> None:
    async with storefront.stall.db.platform() as tx:
        shop = await tx.get(Shop, storefront.stall.tenant.id)
        for name, value in values.items():
            setattr(shop, name, value)
    storefront.clock.seconds += 10


async def test_the_list_shows_goods_with_prices_and_addresses(storefront: Storefront) -> None:
    await sell(storefront, title="Copper kettle", price_minor=125_000, stock=3)
    page = await see(storefront)

    assert "Copper kettle" in page
    assert "₴1,250" in page
    assert f'href="{storefront.base}/p/copper-kettle"' in page
    assert "Sold out" not in re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)


async def test_no_page_shows_another_shops_goods(
    storefront: Storefront, other_storefront: Storefront
) -> None:
    await sell(storefront, title="Copper kettle", stock=1)
    await sell(other_storefront, title="Secret samovar", stock=1)
    paths = ("/", "/?q=samovar", "/cart", "/checkout", "/orders", "/p/copper-kettle")
    pages = [await see(storefront, path) for path in paths]

    assert not [page for page in pages if "Secret" in page]
    missing = await storefront.browse.get(f"{storefront.base}/p/secret-samovar")
    assert missing.status_code == 404


async def test_a_new_price_is_shown_as_soon_as_it_is_announced(storefront: Storefront) -> None:
    product = await sell(storefront, title="Kettle", price_minor=10_000, stock=1)
    before = await see(storefront)
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        await set_price(tx, product, 20_000)
        version = await catalog_version(tx)
    unannounced = await see(storefront)
    storefront.services.versions.announced(storefront.stall.tenant.id, version)
    after = await see(storefront)

    # Between the two nobody had told: what was rendered is shown, and the database is left alone.
    assert ("₴100" in before, "₴100" in unannounced) == (True, True)
    assert ("₴100" in after, "₴200" in after) == (False, True)


async def test_a_new_price_is_shown_within_two_seconds_when_nobody_announces_it(
    storefront: Storefront,
) -> None:
    product = await sell(storefront, title="Kettle", price_minor=10_000, stock=1)
    await see(storefront, "/p/kettle")
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        await set_price(tx, product, 20_000)
    storefront.clock.seconds += 1.6

    assert "₴200" in await see(storefront, "/p/kettle")


async def test_variants_are_chosen_on_the_product_page(storefront: Storefront) -> None:
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        small = variant_draft(title="Small", price_minor=5_000)
        large = variant_draft(title="Large", price_minor=9_000)
        product = await catalog.create_product(tx, product_draft(small, large, title="Cup"))
        await put_on_shelf(tx, product.variants[1].id, 2)
    page, listed = await see(storefront, "/p/cup"), await see(storefront)

    # The first that can be bought is chosen, and its price shown.
    chosen = re.search(r'<input type="radio" name="variant" value="([^"]+)"[^>]* checked>', page)
    assert chosen is not None
    assert chosen[1] == str(product.variants[1].id)
    assert "<span data-price>₴90</span>" in page
    assert '<span class="card-from">from</span> ₴50' in listed
    assert "data-add=" not in listed


async def test_what_is_sold_out_is_shown_as_such_and_cannot_be_added(
    storefront: Storefront,
) -> None:
    await sell(storefront, title="Kettle", stock=0)
    page = await see(storefront)

    assert '<span class="label">Sold out</span>' in page
    assert "data-add=" not in page


async def test_a_category_shows_what_is_below_it(storefront: Storefront) -> None:
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        tea = await make_category(tx, "Tea")
        green = await make_category(tx, "Green tea", parent_id=tea.id)
        await make_product(tx, title="Sencha", category_id=green.id)
        await make_product(tx, title="Kettle")
    page, whole = await see(storefront, "/c/tea"), await see(storefront)

    assert ("Sencha" in page, "Kettle" in page) == (True, False)
    assert f'href="{storefront.base}/c/green-tea">Green tea' in page
    assert 'aria-current="page">Tea' in page
    assert ("Green tea" in whole, ">Tea</a>" in whole) == (False, True)


async def test_search_finds_and_says_when_there_is_nothing(storefront: Storefront) -> None:
    await sell(storefront, title="Copper kettle")
    await sell(storefront, title="Wooden spoon")
    found, nothing = await see(storefront, "/?q=kettle"), await see(storefront, "/?q=samovar")

    assert ("Copper kettle" in found, "Wooden spoon" in found) == (True, False)
    assert 'value="kettle"' in found
    assert "Nothing found" in nothing


async def test_more_goods_follow_page_by_page(storefront: Storefront) -> None:
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        for number in range(25):
            await make_product(tx, title=f"Postcard {number:02}")
    first = await see(storefront)
    more = re.search(r'data-more href="([^"]+)"', first)
    assert more is not None
    second = await storefront.browse.get(more[1].replace("&amp;", "&"), headers=ENGLISH)

    assert "Postcard 01" in first
    assert "Postcard 00" not in first
    assert "Postcard 00" in second.text
    assert "data-more" not in second.text


async def test_a_cursor_that_nobody_can_read_starts_over(storefront: Storefront) -> None:
    await sell(storefront, title="Kettle")

    assert "Kettle" in await see(storefront, "/?cursor=broken")


async def test_every_page_speaks_the_visitors_language(storefront: Storefront) -> None:
    pages = {
        "uk": await see(storefront, "/cart", **{"accept-language": "uk-UA,en;q=0.5"}),
        "ru": await see(storefront, "/cart", **{"accept-language": "ru"}),
        "en": await see(storefront, "/cart", **{"accept-language": "fr, en;q=0.1"}),
        "none": await see(storefront, "/cart", **{"accept-language": "fr"}),
    }

    titles = {name: re.findall(r"<h1>(.*?)</h1>", page) for name, page in pages.items()}
    assert titles == {"uk": ["Кошик"], "ru": ["Корзина"], "en": ["Cart"], "none": ["Кошик"]}


async def test_a_language_in_the_address_stays_in_every_link(storefront: Storefront) -> None:
    await sell(storefront, title="Kettle", stock=1)
    page = await see(storefront, "/?lang=ru", **{"accept-language": "en"})

    assert '<html lang="ru">' in page
    links = re.findall(rf'href="({storefront.base}[^"]*)"', page)
    assert links
    assert all("lang=ru" in link for link in links)


async def test_unknown_pages_and_shops_are_pages_too(storefront: Storefront) -> None:
    paths = ("/p/none", "/c/none", "/none", "/none/deeper.php")
    inside = [await storefront.browse.get(storefront.base + path) for path in paths]
    nowhere = await storefront.browse.get("/m/no-such-shop/", headers=ENGLISH)

    assert [page.status_code for page in inside] == [404] * 4
    assert all("data-screen" in page.text and "Kvitka" in page.text for page in inside)
    assert nowhere.status_code == 404
    assert "There is no such shop" in nowhere.text
    assert nowhere.headers["content-type"] == "text/html; charset=utf-8"


async def test_a_paused_shop_says_so_and_shows_no_goods(storefront: Storefront) -> None:
    await sell(storefront, title="Copper kettle")
    await see(storefront)
    await change(storefront, status=ShopStatus.PAUSED)
    pages = [
        await see(storefront, path) for path in ("/", "/p/copper-kettle", "/cart", "/checkout")
    ]

    assert all("Kvitka takes a break" in page for page in pages)
    assert not any("Copper kettle" in page for page in pages)
    assert "My orders" in await see(storefront, "/orders")


async def test_a_title_cannot_become_markup(storefront: Storefront) -> None:
    await change(storefront, name="</script><script>alert(1)</script>")
    await sell(storefront, title='"><img src=x onerror=alert(1)>')
    pages = await see(storefront) + await see(storefront, "/cart")

    assert "<img src=x" not in pages
    assert "<script>alert" not in pages
    assert pages.count("</script>") == 4  # two pages, each with its bundle and its facts


async def test_a_page_may_load_nothing_foreign_and_be_framed_by_telegram_alone(
    storefront: Storefront,
) -> None:
    answer = await storefront.browse.get(f"{storefront.base}/", headers=ENGLISH)
    policy = dict(
        part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; ")
    )

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == "'self' https://web.telegram.org"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "x-frame-options" not in answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', answer.text)
    assert not re.findall(r"\son[a-z]+=|style=", answer.text)


async def test_a_cdn_may_keep_a_page_for_as_long_as_a_change_may_take(
    storefront: Storefront,
) -> None:
    answer = await storefront.browse.get(f"{storefront.base}/")

    assert answer.headers["cache-control"] == "public, max-age=0, s-maxage=2, must-revalidate"
    assert answer.headers["vary"] == "accept-encoding, accept-language"
    assert "set-cookie" not in answer.headers
