"""Messages made of inline results: sent by a person, by way of a bot."""

from typing import Any

from kram.app.devstack.telegram.errors import bad_request
from kram.app.devstack.telegram.identities import bot_user
from kram.app.devstack.telegram.methods.arguments import Arguments
from kram.app.devstack.telegram.methods.call import Call
from kram.app.devstack.telegram.methods.markup import inline_markup
from kram.app.devstack.telegram.methods.messages import caption_text, message_text
from kram.app.devstack.telegram.methods.photos import photo_of
from kram.app.devstack.telegram.posting import deliver, draft, post
from kram.app.devstack.telegram.state.records import Bot, ChatRecord, Person
from kram.app.devstack.telegram.telegram import Telegram
from kram.app.devstack.telegram.wire.messages import Message

RESULT_TYPES = ("article", "photo")


def check_result(result: Any) -> dict[str, Any]:
    """The kinds a shop shares: an article with text, or a photo with a caption."""
    if not isinstance(result, dict) or not result.get("id"):
        raise bad_request("can't parse InlineQueryResult")
    if result.get("type") not in RESULT_TYPES:
        raise bad_request("unsupported inline query result type")
    if result["type"] == "article" and not result.get("input_message_content"):
        raise bad_request("message content is not specified")
    return result


async def send_result(
    telegram: Telegram, bot: Bot, person: Person, chat: ChatRecord, result: dict[str, Any]
) -> Message:
    """Posts the result in the person's name."""
    message = draft(telegram, chat, person)
    message.via_bot = bot_user(bot)
    await _fill(telegram, bot, message, result)
    message.reply_markup = inline_markup(Arguments(result), chat)
    posted = post(telegram, chat, message)
    deliver(telegram, chat, posted)
    return posted


async def _fill(telegram: Telegram, bot: Bot, message: Message, result: dict[str, Any]) -> None:
    content = result.get("input_message_content")
    if content:
        text = message_text(Arguments({"text": content.get("message_text"), **content}))
        message.text, message.entities = text.text, text.entities_or_none
        message.link_preview_options = content.get("link_preview_options")
        return
    reference = result.get("photo_file_id") or result.get("photo_url")
    message.photo = await photo_of(Call(telegram, bot, Arguments({"photo": reference})), "photo")
    caption = caption_text(Arguments(result))
    message.caption, message.caption_entities = caption.text or None, caption.entities_or_none
