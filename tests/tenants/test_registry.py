import pytest

from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.ids import new_id
from kram.kit.telegram import webapp_key
from kram.tenants import bots, shops
from kram.tenants.models import BotState, Shop, ShopStatus
from kram.tenants.registry import TTL_SECONDS, Registry
from tests.factories.tenants import make_bot

pytestmark = pytest.mark.anyio


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def registry(db: Database, keys: KeyRing, clock: Clock) -> Registry:
    return Registry(db, keys, clock)


async def pause(db: Database, shop: Shop) -> None:
    async with db.platform() as tx:
        await shops.pause(tx, shop.id, paused=True)


async def test_a_card_tells_whose_shop_it_is(
    registry: Registry, shop: Shop, other_shop: Shop
) -> None:
    card = await registry.by_slug(shop.slug)
    assert card is not None
    assert card == await registry.by_id(shop.id)
    assert card.tenant == shop.tenant
    assert (card.name, card.status, card.currency) == ("Kvitka", ShopStatus.OPEN, "UAH")
    assert (card.language, card.timezone, card.theme) == ("uk", "Europe/Kyiv", "market")
    assert (card.accent, card.payment_methods, card.bot) == ("#2f7d4f", ("cod",), None)
    other = await registry.by_slug(other_shop.slug)
    assert other is not None
    assert other.tenant == other_shop.tenant


async def test_the_card_carries_the_bots_keys_and_hides_them(
    registry: Registry, db: Database, shop: Shop, keys: KeyRing
) -> None:
    secret = bots.new_secret()
    async with db.platform() as tx:
        bot = await make_bot(tx, shop, keys)
        await bots.arm(tx, shop.id, secret, configured=True)
    card = await registry.by_public_id(bot.public_id)
    assert card is not None
    assert card.tenant == shop.tenant
    assert card.bot is not None
    key = webapp_key(bots.token_of(bot, keys))
    assert card.bot.webapp_key == key
    assert card.bot.has_secret(secret)
    assert not card.bot.has_secret("wrong")
    assert str(key) not in repr(card)


async def test_unknown_shops_have_no_card(registry: Registry) -> None:
    assert await registry.by_slug("no-such-shop") is None
    assert await registry.by_id(new_id()) is None
    assert await registry.by_public_id("") is None


async def test_a_removed_bot_is_not_on_the_card(
    registry: Registry, db: Database, shop: Shop, keys: KeyRing
) -> None:
    async with db.platform() as tx:
        bot = await make_bot(tx, shop, keys)
        await bots.mark(tx, shop.id, BotState.REMOVED)
    card = await registry.by_slug(shop.slug)
    assert card is not None
    assert card.bot is None
    assert await registry.by_public_id(bot.public_id) is None


async def test_a_card_is_renewed_after_its_time(
    registry: Registry, db: Database, shop: Shop, clock: Clock
) -> None:
    first = await registry.by_slug(shop.slug)
    await pause(db, shop)
    clock.now += TTL_SECONDS - 0.1
    assert await registry.by_slug(shop.slug) is first
    clock.now += 0.2
    renewed = await registry.by_slug(shop.slug)
    assert renewed is not None
    assert renewed.status is ShopStatus.PAUSED


async def test_a_forgotten_card_is_read_again_at_once(
    registry: Registry, db: Database, shop: Shop, other_shop: Shop
) -> None:
    await registry.by_slug(shop.slug)
    kept = await registry.by_slug(other_shop.slug)
    await pause(db, shop)
    registry.forget(shop.id)
    card = await registry.by_slug(shop.slug)
    assert card is not None
    assert card.status is ShopStatus.PAUSED
    assert await registry.by_slug(other_shop.slug) is kept


async def test_a_shop_opened_after_its_address_was_asked_for_is_found_when_told(
    registry: Registry, db: Database, shop: Shop
) -> None:
    assert await registry.by_slug("to-be-renamed") is None
    registry.forget(shop.id)
    assert await registry.by_slug("to-be-renamed") is None
