"""Init data: the signed words by which a Mini App learns who opened it.

https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app. `hash` is an
HMAC under the bot's token and covers `signature`; `signature` is Ed25519 under Telegram's key
(here: the simulator's own) and covers everything but the two.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import quote

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kram.app.devstack.telegram.chats import private_key
from kram.app.devstack.telegram.state.records import Bot, Person, SigningKey
from kram.app.devstack.telegram.telegram import Telegram


@dataclass(frozen=True)
class Launch:
    """How the Mini App was opened.

    A `direct_link` (t.me/bot?startapp) carries the chat's kind and a start parameter; a button
    carries a query id instead. `age_seconds` moves `auth_date` into the past, or, negative,
    into the future.
    """

    start_param: str | None = None
    direct_link: bool = False
    chat_type: str = "sender"
    age_seconds: int = 0


def init_data(telegram: Telegram, bot: Bot, person: Person, launch: Launch) -> str:
    """The signed query string, percent-encoded as clients put it into the address."""
    key = telegram.world.signing_key
    fields = _launch_fields(telegram, bot, person, launch)
    fields["auth_date"] = str(telegram.now - launch.age_seconds)
    fields["signature"] = _signature(key, bot.id, fields)
    fields["hash"] = _hash(bot.token, fields)
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in fields.items())


def contact_data(telegram: Telegram, bot: Bot, person: Person) -> str:
    """The signed answer of requestContact, in the same form as init data."""
    contact = {
        "user_id": person.id,
        "phone_number": person.phone_number,
        "first_name": person.first_name,
        "last_name": person.last_name or "",
    }
    fields = {"contact": _json(contact), "auth_date": str(telegram.now)}
    fields["hash"] = _hash(bot.token, fields)
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in fields.items())


def public_key_hex(key: SigningKey) -> str:
    """The key that stands in for Telegram's published Ed25519 key."""
    return _private_key(key).public_key().public_bytes_raw().hex()


def chat_instance(key: SigningKey, chat_key: str) -> str:
    """A number that stays the same for a chat and tells nothing about it."""
    digest = hashlib.blake2b(f"{key.salt}:{chat_key}".encode(), digest_size=8).digest()
    return str(int.from_bytes(digest, "big", signed=True))


def _launch_fields(telegram: Telegram, bot: Bot, person: Person, launch: Launch) -> dict[str, str]:
    user = {"user": _json(_user(telegram, bot, person))}
    if not launch.direct_link:
        query_id = telegram.web_app_queries.open(bot.id, person.id)
        return {"query_id": query_id, **user}
    instance = chat_instance(telegram.world.signing_key, private_key(bot.id, person.id))
    fields = {**user, "chat_instance": instance, "chat_type": launch.chat_type}
    if launch.start_param:
        fields["start_param"] = launch.start_param
    return fields


def _user(telegram: Telegram, bot: Bot, person: Person) -> dict[str, object]:
    user: dict[str, object] = {
        "id": person.id,
        "first_name": person.first_name,
        "last_name": person.last_name or "",
    }
    if person.username:
        user["username"] = person.username
    if person.language_code:
        user["language_code"] = person.language_code
    if person.is_premium:
        user["is_premium"] = True
    chat = telegram.world.chats.get(private_key(bot.id, person.id))
    if chat is not None and (chat.has_started or chat.may_write) and not chat.is_blocked:
        user["allows_write_to_pm"] = True
    return user


def _json(value: dict[str, object]) -> str:
    """Letters as they are and slashes escaped, as Telegram writes it."""
    return msgspec.json.encode(value).decode().replace("/", "\\/")


def _signature(key: SigningKey, bot_id: int, fields: dict[str, str]) -> str:
    signed = f"{bot_id}:WebAppData\n{_check_string(fields)}"
    signature = _private_key(key).sign(signed.encode())
    return base64.urlsafe_b64encode(signature).decode().rstrip("=")


def _hash(token: str, fields: dict[str, str]) -> str:
    secret = hmac.digest(b"WebAppData", token.encode(), "sha256")
    return hmac.digest(secret, _check_string(fields).encode(), "sha256").hex()


def _check_string(fields: dict[str, str]) -> str:
    return "\n".join(f"{name}={fields[name]}" for name in sorted(fields))


def _private_key(key: SigningKey) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key.seed_hex))
