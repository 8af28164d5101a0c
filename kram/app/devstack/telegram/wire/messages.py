"""Messages."""

from typing import Any

from kram.app.devstack.telegram.wire.base import Wire
from kram.app.devstack.telegram.wire.keyboards import InlineKeyboard
from kram.app.devstack.telegram.wire.media import Contact, Document, Location, PhotoSize
from kram.app.devstack.telegram.wire.payments import Invoice, RefundedPayment, SuccessfulPayment
from kram.app.devstack.telegram.wire.people import Chat, User


class MessageEntity(Wire, kw_only=True):
    """A marked piece of text; offset and length count UTF-16 code units."""

    type: str
    offset: int
    length: int
    url: str | None = None
    user: User | None = None
    language: str | None = None
    custom_emoji_id: str | None = None


class ManagedBotCreated(Wire, kw_only=True):
    """A service message: the user made a bot that the receiving bot manages."""

    bot: User


class WebAppData(Wire, kw_only=True):
    """Text that a Mini App opened from a reply keyboard sent."""

    data: str
    button_text: str


class WriteAccessAllowed(Wire, kw_only=True):
    """A service message: the user allowed the bot to write."""

    from_request: bool | None = None
    web_app_name: str | None = None


class Message(Wire, kw_only=True):
    """A message as the Bot API shows it to a bot."""

    message_id: int
    from_: User | None = None
    chat: Chat
    date: int
    message_thread_id: int | None = None
    edit_date: int | None = None
    via_bot: User | None = None
    forward_origin: dict[str, Any] | None = None
    reply_to_message: "Message | None" = None
    media_group_id: str | None = None
    text: str | None = None
    entities: list[MessageEntity] | None = None
    link_preview_options: dict[str, Any] | None = None
    caption: str | None = None
    caption_entities: list[MessageEntity] | None = None
    photo: list[PhotoSize] | None = None
    document: Document | None = None
    contact: Contact | None = None
    location: Location | None = None
    invoice: Invoice | None = None
    successful_payment: SuccessfulPayment | None = None
    refunded_payment: RefundedPayment | None = None
    managed_bot_created: ManagedBotCreated | None = None
    web_app_data: WebAppData | None = None
    write_access_allowed: WriteAccessAllowed | None = None
    new_chat_members: list[User] | None = None
    left_chat_member: User | None = None
    has_protected_content: bool | None = None
    reply_markup: InlineKeyboard | None = None
