"""How bots, chats and messages look to the page and to tests."""

from typing import Any

import msgspec

from kram.app.devstack.telegram.identities import bot_user
from kram.app.devstack.telegram.state.records import Bot, ChatRecord, Person
from kram.app.devstack.telegram.telegram import Telegram
from kram.app.devstack.telegram.wire.keyboards import BotCommand, MenuButton
from kram.app.devstack.telegram.wire.messages import Message
from kram.app.devstack.telegram.wire.people import User


class BotView(msgspec.Struct, kw_only=True):
    """A bot, with its token."""

    id: int
    token: str
    username: str
    name: str
    owner_id: int | None
    manager_id: int | None
    can_manage_bots: bool
    main_app_url: str | None
    webhook_url: str | None


class ChatView(msgspec.Struct, kw_only=True):
    """A chat on somebody's phone."""

    key: str
    id: int
    type: str
    title: str
    has_started: bool
    is_blocked: bool
    unread: int
    bot: User | None = None
    photo: str | None = None
    description: str = ""
    short_description: str = ""
    menu_button: MenuButton | None = None
    commands: list[BotCommand] = []
    reply_keyboard: dict[str, Any] | None = None
    has_main_app: bool = False
    members: list[User] = []
    member_count: int
    last_message: Message | None = None


def bot_view(bot: Bot) -> BotView:
    return BotView(
        id=bot.id,
        token=bot.token,
        username=bot.username,
        name=bot.names[""],
        owner_id=bot.owner_id,
        manager_id=bot.manager_id,
        can_manage_bots=bot.can_manage_bots,
        main_app_url=bot.main_app_url,
        webhook_url=bot.webhook.url if bot.webhook else None,
    )


def chat_view(telegram: Telegram, chat: ChatRecord, person: Person) -> ChatView:
    """The chat as this person's phone shows it, in the person's language."""
    history = telegram.world.messages.of(chat.key)
    view = ChatView(
        key=chat.key,
        id=chat.id,
        type=chat.type,
        title=chat.title or "",
        has_started=chat.has_started,
        is_blocked=chat.is_blocked,
        unread=chat.unread.get(str(person.id), 0),
        reply_keyboard=chat.reply_keyboard,
        last_message=history[-1].message if history else None,
        member_count=len(chat.member_ids) + len(chat.bot_ids),
        members=[bot_user(telegram.world.bots[bot_id]) for bot_id in chat.bot_ids],
    )
    bot = telegram.world.bots.get(chat.bot_id or 0)
    if bot is not None:
        _describe_bot(view, bot, chat, person)
    return view


def _describe_bot(view: ChatView, bot: Bot, chat: ChatRecord, person: Person) -> None:
    language = person.language_code or ""
    view.title = _localized(bot.names, language)
    view.bot = bot_user(bot)
    view.photo = bot.photo_file_id
    view.description = _localized(bot.descriptions, language)
    view.short_description = _localized(bot.short_descriptions, language)
    view.menu_button = chat.menu_button or bot.menu_button
    view.commands = commands_for(bot, person.id, language)
    view.has_main_app = bot.main_app_url is not None


def commands_for(bot: Bot, person_id: int, language: str) -> list[BotCommand]:
    """The narrowest scope that has commands wins; the language before no language."""
    for scope in (f"chat|{person_id}|", "all_private_chats||", "default||"):
        for code in (language, ""):
            commands = bot.commands.get(f"{scope}|{code}")
            if commands:
                return commands
    return []


def _localized(texts: dict[str, str], language: str) -> str:
    return texts.get(language) or texts.get("", "")
