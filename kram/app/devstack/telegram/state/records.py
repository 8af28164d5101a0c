"""The rows of memory: one struct per kind of thing."""

from typing import Any

import msgspec

from kram.app.devstack.telegram.wire.keyboards import BotCommand, MenuButton
from kram.app.devstack.telegram.wire.messages import Message
from kram.app.devstack.telegram.wire.payments import LabeledPrice


class Record(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A row of memory; changed in place, then put back into its table."""


class Webhook(Record, kw_only=True):
    """Where a bot's updates go, and how the last deliveries went."""

    url: str
    secret_token: str = ""
    max_connections: int = 40
    ip_address: str | None = None
    last_error_date: int | None = None
    last_error_message: str | None = None
    gone_since: float | None = None


class Bot(Record, kw_only=True):
    """A bot account. `secret` is the token's second half."""

    id: int
    username: str
    secret: str
    names: dict[str, str]
    owner_id: int | None = None
    manager_id: int | None = None
    can_manage_bots: bool = False
    is_service: bool = False
    descriptions: dict[str, str] = {}
    short_descriptions: dict[str, str] = {}
    commands: dict[str, list[BotCommand]] = {}
    menu_button: MenuButton = msgspec.field(default_factory=lambda: MenuButton(type="commands"))
    main_app_url: str | None = None
    photo_file_id: str | None = None
    webhook: Webhook | None = None
    allowed_updates: list[str] | None = None
    next_update_id: int = 1

    @property
    def token(self) -> str:
        return f"{self.id}:{self.secret}"


class Person(Record, kw_only=True):
    """A user. The phone number is given to a bot only when its owner sends the contact."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    is_premium: bool = False
    phone_number: str = ""
    color_scheme: str | None = None


class ChatRecord(Record, kw_only=True):
    """A private chat of one bot and one person, or a group.

    `key` is `bot:person` for a private chat and the chat id for a group: the same person has
    the same Telegram chat id with every bot.
    """

    key: str
    id: int
    type: str
    bot_id: int | None = None
    title: str | None = None
    member_ids: list[int] = []
    bot_ids: list[int] = []
    former_bot_ids: list[int] = []
    has_started: bool = False
    may_write: bool = False
    is_blocked: bool = False
    next_message_id: int = 1
    menu_button: MenuButton | None = None
    reply_keyboard: dict[str, Any] | None = None
    unread: dict[str, int] = {}


class StoredMessage(Record, kw_only=True):
    """A message in a chat."""

    chat_key: str
    message: Message
    invoice_slug: str | None = None

    @property
    def id(self) -> int:
        return self.message.message_id

    @property
    def key(self) -> str:
        return message_key(self.chat_key, self.id)


def message_key(chat_key: str, message_id: int) -> str:
    return f"{chat_key}/{message_id}"


class PendingUpdate(Record, kw_only=True):
    """An update that waits for its bot. Within `queue` order is kept; queues go in parallel."""

    bot_id: int
    update_id: int
    kind: str
    queue: str
    expires_at: float
    payload: msgspec.Raw

    @property
    def key(self) -> str:
        return f"{self.bot_id}/{self.update_id}"


class InvoiceRecord(Record, kw_only=True):
    """An invoice that a link or a message offers."""

    slug: str
    bot_id: int
    title: str
    description: str
    payload: str
    currency: str
    prices: list[LabeledPrice]
    photo_url: str | None = None
    subscription_period: int | None = None
    need_name: bool = False
    need_phone_number: bool = False
    need_email: bool = False
    need_shipping_address: bool = False
    is_flexible: bool = False
    max_tip_amount: int = 0
    suggested_tip_amounts: list[int] = []
    paid_by: list[int] = []

    @property
    def total_amount(self) -> int:
        return sum(price.amount for price in self.prices)


class Payment(Record, kw_only=True):
    """Money that moved from a person to a bot."""

    charge_id: str
    provider_charge_id: str
    bot_id: int
    person_id: int
    currency: str
    amount: int
    payload: str
    date: int
    refunded_at: int | None = None
    subscription_period: int | None = None
    expires_at: int | None = None
    is_canceled: bool = False


class StoredFile(Record, kw_only=True):
    """Bytes that were sent once and can be sent again by their id."""

    file_id: str
    unique_id: str
    path: str
    size: int
    mime_type: str
    name: str | None = None
    width: int | None = None
    height: int | None = None
    siblings: list[str] = []


class PreparedMessage(Record, kw_only=True):
    """An inline result kept for a user to share from a Mini App."""

    id: str
    bot_id: int
    person_id: int
    result: dict[str, Any]
    expires_at: int


class AppStorage(Record, kw_only=True):
    """What a Mini App keeps for one user: area `cloud`, `device` or `secure`."""

    key: str
    values: dict[str, str] = {}


class SigningKey(Record, kw_only=True):
    """The seed of the simulator's own Ed25519 key, and a salt for chat instances."""

    seed_hex: str
    salt: str
