from datetime import timedelta

import pytest
from sqlalchemy import select

from kram.kit.crypto import KeyRing
from kram.kit.db.tx import PlatformTx
from kram.tenants import links, queries
from kram.tenants.errors import LinkCodeRefused, NoBot, TelegramAccountTaken
from kram.tenants.models import LinkCode, LinkPurpose, Merchant, Role, Shop
from tests.factories.tenants import make_bot, make_member, make_merchant

pytestmark = pytest.mark.anyio


@pytest.fixture
async def manager(platform_tx: PlatformTx, shop: Shop) -> Merchant:
    return await make_member(platform_tx, shop, Role.MANAGER, language="ru")


async def account_code(tx: PlatformTx, shop: Shop, merchant: Merchant) -> str:
    return await links.issue_code(tx, shop.id, merchant.id, LinkPurpose.ACCOUNT)


async def test_the_code_makes_the_telegram_account_staff(
    platform_tx: PlatformTx, shop: Shop, other_shop: Shop, manager: Merchant
) -> None:
    code = await account_code(platform_tx, shop, manager)
    typed = f" {code[:8].lower()}-{code[8:].lower()} "
    assert await links.link_account(platform_tx, shop.id, typed, 42) is manager
    found = await queries.staff_by_telegram(platform_tx, shop.id, 42)
    assert found is not None
    assert (found.merchant_id, found.role, found.language) == (manager.id, "manager", "ru")
    assert await queries.staff_by_telegram(platform_tx, other_shop.id, 42) is None


async def test_a_code_works_once(platform_tx: PlatformTx, shop: Shop, manager: Merchant) -> None:
    code = await account_code(platform_tx, shop, manager)
    await links.link_account(platform_tx, shop.id, code, 42)
    with pytest.raises(LinkCodeRefused):
        await links.link_account(platform_tx, shop.id, code, 43)
    assert manager.telegram_id == 42


async def test_a_code_is_not_stored(platform_tx: PlatformTx, shop: Shop, manager: Merchant) -> None:
    code = await account_code(platform_tx, shop, manager)
    stored = await platform_tx.scalar(
        select(LinkCode.code_hash).where(LinkCode.merchant_id == manager.id)
    )
    assert code.encode() not in stored


async def test_a_code_of_a_day_ago_is_refused(
    platform_tx: PlatformTx, shop: Shop, manager: Merchant
) -> None:
    code = await account_code(platform_tx, shop, manager)
    platform_tx.now += timedelta(hours=24)
    with pytest.raises(LinkCodeRefused):
        await links.link_account(platform_tx, shop.id, code, 42)
    assert manager.telegram_id is None


async def test_a_code_of_another_shop_or_purpose_is_refused(
    platform_tx: PlatformTx, shop: Shop, other_shop: Shop, manager: Merchant, keys: KeyRing
) -> None:
    bot = await make_bot(platform_tx, shop, keys)
    code = await account_code(platform_tx, shop, manager)
    with pytest.raises(LinkCodeRefused):
        await links.link_account(platform_tx, other_shop.id, code, 42)
    with pytest.raises(LinkCodeRefused):
        await links.link_staff_chat(platform_tx, shop.id, code, -100)
    assert (manager.telegram_id, bot.staff_chat_id) == (None, None)
    await links.link_account(platform_tx, shop.id, code, 42)


async def test_a_telegram_account_belongs_to_one_merchant(
    platform_tx: PlatformTx, shop: Shop, manager: Merchant
) -> None:
    other = await make_merchant(platform_tx, telegram_id=42)
    code = await account_code(platform_tx, shop, manager)
    with pytest.raises(TelegramAccountTaken):
        await links.link_account(platform_tx, shop.id, code, 42)
    assert (manager.telegram_id, other.telegram_id) == (None, 42)


async def test_the_staff_chat_is_linked(
    platform_tx: PlatformTx, shop: Shop, manager: Merchant, keys: KeyRing
) -> None:
    bot = await make_bot(platform_tx, shop, keys)
    code = await links.issue_code(platform_tx, shop.id, manager.id, LinkPurpose.STAFF_CHAT)
    await links.link_staff_chat(platform_tx, shop.id, code, -100123)
    assert bot.staff_chat_id == -100123


async def test_without_a_bot_no_chat_is_linked(
    platform_tx: PlatformTx, shop: Shop, manager: Merchant
) -> None:
    code = await links.issue_code(platform_tx, shop.id, manager.id, LinkPurpose.STAFF_CHAT)
    with pytest.raises(NoBot):
        await links.link_staff_chat(platform_tx, shop.id, code, -100)


async def test_staff_of_the_shop_alone_is_listed(
    platform_tx: PlatformTx, shop: Shop, other_shop: Shop, manager: Merchant
) -> None:
    await make_member(platform_tx, other_shop, Role.MANAGER)
    staff = await queries.staff_of(platform_tx, shop.id)
    assert [member.role for member in staff] == ["owner", "manager"]
    assert staff[1].merchant_id == manager.id
