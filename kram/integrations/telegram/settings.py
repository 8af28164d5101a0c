"""What a merchant chose for their bot; from it the shop's own router is assembled."""

import re
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import msgspec

from kram.kit.db.tx import PlatformTx
from kram.kit.errors import AppError, FieldError, Kind
from kram.kit.messages import gettext_noop
from kram.kit.text import line, lines, refused
from kram.tenants.bots import bot_of_shop
from kram.tenants.errors import NoBot

LONGEST_TEXT = 1_000
LONGEST_DESCRIPTION = 256
"""As long as Telegram takes one."""
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


class BotSettingsRefused(AppError):
    code = "bot_settings_invalid"
    kind = Kind.INVALID
    title = gettext_noop("Check the bot's commands and replies")


class CustomCommand(msgspec.Struct, frozen=True):
    """`command` without the slash; `description` stands in the bot's menu."""

    command: str
    description: str
    reply: str


class AutoReply(msgspec.Struct, frozen=True):
    """Answers a message that contains one of the words, whatever their case."""

    words: tuple[str, ...]
    reply: str


class BotSettings(msgspec.Struct, frozen=True):
    """All texts are plain, in the shop's own language; empty means Kram's own words."""

    welcome: str = ""
    support: str = ""
    terms: str = ""
    shows_orders: bool = True
    commands: tuple[CustomCommand, ...] = ()
    auto_replies: tuple[AutoReply, ...] = ()


def read_settings(stored: dict[str, Any]) -> BotSettings:
    """From the bot's row. Fields that this release does not know are passed over."""
    return msgspec.convert(stored, type=BotSettings)


def write_settings(settings: BotSettings) -> dict[str, Any]:
    """For the bot's row. Raises: BotSettingsRefused, naming every refused field."""
    clean = _cleaned(settings)
    errors = tuple(_refused(clean))
    if errors:
        raise BotSettingsRefused(errors=errors)
    written: dict[str, Any] = msgspec.to_builtins(clean)
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


def _refused(settings: BotSettings) -> Iterator[FieldError]:
    for name in ("welcome", "support", "terms"):
        yield from refused(f"/{name}", getattr(settings, name), LONGEST_TEXT, needed=False)
    if len(settings.commands) > MOST_CUSTOM_COMMANDS:
        yield FieldError("/commands", "too_many", gettext_noop("At most 20 commands: remove some"))
    if len(settings.auto_replies) > MOST_AUTO_REPLIES:
        yield FieldError(
            "/auto_replies", "too_many", gettext_noop("At most 50 replies: remove some")
        )
    names = [custom.command for custom in settings.commands]
    for place, custom in enumerate(settings.commands):
        yield from _refused_of_command(f"/commands/{place}", custom, names)
    for place, reply in enumerate(settings.auto_replies):
        yield from _refused_of_reply(f"/auto_replies/{place}", reply)


def _refused_of_command(
    pointer: str, custom: CustomCommand, names: Sequence[str]
) -> Iterator[FieldError]:
    if not _COMMAND.fullmatch(custom.command):
        detail = gettext_noop("Use 1 to 32 letters a-z, digits and _, a letter first")
        yield FieldError(f"{pointer}/command", "invalid", detail)
    elif custom.command in OWN_COMMANDS or names.count(custom.command) > 1:
        detail = gettext_noop("The bot has this command already: choose another name")
        yield FieldError(f"{pointer}/command", "taken", detail)
    yield from refused(
        f"{pointer}/description", custom.description, LONGEST_DESCRIPTION, needed=True
    )
    yield from refused(f"{pointer}/reply", custom.reply, LONGEST_TEXT, needed=True)


def _refused_of_reply(pointer: str, reply: AutoReply) -> Iterator[FieldError]:
    if not reply.words or not all(reply.words):
        detail = gettext_noop("Write the words to answer to")
        yield FieldError(f"{pointer}/words", "required", detail)
    for word in reply.words:
        yield from refused(f"{pointer}/words", word, LONGEST_DESCRIPTION, needed=False)
    yield from refused(f"{pointer}/reply", reply.reply, LONGEST_TEXT, needed=True)
