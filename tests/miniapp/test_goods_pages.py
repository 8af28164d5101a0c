"""Options, sales, tiers, collections, filters and old addresses on pages."""

from typing import Any

import pytest

from kram.miniapp.pages.narrowing import read_filters
from kram.miniapp.pages.video import video_view
from kram.miniapp.requests import page_query
from kram.shop.catalog import service as catalog
from kram.shop.catalog.attributes.filters import AttributeFilter, Filters
from kram.shop.catalog.models import AttributeKind, Product
from kram.shop.catalog.service import (
    AttributeDraft,
    Choice,
    CollectionDraft,
    OptionDraft,
    PriceListDraft,
    ProductDetails,
    Sale,
    TierPrice,
    ValueDraft,
    VariantChange,
)
from tests.factories.catalog import make_product
from tests.factories.storefront import Storefront
from tests.miniapp.test_pages import see

pytestmark = pytest.mark.anyio


async def sell(storefront: Storefront, **about: Any) -> Product:
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        return await make_product(tx, **about)


async def test_a_product_shows_options_sale_tiers_and_related_goods(
    storefront: Storefront,
) -> None:
    other = await sell(storefront, title="Saucer")
    product = await sell(storefront, title="Cup", price_minor=30_000, stock=2)
    variant = product.variants[0].id
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        colours = (ValueDraft(name="Red", colour="#ff0000"), ValueDraft(name="Blue"))
        await catalog.set_options(tx, product.id, [OptionDraft(name="Colour", values=colours)])
        await catalog.change_variants(
            tx, product.id, [VariantChange(id=variant, sale=Sale(20_000))]
        )
        tiers = await catalog.create_price_list(tx, PriceListDraft(name="T", currency="UAH"))
        await catalog.set_prices(tx, tiers.id, [TierPrice(variant, 15_000, 3)])
        details = ProductDetails(
            related=(other.id,),
            video_url="https://youtu.be/dQw4w9WgXcQ",
            translations={"uk": {"title": "Чашка"}},
        )
        await catalog.change_details(tx, product.id, details)
    page = await see(storefront, "/p/cup")
    for text in ("Red", "Blue", "₴200", "₴300", "from 3 pcs", "₴150", "Saucer", "data-option"):
        assert text in page, text
    assert "Lowest price of the 30 days before" in page
    assert "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ" in page
    assert "Чашка" in await see(storefront, "/p/cup?lang=uk")
    assert "cannot be given back" not in page
    assert "Sale" in await see(storefront)


async def test_old_addresses_lead_on_for_good(storefront: Storefront) -> None:
    product = await sell(storefront, title="Cup")
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        await catalog.change_details(tx, product.id, ProductDetails(slug="mug"))
    moved = await storefront.browse.get(f"{storefront.base}/p/cup?lang=uk")
    assert (moved.status_code, moved.headers["location"]) == (
        301,
        f"{storefront.base}/p/mug?lang=uk",
    )
    assert (await storefront.browse.get(f"{storefront.base}/p/never")).status_code == 404


async def test_lists_are_narrowed_and_shelves_shown(storefront: Storefront) -> None:
    red, blue = [await sell(storefront, title=title) for title in ("Red cup", "Blue cup")]
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        await catalog.create_attribute(
            tx,
            AttributeDraft(
                code="colour",
                label="Tint",
                kind=AttributeKind.CHOICE,
                choices=(Choice("red", "Reddish"), Choice("blue", "Bluish")),
            ),
        )
        await catalog.change_details(tx, red.id, ProductDetails(attributes={"colour": "red"}))
        shelf = await catalog.create_collection(tx, CollectionDraft(title="Best of all"))
        await catalog.arrange_collection(tx, shelf.id, [blue.id])
    page = await see(storefront, "/?f.colour=red")
    assert "Red cup" in page
    assert "Blue cup" not in page
    assert 'value="red" checked' in page
    assert "Best of all" in page
    shelf_page = await see(storefront, "/s/best-of-all")
    assert "Blue cup" in shelf_page
    assert "Red cup" not in shelf_page
    for nonsense in ("/?f.=x", "/?f.colour.from=%22", "/?price.from=abc", "/?f.colour=%00&tag=%00"):
        await see(storefront, nonsense)


def test_filters_are_read_in_one_order_and_nonsense_is_none() -> None:
    first = page_query(b"f.b=2&f.a=1&stock=1&price.from=1,5&utm=x")
    second = page_query(b"price.from=1,5&stock=1&f.a=1&f.b=2")
    assert first.canonical == second.canonical
    assert read_filters(first.filters, "UAH") == Filters(
        attributes=(AttributeFilter("a", ("1",)), AttributeFilter("b", ("2",))),
        price_low=150,
        available=True,
    )
    assert read_filters([("price.from", "cheap"), ("price.to", "-1")], "UAH") == Filters()
    assert read_filters([("f.w.from", "1"), ("f.w.to", "2")], "UAH") == Filters(
        attributes=(AttributeFilter("w", low="1", high="2"),)
    )


@pytest.mark.parametrize(
    ("address", "frame"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=5", "embed/dQw4w9WgXcQ"),
        ("https://youtube.com/shorts/dQw4w9WgXcQ", "embed/dQw4w9WgXcQ"),
        ("https://youtu.be/dQw4w9WgXcQ?t=5", "embed/dQw4w9WgXcQ"),
        ("https://vimeo.com/76979871", "video/76979871"),
        ("https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ", ""),
        ("https://example.com/v.mp4", ""),
    ],
)
def test_only_known_hosts_are_embedded(address: str, frame: str) -> None:
    view = video_view(address)
    assert view is not None
    assert view.address == address
    assert view.frame.endswith(frame) if frame else view.frame == ""


async def test_goods_that_are_kept_say_so(storefront: Storefront) -> None:
    product = await sell(storefront, title="Earrings")
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        await catalog.change_details(tx, product.id, ProductDetails(is_returnable=False))
    assert "It cannot be given back or exchanged" in await see(storefront, "/p/earrings")


async def test_a_category_shows_its_picture(storefront: Storefront) -> None:
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        cups = await catalog.create_category(tx, "Cups")
        await make_product(tx, title="Cup", category_id=cups.id)
        details = catalog.CategoryDetails(picture_key="shop/categories/1")
        await catalog.describe_category(tx, cups.id, details)
    page = await see(storefront, "/c/cups")
    assert 'class="cover"' in page
    assert "shop/categories/1/640.webp" in page
