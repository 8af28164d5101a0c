"""Pages: what they show, and to whom nothing of another shop."""

import pytest

from kram.shop.catalog import service as catalog
from tests.factories.catalog import make_category, make_product, product_draft, variant_draft
from tests.factories.inventory import put_on_shelf
from tests.factories.storefront import Storefront

pytestmark = pytest.mark.anyio

ENGLISH = {"accept-language": "en"}


async def test_the_list_shows_goods_with_prices_and_addresses(storefront: Storefront) -> None:
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        await make_product(tx, title="Copper kettle", price_minor=125_000, stock=3)

    page = await storefront.browse.get(f"{storefront.base}/", headers=ENGLISH)

    assert page.status_code == 200
    assert "Copper kettle" in page.text
    assert "₴1,250" in page.text
    assert f'href="{storefront.base}/p/copper-kettle"' in page.text


async def test_a_product_page(storefront: Storefront) -> None:
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        await make_product(tx, title="Copper kettle", price_minor=125_000, stock=3)

    page = await storefront.browse.get(f"{storefront.base}/p/copper-kettle", headers=ENGLISH)

    assert page.status_code == 200, page.text
