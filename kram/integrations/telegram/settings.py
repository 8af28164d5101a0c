"""What a merchant chose for their bot; from it the shop's own router is assembled."""

import re
from typing import Annotated, Any
from uuid import UUID

import msgspec

from kram.kit.db.tx import PlatformTx
from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop
from kram.kit.text import line, lines
from kram.tenants.bots import bot_of_shop
from kram.tenants.errors import NoBot

LONGEST_TEXT = 1_000
MOST_CUSTOM_COMMANDS = 20
MOST_AUTO_REPLIES = 50

OWN_COMMANDS = (
    "start",
    "help",
    "orders",
    "language",
    "support",
    "terms",
    "paysupport",
    "settings",
    "staff",
    "cancel",
)
"""Commands of Kram itself; a custom one may not take their names."""

_COMMAND = re.compile(r"[a-z][a-z0-9_]{0,31}")

_Text = Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)]


class BotSettingsRefused(AppError):
    code = "bot_settings_invalid"
    kind = Kind.INVALID
    title = gettext_noop("Check the bot's commands and replies")


class CustomCommand(msgspec.Struct, frozen=True):
    """`command` without the slash; `description` stands in the bot's menu."""

    command: str
    description: Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
    reply: _Text


class AutoReply(msgspec.Struct, frozen=True):
    """Answers a message that contains one of the words, whatever their case."""

    words: tuple[str, ...]
    reply: _Text


class BotSettings(msgspec.Struct, frozen=True):
    """All texts are plain, in the shop's own language; empty means Kram's own words."""

    welcome: _Text = ""
    support: _Text = ""
    terms: _Text = ""
    shows_orders: bool = True
    commands: tuple[CustomCommand, ...] = ()
    auto_replies: tuple[AutoReply, ...] = ()


def read_settings(stored: dict[str, Any]) -> BotSettings:
    """From the bot's row. Fields that this release does not know are passed over."""
    return msgspec.convert(stored, type=BotSettings)


def write_settings(settings: BotSettings) -> dict[str, Any]:
    """For the bot's row. Raises: BotSettingsRefused."""
    written: dict[str, Any] = msgspec.to_builtins(_checked(_cleaned(settings)))
    return written


async def save_settings(tx: PlatformTx, shop_id: UUID, settings: BotSettings) -> None:
    """The bot follows within seconds; its menu of commands is renewed by the bots' process.

    Raises: BotSettingsRefused, NoBot.
    """
    bot = await bot_of_shop(tx, shop_id)
    if bot is None:
        raise NoBot
    bot.settings = write_settings(settings)
    bot.configured_at = None


def _cleaned(settings: BotSettings) -> BotSettings:
    return msgspec.structs.replace(
        settings,
        welcome=lines(settings.welcome),
        support=lines(settings.support),
        terms=lines(settings.terms),
        commands=tuple(
            CustomCommand(custom.command.strip(), line(custom.description), lines(custom.reply))
            for custom in settings.commands
        ),
        auto_replies=tuple(
            AutoReply(tuple(map(line, reply.words)), lines(reply.reply))
            for reply in settings.auto_replies
        ),
    )


def _checked(settings: BotSettings) -> BotSettings:
    names = [custom.command for custom in settings.commands]
    if len(names) > MOST_CUSTOM_COMMANDS or len(settings.auto_replies) > MOST_AUTO_REPLIES:
        raise BotSettingsRefused(gettext_noop("Too many commands or replies: remove some"))
    for name in names:
        if not _COMMAND.fullmatch(name) or name in OWN_COMMANDS or names.count(name) > 1:
            message = gettext_noop("The command %(command)s is taken or is not a-z, 0-9 and _")
            raise BotSettingsRefused(message, command=name)
    if any(not word.strip() for reply in settings.auto_replies for word in reply.words):
        raise BotSettingsRefused(gettext_noop("A reply needs words to answer to"))
    try:  # the texts' lengths stand in the types
        return msgspec.convert(msgspec.to_builtins(settings), type=BotSettings)
    except msgspec.ValidationError as error:
        raise BotSettingsRefused(str(error)) from error
