"""What every send method does around its content."""

import msgspec

from kram.app.devstack.telegram.errors import bad_request
from kram.app.devstack.telegram.methods.call import Call
from kram.app.devstack.telegram.methods.markup import reply_markup
from kram.app.devstack.telegram.posting import draft, post, show_chat
from kram.app.devstack.telegram.state.records import ChatRecord
from kram.app.devstack.telegram.wire.base import to_builtins
from kram.app.devstack.telegram.wire.keyboards import (
    ForceReply,
    InlineKeyboard,
    ReplyKeyboard,
    ReplyKeyboardRemove,
    ReplyMarkup,
)
from kram.app.devstack.telegram.wire.messages import Message


def start_message(call: Call) -> tuple[ChatRecord, Message]:
    """An empty message of the bot in the chat it named, as an answer where it asked for one."""
    chat = call.writable_chat()
    message = draft(call.telegram, chat, call.bot)
    message.reply_to_message = _answered(call, chat)
    message.message_thread_id = call.arguments.integer("message_thread_id") or None
    message.has_protected_content = call.arguments.flag("protect_content") or None
    return chat, message


def send(call: Call, chat: ChatRecord, message: Message) -> Message:
    """Posts the message with its keyboard; the other bots of a group hear nothing of it."""
    markup = reply_markup(call.arguments, chat)
    if isinstance(markup, InlineKeyboard) and any(markup.inline_keyboard):
        message.reply_markup = markup
    sent = post(call.telegram, chat, message)
    _change_keyboard(call, chat, markup)
    return sent


def _change_keyboard(call: Call, chat: ChatRecord, markup: ReplyMarkup | None) -> None:
    match markup:
        case ReplyKeyboard() | ForceReply():
            keyboard = to_builtins(markup)
            chat.reply_keyboard = msgspec.convert(keyboard, dict)
        case ReplyKeyboardRemove():
            chat.reply_keyboard = None
        case _:
            return
    show_chat(call.telegram, chat)


def _answered(call: Call, chat: ChatRecord) -> Message | None:
    parameters = call.arguments.parsed("reply_parameters", "reply parameters") or {}
    message_id = parameters.get("message_id") or call.arguments.integer("reply_to_message_id")
    if not message_id:
        return None
    stored = call.world.message(chat.key, int(message_id))
    if stored is None:
        if parameters.get("allow_sending_without_reply"):
            return None
        raise bad_request("message to be replied not found")
    return msgspec.structs.replace(stored.message, reply_to_message=None)
