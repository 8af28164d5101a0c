"""Remember who came, and how to reach them."""

from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.kit.telegram import TelegramUser
from kram.kit.text import line
from kram.shop.customers import queries
from kram.shop.customers.models import Customer
from kram.shop.customers.rules import LONGEST_NAME, full_name, spoken_language
from kram.shop.customers.service.standing import own


async def remember(tx: TenantTx, user: TelegramUser, fallback_language: str) -> Customer:
    """The customer behind a Telegram user, made on the first visit; in one statement.

    `fallback_language` is the shop's. Call it only with data whose signature was verified. An
    account that was joined to another profile leads to that one.
    """
    customer = await queries.upsert(
        tx,
        {
            "id": new_id(),
            "telegram_id": user.id,
            "name": full_name(user),
            "username": user.username or None,
            "language": spoken_language(user.language_code, fallback_language),
            "can_message": user.allows_write_to_pm,
            "created_at": tx.now,
            "seen_at": tx.now,
        },
    )
    if customer.merged_into is None:
        return customer
    living = await own(tx, customer.merged_into)
    living.seen_at = tx.now
    return living


async def remember_guest(tx: TenantTx, customer_id: UUID, *, name: str, language: str) -> None:
    """A shopper without Telegram, under the id of their browser's session; nothing if known."""
    await queries.insert_if_new(
        tx,
        {
            "id": customer_id,
            "name": line(name.replace("\0", ""))[:LONGEST_NAME],
            "language": language,
            "created_at": tx.now,
            "seen_at": tx.now,
        },
    )


async def mark_reachable(tx: TenantTx, telegram_id: int, reachable: bool) -> None:
    """The person started the bot, or blocked it; nothing for one who never came."""
    await queries.set_reachable(tx, telegram_id, reachable)


async def save_contact(tx: TenantTx, customer_id: UUID, *, name: str, phone: str) -> Customer:
    """What the person typed at checkout, for the next time; it proves nothing.

    Raises: CustomerMissing, ProfileErased.
    """
    customer = await own(tx, customer_id)
    customer.name, customer.phone = name.strip(), phone.strip()
    return customer
