"""Launch data of a Mini App: proves which Telegram user opened it, and from which bot.

https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, TypeVar
from urllib.parse import parse_qsl, urlencode

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kram.kit.crypto import constant_time_equal
from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop

LONGEST_BYTES = 4096
CLOCK_SKEW = timedelta(seconds=60)

# Telegram signs with these for whoever does not hold the bot's token.
PRODUCTION_KEY = bytes.fromhex("e7bf03a2fa4602af4580703d88dda5bb59f32ed8b02a56c187fe7d34caed242d")
TEST_KEY = bytes.fromhex("40055058a4ee38156a06562e52eece92a771bcd8346a8c4615cb7376eddf72ec")

_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")
_AUTH_DATE = re.compile(r"[0-9]{1,10}")
_SIGNATURE = re.compile(r"[A-Za-z0-9_-]{86}")


class Refusal(StrEnum):
    TOO_LONG = "too_long"
    MALFORMED = "malformed"
    DUPLICATE_KEY = "duplicate_key"
    MISSING_HASH = "missing_hash"
    MISSING_SIGNATURE = "missing_signature"
    MISSING_AUTH_DATE = "missing_auth_date"
    WRONG_SIGNATURE = "wrong_signature"
    TOO_OLD = "too_old"
    FROM_FUTURE = "from_future"
    BAD_JSON = "bad_json"
    NO_USER = "no_user"


class InitDataRefused(AppError):
    code = "init_data_refused"
    kind = Kind.UNAUTHENTICATED
    title = gettext_noop("Open the shop again from the button in its bot")

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason=reason)
        self.reason = reason


class TelegramUser(msgspec.Struct, frozen=True):
    id: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
    first_name: str = ""
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_premium: bool = False
    allows_write_to_pm: bool = False
    photo_url: str = ""


class TelegramChat(msgspec.Struct, frozen=True):
    id: int
    type: str
    title: str = ""
    username: str = ""


class InitData(msgspec.Struct, frozen=True):
    """`user` is who opened the app; `receiver` or `chat` where it was opened from, if told."""

    user: TelegramUser
    auth_date: datetime
    query_id: str = ""
    start_param: str = ""
    chat_type: str = ""
    chat_instance: str = ""
    receiver: TelegramUser | None = None
    chat: TelegramChat | None = None


def webapp_key(bot_token: str) -> bytes:
    """What verifying needs of a bot's token; it may be stored without the token."""
    return hmac.digest(b"WebAppData", bot_token.encode(), hashlib.sha256)


def verify_hmac(raw: str, secret_key: bytes, now: datetime, max_age: timedelta) -> InitData:
    """`secret_key` is `webapp_key()` of the very bot the shop belongs to.

    Raises: InitDataRefused, and for no text anything else.
    """
    fields = _fields(raw)
    given = fields.pop("hash", None)
    if not given:
        raise InitDataRefused(Refusal.MISSING_HASH)
    if not constant_time_equal(given, _hash(fields, secret_key)):
        raise InitDataRefused(Refusal.WRONG_SIGNATURE)
    return _read(fields, now, max_age)


def verify_ed25519(
    raw: str, bot_id: int, public_keys: Iterable[bytes], now: datetime, max_age: timedelta
) -> InitData:
    """Needs no secret: Telegram's own signature over the bot's id and the fields.

    Raises: InitDataRefused, and for no text anything else.
    """
    fields = _fields(raw)
    fields.pop("hash", None)
    given = fields.pop("signature", None)
    if not given:
        raise InitDataRefused(Refusal.MISSING_SIGNATURE)
    message = f"{bot_id}:WebAppData\n{_lines(fields)}".encode()
    if not any(_signed_by(key, given, message) for key in public_keys):
        raise InitDataRefused(Refusal.WRONG_SIGNATURE)
    return _read(fields, now, max_age)


def sign_init_data(fields: Mapping[str, str], secret_key: bytes) -> str:
    """Launch data as Telegram would make it: for the local phone and for tests."""
    return urlencode({**fields, "hash": _hash(fields, secret_key)})


def _fields(raw: str) -> dict[str, str]:
    try:
        if len(raw.encode()) > LONGEST_BYTES:
            raise InitDataRefused(Refusal.TOO_LONG)
        pairs = parse_qsl(raw, keep_blank_values=True, strict_parsing=True, errors="strict")
    except ValueError as error:
        raise InitDataRefused(Refusal.MALFORMED) from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise InitDataRefused(Refusal.DUPLICATE_KEY)
    # A line break or "=" moved into a neighbour would sign the same lines with other fields.
    if any("\n" in value or not _KEY.fullmatch(key) for key, value in pairs):
        raise InitDataRefused(Refusal.MALFORMED)
    return fields


def _lines(fields: Mapping[str, str]) -> str:
    return "\n".join(f"{key}={fields[key]}" for key in sorted(fields))


def _hash(fields: Mapping[str, str], secret_key: bytes) -> str:
    return hmac.digest(secret_key, _lines(fields).encode(), hashlib.sha256).hex()


def _signed_by(public_key: bytes, signature: str, message: bytes) -> bool:
    unpadded = signature.removesuffix("==")
    if not _SIGNATURE.fullmatch(unpadded):
        return False
    decoded = base64.urlsafe_b64decode(unpadded + "==")
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(decoded, message)
    except InvalidSignature:
        return False
    return True


def _read(fields: Mapping[str, str], now: datetime, max_age: timedelta) -> InitData:
    auth_date = _auth_date(fields, now, max_age)
    user = _json(fields, "user", TelegramUser)
    if user is None:
        raise InitDataRefused(Refusal.NO_USER)
    return InitData(
        user=user,
        auth_date=auth_date,
        query_id=fields.get("query_id", ""),
        start_param=fields.get("start_param", ""),
        chat_type=fields.get("chat_type", ""),
        chat_instance=fields.get("chat_instance", ""),
        receiver=_json(fields, "receiver", TelegramUser),
        chat=_json(fields, "chat", TelegramChat),
    )


def _auth_date(fields: Mapping[str, str], now: datetime, max_age: timedelta) -> datetime:
    if not _AUTH_DATE.fullmatch(fields.get("auth_date", "")):
        raise InitDataRefused(Refusal.MISSING_AUTH_DATE)
    signed_at = datetime.fromtimestamp(int(fields["auth_date"]), UTC)
    if signed_at > now + CLOCK_SKEW:
        raise InitDataRefused(Refusal.FROM_FUTURE)
    if now - signed_at > max_age:
        raise InitDataRefused(Refusal.TOO_OLD)
    return signed_at


_Struct = TypeVar("_Struct")


def _json(fields: Mapping[str, str], name: str, shape: type[_Struct]) -> _Struct | None:
    if not fields.get(name):
        return None
    try:
        return msgspec.json.decode(fields[name], type=shape)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise InitDataRefused(Refusal.BAD_JSON) from error
