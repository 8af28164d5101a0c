"""What people do in chats: start, write, tap, read, block."""

import base64
from typing import Any

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from kram.app.devstack.telegram.control.parties import (
    find_bot,
    find_chat,
    find_message,
    find_person,
)
from kram.app.devstack.telegram.control.views import ChatView, chat_view
from kram.app.devstack.telegram.injection import OurTelegram
from kram.app.devstack.telegram.people import chatting, membership, tapping
from kram.app.devstack.telegram.state.records import ChatRecord
from kram.app.devstack.telegram.telegram import Telegram
from kram.app.devstack.telegram.wire.media import Contact, Location
from kram.app.devstack.telegram.wire.messages import Message, WebAppData


class BotAndPerson(msgspec.Struct, kw_only=True):
    """A person and a bot; `payload` belongs to a `t.me/bot?start=…` link."""

    bot: int | str
    user_id: int
    payload: str = ""


class NewMessage(msgspec.Struct, kw_only=True):
    """What a person sends: exactly one of the contents, files as base64."""

    chat: str
    user_id: int
    text: str | None = None
    photo: str | None = None
    document: str | None = None
    file_name: str = "file.bin"
    caption: str = ""
    contact: Contact | None = None
    own_contact: bool = False
    location: Location | None = None
    web_app_data: WebAppData | None = None
    reply_to: int | None = None
    forward_origin: dict[str, Any] | None = None


class Tap(msgspec.Struct, kw_only=True):
    """A tap on an inline button, found by its text or its data.

    With `forged` the data is sent although no button has it. `wait_seconds` waits for the
    bot's answer.
    """

    chat: str
    user_id: int
    message_id: int
    text: str | None = None
    data: str | None = None
    forged: bool = False
    wait_seconds: float = 0.0


class TapResult(msgspec.Struct, kw_only=True):
    """The query's id, and the bot's answer when it was waited for and came."""

    query_id: str
    answer: dict[str, Any] | None = None


class ReadMark(msgspec.Struct, kw_only=True):
    """A chat that a person has looked at."""

    chat: str
    user_id: int


@post("/start")
async def start(data: JSONBody[BotAndPerson], telegram: OurTelegram) -> Message:
    bot, person = find_bot(telegram, data.bot), find_person(telegram, data.user_id)
    return chatting.start(telegram, bot, person, data.payload)


@post("/block")
async def block(data: JSONBody[BotAndPerson], telegram: OurTelegram) -> None:
    bot, person = find_bot(telegram, data.bot), find_person(telegram, data.user_id)
    membership.block(telegram, bot, person)


@post("/unblock")
async def unblock(data: JSONBody[BotAndPerson], telegram: OurTelegram) -> None:
    bot, person = find_bot(telegram, data.bot), find_person(telegram, data.user_id)
    membership.unblock(telegram, bot, person)


@post("/write-access")
async def allow_writing(data: JSONBody[BotAndPerson], telegram: OurTelegram) -> None:
    bot, person = find_bot(telegram, data.bot), find_person(telegram, data.user_id)
    chatting.allow_writing(telegram, bot, person)


@post("/messages")
async def send(data: JSONBody[NewMessage], telegram: OurTelegram) -> Message:
    return _send(data, telegram, find_chat(telegram, data.chat))


@get("/messages")
async def list_messages(chat: FromQuery[str], telegram: OurTelegram) -> list[Message]:
    """The chat's messages, oldest first; none while nobody has written."""
    return [stored.message for stored in telegram.world.messages.of(chat)]


@get("/chats")
async def list_chats(user_id: FromQuery[int], telegram: OurTelegram) -> list[ChatView]:
    """The chats on a person's phone."""
    person = find_person(telegram, user_id)
    mine = (chat for chat in telegram.world.chats if person.id in chat.member_ids)
    return [chat_view(telegram, chat, person) for chat in mine]


@get("/chats/{key:str}")
async def show_chat(key: FromPath[str], user_id: FromQuery[int], telegram: OurTelegram) -> ChatView:
    person = find_person(telegram, user_id)
    return chat_view(telegram, find_chat(telegram, key), person)


@post("/read")
async def read(data: JSONBody[ReadMark], telegram: OurTelegram) -> None:
    chat = find_chat(telegram, data.chat)
    if chat.unread.pop(str(data.user_id), None) is not None:
        telegram.world.chats.put(chat)


@post("/tap")
async def tap(data: JSONBody[Tap], telegram: OurTelegram) -> TapResult:
    chat = find_chat(telegram, data.chat)
    message = find_message(telegram, chat, data.message_id).message
    if not data.forged:
        button = tapping.find_button(message, text=data.text, data=data.data)
        data.data = button.callback_data
    person = find_person(telegram, data.user_id)
    question = tapping.tap(telegram, chat, person, message, data.data or "")
    answer = None
    if data.wait_seconds:
        answer = await telegram.questions.wait(question, data.wait_seconds)
    return TapResult(query_id=question.id, answer=answer)


def _send(data: NewMessage, telegram: Telegram, chat: ChatRecord) -> Message:
    person = find_person(telegram, data.user_id)
    origin = data.forward_origin
    if data.photo is not None:
        content = base64.b64decode(data.photo)
        return chatting.send_photo(
            telegram, chat, person, content, caption=data.caption, forward_origin=origin
        )
    if data.document is not None:
        content = base64.b64decode(data.document)
        return chatting.send_document(
            telegram, chat, person, content, name=data.file_name, caption=data.caption
        )
    if data.own_contact:
        return chatting.send_own_contact(telegram, chat, person)
    if data.contact is not None:
        return chatting.send_contact(telegram, chat, person, data.contact)
    if data.location is not None:
        return chatting.send_location(telegram, chat, person, data.location)
    if data.web_app_data is not None:
        return chatting.send_web_app_data(telegram, chat, person, data.web_app_data)
    return chatting.send_text(
        telegram, chat, person, data.text or "", reply_to=data.reply_to, forward_origin=origin
    )


talking = Router(
    "/",
    route_handlers=[
        start,
        block,
        unblock,
        allow_writing,
        send,
        list_messages,
        list_chats,
        show_chat,
        read,
        tap,
    ],
)
