"""How bots and people look on the wire, and new tokens for bots."""

import re
import secrets

from kram.app.devstack.telegram.state.records import Bot, ChatRecord, Person
from kram.app.devstack.telegram.state.world import World
from kram.app.devstack.telegram.wire.people import Chat, User

TOKEN = re.compile(r"(?P<id>\d{6,20}):(?P<secret>[A-Za-z0-9_-]{30,60})")


def new_secret() -> str:
    """The second half of a fresh token: 35 characters, like Telegram's."""
    return "AA" + secrets.token_urlsafe(25)[:33].ljust(33, "A")


def person_user(person: Person) -> User:
    return User(
        id=person.id,
        is_bot=False,
        first_name=person.first_name,
        last_name=person.last_name,
        username=person.username,
        language_code=person.language_code,
        is_premium=person.is_premium or None,
    )


def bot_user(bot: Bot) -> User:
    return User(id=bot.id, is_bot=True, first_name=bot.names[""], username=bot.username)


def chat_view(world: World, chat: ChatRecord) -> Chat:
    """The chat as its bots see it: a private chat bears its person's name."""
    if chat.type != "private":
        return Chat(id=chat.id, type=chat.type, title=chat.title)
    person = world.people[chat.id]
    return Chat(
        id=person.id,
        type="private",
        first_name=person.first_name,
        last_name=person.last_name,
        username=person.username,
    )


def bot_by_username(world: World, username: str) -> Bot | None:
    wanted = username.removeprefix("@").lower()
    return next((bot for bot in world.bots if bot.username.lower() == wanted), None)


def bot_by_token(world: World, token: str) -> Bot | None:
    """The bot of a token that is in force; a revoked token belongs to nobody."""
    match = TOKEN.fullmatch(token)
    bot = world.bots.get(int(match["id"])) if match else None
    is_right = bot is not None and secrets.compare_digest(bot.token.encode(), token.encode())
    return bot if is_right else None
