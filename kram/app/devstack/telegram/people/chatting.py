"""A person writes: to a bot, or into a group."""

from typing import Any

from kram.app.devstack.telegram.chats import private_chat
from kram.app.devstack.telegram.formatting.plain import with_found
from kram.app.devstack.telegram.people.errors import ImpossibleActionError
from kram.app.devstack.telegram.people.membership import unblock
from kram.app.devstack.telegram.posting import deliver, draft, post, show_chat
from kram.app.devstack.telegram.state.records import Bot, ChatRecord, Person
from kram.app.devstack.telegram.telegram import Telegram
from kram.app.devstack.telegram.wire.media import Contact, Location
from kram.app.devstack.telegram.wire.messages import Message, WebAppData, WriteAccessAllowed

MAX_TEXT = 4_096


def start(telegram: Telegram, bot: Bot, person: Person, payload: str = "") -> Message:
    """Presses Start: lets a blocked bot in again and sends `/start`, with the link's payload."""
    unblock(telegram, bot, person)
    chat = private_chat(telegram.world, bot, person.id)
    return send_text(telegram, chat, person, f"/start {payload}".strip())


def send_text(
    telegram: Telegram,
    chat: ChatRecord,
    person: Person,
    text: str,
    *,
    reply_to: int | None = None,
    forward_origin: dict[str, Any] | None = None,
) -> Message:
    if not 1 <= len(text.strip()) <= MAX_TEXT:
        raise ImpossibleActionError(f"a message has 1 to {MAX_TEXT} characters")
    message = _draft(telegram, chat, person)
    message.text = text.strip()
    message.entities = with_found(message.text, []) or None
    message.forward_origin = forward_origin
    answered = telegram.world.message(chat.key, reply_to) if reply_to else None
    message.reply_to_message = answered.message if answered else None
    return _sent(telegram, chat, message)


def send_photo(
    telegram: Telegram,
    chat: ChatRecord,
    person: Person,
    content: bytes,
    *,
    caption: str = "",
    forward_origin: dict[str, Any] | None = None,
) -> Message:
    message = _draft(telegram, chat, person)
    message.photo = telegram.files.add_photo(content)
    message.caption = caption or None
    message.forward_origin = forward_origin
    return _sent(telegram, chat, message)


def send_document(
    telegram: Telegram,
    chat: ChatRecord,
    person: Person,
    content: bytes,
    *,
    name: str,
    caption: str = "",
) -> Message:
    message = _draft(telegram, chat, person)
    message.document = telegram.files.add_document(content, name)
    message.caption = caption or None
    return _sent(telegram, chat, message)


def send_own_contact(telegram: Telegram, chat: ChatRecord, person: Person) -> Message:
    """Shares the person's own number, which Telegram marks with the person's id."""
    return send_contact(
        telegram,
        chat,
        person,
        Contact(
            phone_number=person.phone_number,
            first_name=person.first_name,
            last_name=person.last_name,
            user_id=person.id,
        ),
    )


def send_contact(telegram: Telegram, chat: ChatRecord, person: Person, contact: Contact) -> Message:
    """Shares any contact: also somebody else's, which a bot must not take for the sender's."""
    message = _draft(telegram, chat, person)
    message.contact = contact
    return _sent(telegram, chat, message)


def send_location(
    telegram: Telegram, chat: ChatRecord, person: Person, location: Location
) -> Message:
    message = _draft(telegram, chat, person)
    message.location = location
    return _sent(telegram, chat, message)


def send_web_app_data(
    telegram: Telegram, chat: ChatRecord, person: Person, data: WebAppData
) -> Message:
    """Text from a Mini App that a reply-keyboard button opened."""
    message = _draft(telegram, chat, person)
    message.web_app_data = data
    return _sent(telegram, chat, message)


def allow_writing(telegram: Telegram, bot: Bot, person: Person) -> None:
    """Says yes to requestWriteAccess; saying it twice tells the bot once."""
    chat = private_chat(telegram.world, bot, person.id)
    if chat.may_write or chat.has_started:
        return
    chat.may_write = True
    show_chat(telegram, chat)
    message = draft(telegram, chat, person)
    message.write_access_allowed = WriteAccessAllowed(from_request=True)
    deliver(telegram, chat, post(telegram, chat, message))


def _draft(telegram: Telegram, chat: ChatRecord, person: Person) -> Message:
    if person.id not in chat.member_ids:
        raise ImpossibleActionError("this person is not in the chat")
    if chat.is_blocked:
        raise ImpossibleActionError("the person has blocked this bot")
    return draft(telegram, chat, person)


def _sent(telegram: Telegram, chat: ChatRecord, message: Message) -> Message:
    """Posts, tells the bots, and puts a one-time keyboard away."""
    if chat.type == "private":
        chat.has_started = True
    chat.unread.pop(str(message.from_.id if message.from_ else 0), None)
    if chat.reply_keyboard and chat.reply_keyboard.get("one_time_keyboard"):
        chat.reply_keyboard = None
    posted = post(telegram, chat, message)
    deliver(telegram, chat, posted)
    show_chat(telegram, chat)
    return posted
