import pytest

from kram.kit.crypto import CannotOpen, KeyRing
from kram.kit.db.tx import PlatformTx
from kram.kit.telegram import webapp_key
from kram.tenants import bots
from kram.tenants.errors import BotTaken, NoBot
from kram.tenants.models import BotState, Shop
from tests.factories.tenants import bot_identity, make_bot, new_telegram_id

pytestmark = pytest.mark.anyio

TOKEN = "7000000001:AAF-a-token-from-botfather"
ME = bot_identity(new_telegram_id())
"""Not a number that a bot of the phone could have: those are committed by other tests."""


async def test_a_connected_bot_keeps_its_token_sealed(
    platform_tx: PlatformTx, shop: Shop, keys: KeyRing
) -> None:
    bot = await bots.connect_bot(platform_tx, shop.id, TOKEN, ME, keys)
    assert TOKEN.encode() not in bot.token_sealed
    assert bots.token_of(bot, keys) == TOKEN
    assert bots.webapp_key_of(bot, keys) == webapp_key(TOKEN)
    assert (bot.telegram_id, bot.username, bot.title) == (ME.telegram_id, "kvitka_bot", "Kvitka")
    assert (bot.state, bot.configured_at) == (BotState.ACTIVE, None)


async def test_a_sealed_token_opens_in_its_own_row_only(
    platform_tx: PlatformTx, shop: Shop, other_shop: Shop, keys: KeyRing
) -> None:
    mine = await make_bot(platform_tx, shop, keys)
    foreign = await make_bot(platform_tx, other_shop, keys)
    foreign.token_sealed = mine.token_sealed
    foreign.webapp_key_sealed = foreign.token_sealed
    for read in (bots.token_of, bots.webapp_key_of):
        with pytest.raises(CannotOpen):
            read(foreign, keys)  # type: ignore[operator]


async def test_one_bot_serves_one_shop(
    platform_tx: PlatformTx, shop: Shop, other_shop: Shop, keys: KeyRing
) -> None:
    bot = await bots.connect_bot(platform_tx, shop.id, TOKEN, ME, keys)
    with pytest.raises(BotTaken):
        await bots.connect_bot(platform_tx, other_shop.id, TOKEN, ME, keys)
    assert bot.shop_id == shop.id
    assert await bots.bot_of_shop(platform_tx, other_shop.id) is None


async def test_a_new_token_of_the_same_bot_keeps_address_and_staff_chat(
    platform_tx: PlatformTx, shop: Shop, keys: KeyRing
) -> None:
    bot = await bots.connect_bot(platform_tx, shop.id, TOKEN, ME, keys)
    await bots.set_staff_chat(platform_tx, shop.id, -100)
    await bots.mark(platform_tx, shop.id, BotState.TOKEN_INVALID)
    public_id = bot.public_id
    again = await bots.connect_bot(platform_tx, shop.id, "7000000001:new", ME, keys)
    assert again is bot
    assert (again.public_id, again.staff_chat_id) == (public_id, -100)
    assert bots.token_of(again, keys) == "7000000001:new"
    assert again.state == BotState.ACTIVE


async def test_another_bot_does_not_inherit_the_staff_chat(
    platform_tx: PlatformTx, shop: Shop, keys: KeyRing
) -> None:
    await bots.connect_bot(platform_tx, shop.id, TOKEN, ME, keys)
    await bots.set_staff_chat(platform_tx, shop.id, -100)
    other = bot_identity(new_telegram_id(), username="other_bot")
    bot = await bots.connect_bot(platform_tx, shop.id, "7000000002:x", other, keys)
    assert (bot.telegram_id, bot.staff_chat_id) == (other.telegram_id, None)


async def test_the_webhooks_secret_is_stored_as_a_hash(
    platform_tx: PlatformTx, shop: Shop, keys: KeyRing
) -> None:
    bot = await make_bot(platform_tx, shop, keys)
    secret = bots.new_secret()
    assert not bots.secret_matches(bot.secret_hash, secret)
    await bots.arm(platform_tx, shop.id, secret, configured=True)
    assert bot.configured_at == platform_tx.now
    assert bots.secret_matches(bot.secret_hash, secret)
    assert secret.encode() not in bot.secret_hash


@pytest.mark.parametrize("header", ["", "wrong", "ж" * 40, "\ud800"])
async def test_any_other_header_is_refused_without_an_error(
    platform_tx: PlatformTx, shop: Shop, keys: KeyRing, header: str
) -> None:
    bot = await make_bot(platform_tx, shop, keys)
    assert not bots.secret_matches(bot.secret_hash, header)


@pytest.mark.parametrize("header", ["", "wrong", "e3b0c44298fc1c149afbf4c8996fb924"])
async def test_a_disarmed_bot_takes_no_secret_at_all(
    platform_tx: PlatformTx, shop: Shop, keys: KeyRing, header: str
) -> None:
    await make_bot(platform_tx, shop, keys)
    bot = await bots.disarm(platform_tx, shop.id)
    assert bot.configured_at == platform_tx.now
    assert not bots.secret_matches(bot.secret_hash, header)


async def test_another_bot_of_a_shop_is_not_taken_for_the_one_that_was_polled(
    platform_tx: PlatformTx, shop: Shop, keys: KeyRing
) -> None:
    await bots.connect_bot(platform_tx, shop.id, TOKEN, ME, keys)
    await bots.disarm(platform_tx, shop.id)
    bot = await bots.connect_bot(platform_tx, shop.id, "7000000001:new", ME, keys)
    assert bot.secret_hash == bots.NO_SECRET
    other = bot_identity(new_telegram_id(), username="other_bot")
    bot = await bots.connect_bot(platform_tx, shop.id, "7000000002:x", other, keys)
    assert bot.secret_hash != bots.NO_SECRET


async def test_telegram_accepts_the_secrets_form() -> None:
    secret = bots.new_secret()
    assert 1 <= len(secret) <= 256
    assert set(secret) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


async def test_a_bot_is_found_by_its_opaque_address(
    platform_tx: PlatformTx, shop: Shop, other_shop: Shop, keys: KeyRing
) -> None:
    mine = await make_bot(platform_tx, shop, keys)
    await make_bot(platform_tx, other_shop, keys)
    assert await bots.bot_by_public_id(platform_tx, mine.public_id) is mine
    assert await bots.bot_by_public_id(platform_tx, "nothing") is None


async def test_without_a_bot_there_is_nothing_to_arm(platform_tx: PlatformTx, shop: Shop) -> None:
    with pytest.raises(NoBot):
        await bots.arm(platform_tx, shop.id, bots.new_secret(), configured=False)
    with pytest.raises(NoBot):
        await bots.set_staff_chat(platform_tx, shop.id, -100)
    await bots.mark(platform_tx, shop.id, BotState.REMOVED)
