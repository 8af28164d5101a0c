"""editMessage… and deleteMessage."""

import msgspec

from kram.app.devstack.telegram.chats import audience
from kram.app.devstack.telegram.errors import BotApiError, bad_request
from kram.app.devstack.telegram.methods.call import Call, method
from kram.app.devstack.telegram.methods.markup import inline_markup
from kram.app.devstack.telegram.methods.messages import caption_text, message_text
from kram.app.devstack.telegram.methods.photos import photo_of_media
from kram.app.devstack.telegram.posting import show
from kram.app.devstack.telegram.state.records import ChatRecord, StoredMessage, message_key
from kram.app.devstack.telegram.wire.messages import Message

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly"
    " the same as a current content and reply markup of the message"
)
MAX_DELETED_AT_ONCE = 100


@method("editMessageText")
async def edit_message_text(call: Call) -> Message:
    chat, stored = _editable(call)
    if stored.message.text is None:
        raise bad_request("there is no text in the message to edit")
    text = message_text(call.arguments)
    markup = inline_markup(call.arguments, chat)
    return _change(
        call, chat, stored, text=text.text, entities=text.entities_or_none, reply_markup=markup
    )


@method("editMessageCaption")
async def edit_message_caption(call: Call) -> Message:
    chat, stored = _editable(call)
    if stored.message.photo is None and stored.message.document is None:
        raise bad_request("there is no caption in the message to edit")
    caption = caption_text(call.arguments)
    return _change(
        call,
        chat,
        stored,
        caption=caption.text or None,
        caption_entities=caption.entities_or_none,
        reply_markup=inline_markup(call.arguments, chat),
    )


@method("editMessageMedia")
async def edit_message_media(call: Call) -> Message:
    """Photos only: the one kind of media that shops replace."""
    chat, stored = _editable(call)
    photo, caption = await photo_of_media(call)
    return _change(
        call,
        chat,
        stored,
        text=None,
        entities=None,
        photo=photo,
        caption=caption.text or None,
        caption_entities=caption.entities_or_none,
        reply_markup=inline_markup(call.arguments, chat),
    )


@method("editMessageReplyMarkup")
async def edit_message_reply_markup(call: Call) -> Message:
    chat, stored = _editable(call)
    return _change(call, chat, stored, reply_markup=inline_markup(call.arguments, chat))


@method("deleteMessage")
async def delete_message(call: Call) -> bool:
    chat = call.chat()
    stored = call.world.message(chat.key, call.arguments.integer("message_id"))
    if stored is None:
        raise bad_request("message to delete not found")
    _delete(call, chat, stored.id)
    return True


@method("deleteMessages")
async def delete_messages(call: Call) -> bool:
    """Unknown messages are passed over, as in Telegram."""
    chat = call.chat()
    ids = call.arguments.struct("message_ids", list[int], "message identifiers") or []
    if not ids:
        raise bad_request("message identifiers are not specified")
    if len(ids) > MAX_DELETED_AT_ONCE:
        raise bad_request("too many message identifiers specified")
    for message_id in ids:
        _delete(call, chat, message_id)
    return True


def _delete(call: Call, chat: ChatRecord, message_id: int) -> None:
    call.world.messages.drop(message_key(chat.key, message_id))
    call.telegram.feed.publish("deleted", audience(chat), chat=chat.key, message_id=message_id)


def _editable(call: Call) -> tuple[ChatRecord, StoredMessage]:
    """The bot's own message. Raises Telegram's refusals."""
    if call.arguments.has("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = call.writable_chat()
    message_id = call.arguments.integer("message_id")
    if message_id <= 0:
        raise bad_request("message identifier is not specified")
    stored = call.world.message(chat.key, message_id)
    if stored is None:
        raise bad_request("message to edit not found")
    author = stored.message.from_
    if author is None or author.id != call.bot.id:
        raise bad_request("message can't be edited")
    return chat, stored


def _change(call: Call, chat: ChatRecord, stored: StoredMessage, **changes: object) -> Message:
    """Writes the change down, or refuses one that changes nothing."""
    changed = msgspec.structs.replace(stored.message, **changes)
    if changed == stored.message:
        raise _not_modified()
    changed.edit_date = call.telegram.now
    stored.message = changed
    call.world.messages.put(stored)
    show(call.telegram, chat, changed)
    return changed


def _not_modified() -> BotApiError:
    return bad_request(NOT_MODIFIED)
