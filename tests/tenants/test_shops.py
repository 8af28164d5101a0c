import time

import asyncpg
import pytest

from kram.kit.db.database import Database
from kram.kit.db.tx import PlatformTx
from kram.kit.ids import public_code
from kram.tenants import queries, shops
from kram.tenants.errors import (
    NameRefused,
    NoSpareSchema,
    NotAllowed,
    SettingRefused,
    ShopNotFound,
    SlugReserved,
    SlugTaken,
)
from kram.tenants.models import Merchant, Role, Shop, ShopStatus
from kram.tenants.permissions import Permission
from kram.tenants.schema.provision import make_schema
from tests.factories.tenants import make_member, make_merchant

pytestmark = pytest.mark.anyio


@pytest.fixture
async def spare(owner: asyncpg.Connection) -> str:
    return await make_schema(owner)


@pytest.fixture
async def merchant(platform_tx: PlatformTx) -> Merchant:
    return await make_merchant(platform_tx)


async def spares(owner: asyncpg.Connection) -> int:
    return await owner.fetchval("SELECT count(*) FROM platform.tenant_schema WHERE shop_id IS NULL")


async def test_opening_a_shop_takes_a_spare_schema_and_makes_an_owner(
    platform_tx: PlatformTx, merchant: Merchant, spare: str
) -> None:
    shop = await shops.create_shop(
        platform_tx, merchant.id, " Квіти  й мед ", None, "UAH", "uk", theme="boutique"
    )
    assert shop.name == "Квіти й мед"
    assert shop.slug.startswith("kvity-i-med") or shop.slug.startswith("kvity-y-med")
    assert (shop.theme, shop.timezone, shop.status) == ("boutique", "Europe/Kyiv", "open")
    assert shop.payment_methods == ["cod"]
    accesses = await shops.shops_of(platform_tx, merchant.id)
    assert [(access.shop, access.role) for access in accesses] == [(shop, Role.OWNER)]


async def test_the_claimed_schema_serves_at_once(
    db: Database, owner: asyncpg.Connection, spare: str
) -> None:
    async with db.platform() as tx:
        merchant = await make_merchant(tx)
        shop = await shops.create_shop(tx, merchant.id, "Kvitka", None, "EUR", "en")
    async with db.tenant(shop.tenant) as tenant_tx:
        from_shop = await tenant_tx.session.connection()
        version = await from_shop.exec_driver_sql("SELECT version FROM catalog_version")
        assert version.scalar_one() >= 1
    registered = await owner.fetchval(
        "SELECT shop_id FROM platform.tenant_schema WHERE name = $1", shop.schema
    )
    assert registered == shop.id


async def test_claiming_is_one_quick_statement(
    platform_tx: PlatformTx, merchant: Merchant, spare: str
) -> None:
    started = time.perf_counter()
    assert await queries.claim_schema(platform_tx, merchant.id)
    assert time.perf_counter() - started < 0.1


async def test_without_a_spare_schema_nothing_is_written(
    db: Database, owner: asyncpg.Connection, platform_tx: PlatformTx, merchant: Merchant
) -> None:
    hidden = await platform_tx.session.connection()
    await hidden.exec_driver_sql(
        "SELECT name FROM platform.tenant_schema WHERE shop_id IS NULL FOR UPDATE"
    )
    with pytest.raises(NoSpareSchema):
        async with db.platform() as tx:
            other = await make_merchant(tx)
            await shops.create_shop(tx, other.id, "Kvitka", None, "UAH", "uk")
    assert (
        await owner.fetchval("SELECT count(*) FROM platform.merchant WHERE id = $1", other.id) == 0
    )


async def test_a_taken_address_is_refused_and_the_schema_stays_spare(
    db: Database, owner: asyncpg.Connection, shop: Shop, spare: str
) -> None:
    before = await spares(owner)
    with pytest.raises(SlugTaken):
        async with db.platform() as tx:
            merchant = await make_merchant(tx)
            await shops.create_shop(tx, merchant.id, "Kvitka", shop.slug.upper(), "UAH", "uk")
    assert await spares(owner) == before


async def test_shops_of_one_name_get_different_addresses(
    platform_tx: PlatformTx, merchant: Merchant, owner: asyncpg.Connection
) -> None:
    name = f"Twin {public_code()}"
    for _ in range(2):
        await make_schema(owner)
    first = await shops.create_shop(platform_tx, merchant.id, name, None, "UAH", "uk")
    second = await shops.create_shop(platform_tx, merchant.id, name, None, "UAH", "uk")
    assert second.slug.startswith(first.slug)
    assert second.slug != first.slug
    assert second.schema != first.schema


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"name": " "}, NameRefused),
        ({"slug": "admin"}, SlugReserved),
        ({"currency": "uah"}, SettingRefused),
        ({"currency": "ZZZ"}, SettingRefused),
        ({"language": "de"}, SettingRefused),
    ],
)
async def test_unfit_answers_open_no_shop(
    platform_tx: PlatformTx,
    merchant: Merchant,
    spare: str,
    change: dict[str, str],
    refusal: type[Exception],
) -> None:
    values = {"name": "Kvitka", "slug": None, "currency": "UAH", "language": "uk", **change}
    with pytest.raises(refusal):
        await shops.create_shop(platform_tx, merchant.id, **values)  # type: ignore[arg-type]
    assert await shops.shops_of(platform_tx, merchant.id) == []


async def test_a_foreign_shop_looks_like_one_that_does_not_exist(
    platform_tx: PlatformTx, shop: Shop, other_shop: Shop
) -> None:
    manager = await make_member(platform_tx, shop, Role.MANAGER)
    access = await shops.membership(platform_tx, manager.id, shop.slug)
    assert (access.shop.id, access.role) == (shop.id, Role.MANAGER)
    refusals = []
    for slug in (other_shop.slug, "no-such-shop"):
        with pytest.raises(ShopNotFound) as refused:
            await shops.membership(platform_tx, manager.id, slug)
        refusals.append(refused.value.detail)
    assert refusals[0] == refusals[1]


async def test_the_role_decides(platform_tx: PlatformTx, shop: Shop) -> None:
    courier = await make_member(platform_tx, shop, Role.COURIER)
    await shops.require(platform_tx, courier.id, shop.slug, Permission.ORDERS_SHIP)
    with pytest.raises(NotAllowed):
        await shops.require(platform_tx, courier.id, shop.slug, Permission.ORDERS_REFUND)


SETTINGS = {"name": "Мед", "language": "ru", "accent": "#AA5500", "payment_methods": ["cod", "cod"]}


async def test_settings_are_stored_clean(platform_tx: PlatformTx, shop: Shop) -> None:
    changed = await shops.change_settings(platform_tx, shop.id, **SETTINGS)  # type: ignore[arg-type]
    assert (changed.name, changed.language, changed.accent) == ("Мед", "ru", "#aa5500")
    assert changed.payment_methods == ["cod"]


@pytest.mark.parametrize(
    "change",
    [{"accent": "red"}, {"accent": "#aa5500;x"}, {"language": "de"}, {"payment_methods": []}],
)
async def test_unfit_settings_are_refused(
    platform_tx: PlatformTx, shop: Shop, change: dict[str, object]
) -> None:
    with pytest.raises(SettingRefused):
        await shops.change_settings(platform_tx, shop.id, **(SETTINGS | change))  # type: ignore[arg-type]


async def test_a_shop_is_paused_and_opened_again(platform_tx: PlatformTx, shop: Shop) -> None:
    assert (await shops.pause(platform_tx, shop.id, paused=True)).status == ShopStatus.PAUSED
    assert (await shops.pause(platform_tx, shop.id, paused=False)).status == ShopStatus.OPEN
