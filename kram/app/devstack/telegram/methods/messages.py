"""sendMessage, sendChatAction, sendContact, sendLocation: messages without files."""

from typing import Any

from kram.app.devstack.telegram.chats import audience
from kram.app.devstack.telegram.errors import bad_request
from kram.app.devstack.telegram.formatting.text import FormattedText, formatted
from kram.app.devstack.telegram.formatting.utf16 import units
from kram.app.devstack.telegram.methods.arguments import Arguments
from kram.app.devstack.telegram.methods.call import Call, method
from kram.app.devstack.telegram.methods.sending import send, start_message
from kram.app.devstack.telegram.wire.media import Contact, Location
from kram.app.devstack.telegram.wire.messages import Message

MAX_TEXT = 4_096
MAX_CAPTION = 1_024
ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


@method("sendMessage")
async def send_message(call: Call) -> Message:
    chat, message = start_message(call)
    text = message_text(call.arguments)
    message.text, message.entities = text.text, text.entities_or_none
    message.link_preview_options = call.arguments.parsed("link_preview_options", "link preview")
    return send(call, chat, message)


@method("sendContact")
async def send_contact(call: Call) -> Message:
    chat, message = start_message(call)
    message.contact = Contact(
        phone_number=call.arguments.required_text("phone_number"),
        first_name=call.arguments.required_text("first_name"),
        last_name=call.arguments.text("last_name") or None,
    )
    return send(call, chat, message)


@method("sendLocation")
async def send_location(call: Call) -> Message:
    chat, message = start_message(call)
    try:
        latitude, longitude = (float(call.arguments.text(n)) for n in ("latitude", "longitude"))
    except ValueError as error:
        raise bad_request("latitude or longitude is invalid") from error
    message.location = Location(latitude=latitude, longitude=longitude)
    return send(call, chat, message)


@method("sendChatAction")
async def send_chat_action(call: Call) -> bool:
    chat = call.writable_chat()
    action = call.arguments.text("action")
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    call.telegram.feed.publish("action", audience(chat), chat=chat.key, action=action)
    return True


def message_text(arguments: Arguments) -> FormattedText:
    """The text of a message, 1–4096 characters after markup. Raises Telegram's refusals."""
    entities: Any = arguments.parsed("entities", "entities")
    text = formatted(arguments.text("text"), arguments.text("parse_mode"), entities)
    if not text.text:
        raise bad_request("message text is empty")
    if units(text.text) > MAX_TEXT:
        raise bad_request("message is too long")
    return text


def caption_text(arguments: Arguments) -> FormattedText:
    """A caption, at most 1024 characters after markup; may be empty."""
    entities: Any = arguments.parsed("caption_entities", "entities")
    text = formatted(arguments.text("caption"), arguments.text("parse_mode"), entities)
    if units(text.text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return text
