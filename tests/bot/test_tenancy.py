"""The same Telegram user in two shops shares nothing; nothing of one bot is another's."""

import pytest
from redis.asyncio import Redis
from sqlalchemy import text

from kram.tenants.models import Role
from tests.bot.test_manager import at_desk
from tests.factories.bots import ShopInTown, Stand, until

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("at_work")]


async def test_a_dialogue_in_one_shop_is_unknown_in_the_other(
    kvitka: ShopInTown, inshyi: ShopInTown, valkey: Redis
) -> None:
    """Petro works in both; asked for a number here, his words there are just words."""
    desk = await at_desk(kvitka)
    petro = desk.petro
    async with kvitka.stand.db.platform() as tx:
        await tx.execute(
            text(
                "INSERT INTO platform.membership (shop_id, merchant_id, role)"
                " SELECT :shop, id, :role FROM platform.merchant WHERE telegram_id = :petro"
            ),
            {"shop": inshyi.shop.id, "role": Role.MANAGER, "petro": petro},
        )
    await desk.taps(petro, "Accept")
    await desk.offers("Ship", "Cancel the order")
    await desk.taps(petro, "Ship")
    await desk.place.reply(petro, 2, chat=desk.group)
    foreign = await inshyi.order()
    await inshyi.starts(petro)
    await inshyi.says(petro, "20450000000001")
    assert "did not understand" in (await inshyi.hears(petro, "I am a bot"))["text"]
    assert (await inshyi.look(foreign.id)).status == "placed"
    assert (await kvitka.look(desk.order.id)).status == "accepted"


async def test_every_key_in_valkey_names_its_bot(
    kvitka: ShopInTown, inshyi: ShopInTown, stand: Stand, valkey: Redis
) -> None:
    desk = await at_desk(kvitka)
    await desk.taps(desk.petro, "Accept")
    await desk.offers("Ship", "Cancel the order")
    await desk.taps(desk.petro, "Ship")
    await desk.place.reply(desk.petro, 2, chat=desk.group)
    for place in (kvitka, inshyi):
        ivan = await place.person()
        await place.starts(ivan)
        await place.reply(ivan)
    await stand.fault(kind="flood", method="sendMessage", bot_id=inshyi.bot_id, retry_after=9)
    await inshyi.says(ivan, "hello")

    async def paused() -> bool:
        return bool(await valkey.exists(f"kram:tg:{inshyi.bot_id}:pause"))

    await until(paused)
    keys = {key.decode() for key in await valkey.keys()}
    owners = (str(kvitka.bot_id), str(inshyi.bot_id))
    assert len(keys) > 4
    assert [key for key in keys if not key.startswith("kram:")] == []
    assert [key for key in keys if not any(owner in key.split(":") for owner in owners)] == []
    assert any(key.startswith(f"kram:fsm:{kvitka.bot_id}:") for key in keys)
