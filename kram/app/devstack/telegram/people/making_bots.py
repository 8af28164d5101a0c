"""A person makes a bot: through BotFather, or with one tap on a manager bot's link."""

import re
import secrets

from kram.app.devstack.telegram.chats import private_chat
from kram.app.devstack.telegram.identities import bot_by_username, bot_user, new_secret, person_user
from kram.app.devstack.telegram.people.errors import ImpossibleActionError
from kram.app.devstack.telegram.posting import deliver, draft, post
from kram.app.devstack.telegram.state.records import Bot, Person
from kram.app.devstack.telegram.telegram import Telegram
from kram.app.devstack.telegram.updates import tell
from kram.app.devstack.telegram.wire.messages import ManagedBotCreated
from kram.app.devstack.telegram.wire.updates import ManagedBotUpdated

USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,28}bot", re.IGNORECASE)
MAX_NAME = 64
MAX_BOTS = 20


def username_fault(telegram: Telegram, username: str) -> str | None:
    """Why a username cannot be given: `invalid` or `taken`; None when it can."""
    if not 5 <= len(username) <= 32 or not USERNAME.fullmatch(username):
        return "invalid"
    return "taken" if bot_by_username(telegram.world, username) else None


def make_bot(telegram: Telegram, name: str, username: str, owner: Person | None = None) -> Bot:
    """A new bot with a token. Raises when the name or the username cannot be had."""
    if not 1 <= len(name.strip()) <= MAX_NAME:
        raise ImpossibleActionError(f"a bot's name has 1 to {MAX_NAME} characters")
    fault = username_fault(telegram, username)
    if fault:
        raise ImpossibleActionError(f"the username @{username} is {fault}")
    if owner is not None and _count(telegram, owner) >= MAX_BOTS:
        raise ImpossibleActionError("BOT_CREATE_LIMIT_EXCEEDED")
    return telegram.world.bots.put(
        Bot(
            id=telegram.world.next_bot_id(),
            username=username,
            secret=new_secret(),
            names={"": name.strip()},
            owner_id=owner.id if owner else None,
            next_update_id=100_000_000 + secrets.randbelow(800_000_000),
        )
    )


def make_managed_bot(
    telegram: Telegram, manager: Bot, name: str, username: str, owner: Person
) -> Bot:
    """A bot that belongs to the person and is looked after by the manager bot, which is told."""
    if not manager.can_manage_bots:
        raise ImpossibleActionError(f"@{manager.username} does not manage bots")
    bot = make_bot(telegram, name, username, owner)
    bot.manager_id = manager.id
    telegram.world.bots.put(bot)
    chat = private_chat(telegram.world, manager, owner.id)
    chat.may_write = True
    message = draft(telegram, chat, owner)
    message.managed_bot_created = ManagedBotCreated(bot=bot_user(bot))
    deliver(telegram, chat, post(telegram, chat, message))
    _tell_manager(telegram, bot)
    return bot


def replace_token(telegram: Telegram, bot: Bot) -> None:
    """Gives a new token and revokes the old; the manager bot is told, nobody else."""
    bot.secret = new_secret()
    telegram.world.bots.put(bot)
    _tell_manager(telegram, bot)


def _tell_manager(telegram: Telegram, bot: Bot) -> None:
    manager = telegram.world.bots.get(bot.manager_id or 0)
    owner = telegram.world.people.get(bot.owner_id or 0)
    if manager is not None and owner is not None:
        change = ManagedBotUpdated(user=person_user(owner), bot=bot_user(bot))
        tell(telegram, manager, "managed_bot", change, f"managed:{bot.id}")


def _count(telegram: Telegram, owner: Person) -> int:
    return sum(1 for bot in telegram.world.bots if bot.owner_id == owner.id)
