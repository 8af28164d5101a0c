"""A shop that was opened before the journey begins, by the same services as the pages'."""

from dataclasses import dataclass

from kram.kit.db.database import Database
from kram.kit.passwords import hash_password
from kram.tenants import shops
from kram.tenants.models import Shop
from kram.tenants.schema.provision import refill_spares
from tests.factories.catalog import make_product
from tests.factories.tenants import make_merchant
from tests.journeys.stage import Stage

PASSWORD = "довга фраза замість пароля"


@dataclass(frozen=True, slots=True)
class Goods:
    title: str
    sku: str
    price_minor: int
    stock: int


async def plant_shop(db: Database, stage: Stage, *goods: Goods, language: str = "uk") -> Shop:
    """Kvitka of Олена, who signs in as `{slug}@example.com`, paid in cash or by card."""
    await refill_spares(stage.processes.settings.database_url, wanted=1)
    password_hash = await hash_password(PASSWORD)
    async with db.platform() as tx:
        merchant = await make_merchant(
            tx,
            email=f"{stage.slug}@example.com",
            name="Олена",
            language=language,
            password_hash=password_hash,
        )
        shop = await shops.create_shop(
            tx,
            merchant.id,
            "Квітка",
            stage.slug,
            "UAH",
            language,
            payment_methods=("cod", "sandbox"),
        )
    async with db.tenant(shop.tenant) as tx:
        for item in goods:
            await make_product(
                tx, title=item.title, sku=item.sku, price_minor=item.price_minor, stock=item.stock
            )
    return shop


async def plant_bot(stage: Stage, name: str = "Квітка") -> None:
    """Makes the bot in the simulator and connects it in the dashboard, which is signed in."""
    bot = await stage.control.post("bots", name=name, username=stage.bot)
    await stage.desk.connect_bot(bot["token"])
