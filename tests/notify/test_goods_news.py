"""Low goods in the staff's chat, returned ones in the shopper's."""

from uuid import UUID

import pytest

from kram.kit.ids import new_id
from kram.shop.customers.queries import customer_by_telegram
from kram.shop.inventory import service
from kram.shop.inventory.queries import waiting as queries
from kram.shop.inventory.service import waiting
from kram.shop.inventory.service.policies import set_shop_low_at
from tests.factories.bots import ShopInTown
from tests.factories.catalog import make_variant
from tests.factories.inventory import put_on_shelf
from tests.notify.test_shopper_messages import later, shopper, texts

pytestmark = pytest.mark.anyio


async def waits(place: ShopInTown, person: int) -> UUID:
    """A variant that has no units, for which the person waits."""
    async with place.stand.db.tenant(place.shop.tenant) as tx:
        variant = await make_variant(tx)
        customer = await customer_by_telegram(tx, person)
        assert customer is not None
        customer.language = "en"
        await waiting.subscribe(tx, variant, customer.id)
    return variant


async def test_a_shopper_is_told_once_that_goods_are_there(kvitka: ShopInTown) -> None:
    ivan = await shopper(kvitka)
    variant = await waits(kvitka, ivan)
    for _ in range(2):
        async with kvitka.stand.db.tenant(kvitka.shop.tenant) as tx:
            await put_on_shelf(tx, variant, 1)
        await kvitka.stand.tell()
        await later(kvitka)
        async with kvitka.stand.db.tenant(kvitka.shop.tenant) as tx:
            await service.reserve(tx, new_id(), {variant: 1}, None)
        await kvitka.stand.tell()
    (text,) = await texts(kvitka, ivan)
    assert text.endswith("is there again at Kvitka.")
    (message,) = await kvitka.said_in(kvitka.chat(ivan))
    ((button,),) = message["reply_markup"]["inline_keyboard"]
    assert f"/m/{kvitka.shop.slug}/p/" in button["web_app"]["url"]


async def test_who_is_too_late_goes_on_waiting(kvitka: ShopInTown) -> None:
    ivan = await shopper(kvitka)
    variant = await waits(kvitka, ivan)
    async with kvitka.stand.db.tenant(kvitka.shop.tenant) as tx:
        await put_on_shelf(tx, variant, 1)
        await waiting.wake(tx, [variant])
        await service.reserve(tx, new_id(), {variant: 1}, None)
    await kvitka.stand.tell()
    assert await texts(kvitka, ivan) == []
    async with kvitka.stand.db.tenant(kvitka.shop.tenant) as tx:
        customer = await customer_by_telegram(tx, ivan)
        assert customer is not None
        assert await queries.subscriptions(tx, customer.id) == {variant}


async def test_the_staff_hears_of_low_goods_once(kvitka: ShopInTown) -> None:
    ivan = await shopper(kvitka)
    chat = await kvitka.staff_group(ivan)
    async with kvitka.stand.db.tenant(kvitka.shop.tenant) as tx:
        await set_shop_low_at(tx, 2)
        variant = await make_variant(tx, stock=3)
        await service.reserve(tx, new_id(), {variant: 1}, None)
    await kvitka.stand.tell()
    await later(kvitka)
    said = [message["text"] for message in await kvitka.said_in(chat)]
    low = [text for text in said if text.startswith(("Running low", "Закінчується"))]
    assert len(low) == 1
    assert "2" in low[0]
