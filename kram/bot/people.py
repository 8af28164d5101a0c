"""Who is behind an update, and in which language to speak to them."""

from dataclasses import dataclass

from aiogram.types import Update, User

from kram.integrations.telegram.bots import ShopBot
from kram.integrations.telegram.texts import Texts, Words
from kram.kit.db.database import Database
from kram.shop.customers.rules import spoken_language
from kram.tenants.queries import StaffMember, staff_by_telegram


@dataclass(frozen=True, slots=True)
class Person:
    """`staff` is what this Telegram account may do in this very shop, None for a shopper."""

    staff: StaffMember | None
    words: Words


async def person_behind(db: Database, shop: ShopBot, update: Update, texts: Texts) -> Person:
    """Read anew for every update: a revoked role is gone with the next tap."""
    user: User | None = getattr(update.event, "from_user", None)
    staff = await _staff(db, shop, user.id) if user is not None else None
    return Person(staff, texts.words(_language(shop, user, staff)))


async def _staff(db: Database, shop: ShopBot, telegram_id: int) -> StaffMember | None:
    async with db.platform() as tx:
        return await staff_by_telegram(tx, shop.tenant.id, telegram_id)


def _language(shop: ShopBot, user: User | None, staff: StaffMember | None) -> str:
    if staff is not None:
        return staff.language
    return spoken_language((user.language_code if user else None) or "", shop.language)
