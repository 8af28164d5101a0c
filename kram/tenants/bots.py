"""The Telegram bot a shop speaks through: token and keys sealed, the webhook's secret hashed."""

import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from kram.kit.crypto import KeyRing, constant_time_equal
from kram.kit.db.tx import PlatformTx
from kram.kit.ids import new_id, opaque_token
from kram.kit.telegram import webapp_key
from kram.kit.text import line
from kram.tenants import queries
from kram.tenants.errors import BotTaken, NoBot
from kram.tenants.models import Bot, BotState

NO_SECRET = b""
"""The hash of no secret at all: of a bot whose updates are asked for."""

_PUBLIC_ID_BITS = 160


@dataclass(frozen=True, slots=True)
class BotIdentity:
    """What Telegram's getMe said about a token."""

    telegram_id: int
    username: str
    title: str


async def connect_bot(
    tx: PlatformTx, shop_id: UUID, token: str, identity: BotIdentity, keys: KeyRing
) -> Bot:
    """Makes the bot the shop's own, or takes a new token (or another bot) for it.

    Its webhook is armed afterwards, with `new_secret` and `arm`. Raises: BotTaken.
    """
    await queries.lock_shop(tx, shop_id)
    elsewhere = await queries.bot_by_telegram_id(tx, identity.telegram_id)
    if elsewhere is not None and elsewhere.shop_id != shop_id:
        raise BotTaken
    bot = await queries.bot_of_shop(tx, shop_id)
    if bot is None:
        bot = Bot(id=new_id(), shop_id=shop_id, public_id=opaque_token(_PUBLIC_ID_BITS))
        bot.secret_hash = _hash(new_secret())
        tx.add(bot)
    elif bot.telegram_id != identity.telegram_id:
        bot.staff_chat_id = None  # the other bot is not in that chat
        bot.secret_hash = _hash(new_secret())  # and nobody has asked for its updates yet
    bot.telegram_id = identity.telegram_id
    bot.username = identity.username
    bot.title = line(identity.title)
    bot.token_sealed = keys.seal(token.encode(), context=_context(bot, "token"))
    bot.webapp_key_sealed = keys.seal(webapp_key(token), context=_context(bot, "webapp key"))
    bot.state = BotState.ACTIVE
    bot.configured_at = None
    try:
        await tx.flush()
    except IntegrityError as error:  # another shop took the bot in the meantime
        raise BotTaken from error
    return bot


async def bot_of_shop(tx: PlatformTx, shop_id: UUID) -> Bot | None:
    return await queries.bot_of_shop(tx, shop_id)


async def bot_by_public_id(tx: PlatformTx, public_id: str) -> Bot | None:
    return await queries.bot_by_public_id(tx, public_id)


def token_of(bot: Bot, keys: KeyRing) -> str:
    """Raises: CannotOpen."""
    return keys.open(bot.token_sealed, context=_context(bot, "token")).decode()


def webapp_key_of(bot: Bot, keys: KeyRing) -> bytes:
    """Raises: CannotOpen."""
    return keys.open(bot.webapp_key_sealed, context=_context(bot, "webapp key"))


def new_secret() -> str:
    """For the header of Telegram's calls; only its hash is stored, by `arm`."""
    return secrets.token_urlsafe(32)


async def arm(tx: PlatformTx, shop_id: UUID, secret: str, *, configured: bool) -> Bot:
    """Accepts calls with this secret from now on; `configured` once Telegram was told it.

    Raises: NoBot.
    """
    bot = await queries.bot_of_shop(tx, shop_id, lock=True)
    if bot is None:
        raise NoBot
    bot.secret_hash = _hash(secret)
    bot.configured_at = tx.now if configured else None
    return bot


async def disarm(tx: PlatformTx, shop_id: UUID) -> Bot:
    """Accepts no calls from now on: its updates are asked for, and Telegram was told so.

    Raises: NoBot.
    """
    bot = await queries.bot_of_shop(tx, shop_id, lock=True)
    if bot is None:
        raise NoBot
    bot.secret_hash = NO_SECRET
    bot.configured_at = tx.now
    return bot


def secret_matches(secret_hash: bytes, header: str) -> bool:
    """In constant time, for any text."""
    return constant_time_equal(_hash(header), secret_hash)


async def mark(tx: PlatformTx, shop_id: UUID, state: BotState) -> None:
    """What a 401 from Telegram, or the merchant, said about the bot. Nothing without a bot."""
    bot = await queries.bot_of_shop(tx, shop_id, lock=True)
    if bot is not None:
        bot.state = state


async def set_staff_chat(tx: PlatformTx, shop_id: UUID, chat_id: int | None) -> None:
    """Raises: NoBot."""
    bot = await queries.bot_of_shop(tx, shop_id, lock=True)
    if bot is None:
        raise NoBot
    bot.staff_chat_id = chat_id


def _context(bot: Bot, column: str) -> bytes:
    return f"bot {bot.id} {column}".encode()


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
