"""The command menu and the button beside the text field."""

import re
from typing import Any

import msgspec

from kram.app.devstack.telegram.chats import private_chat
from kram.app.devstack.telegram.errors import bad_request
from kram.app.devstack.telegram.methods.call import Call, method
from kram.app.devstack.telegram.methods.markup import check_web_app_url
from kram.app.devstack.telegram.posting import show_bot, show_chat
from kram.app.devstack.telegram.wire.keyboards import BotCommand, MenuButton

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
MAX_COMMANDS = 100
MAX_DESCRIPTION = 256
SCOPES = frozenset(
    {
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    }
)


@method("setMyCommands")
async def set_my_commands(call: Call) -> bool:
    commands = call.arguments.struct("commands", list[BotCommand], "BotCommand")
    if commands is None:
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        _check_command(command)
    call.bot.commands[_scope_key(call)] = commands
    return _bot_saved(call)


@method("getMyCommands")
async def get_my_commands(call: Call) -> list[BotCommand]:
    return call.bot.commands.get(_scope_key(call), [])


@method("deleteMyCommands")
async def delete_my_commands(call: Call) -> bool:
    call.bot.commands.pop(_scope_key(call), None)
    return _bot_saved(call)


@method("setChatMenuButton")
async def set_chat_menu_button(call: Call) -> bool:
    """For one private chat, or for all that have no button of their own."""
    wanted = call.arguments.parsed("menu_button", "menu button") or {"type": "default"}
    button = _menu_button(wanted)
    if not call.arguments.has("chat_id"):
        call.bot.menu_button = MenuButton(type="commands") if button.type == "default" else button
        return _bot_saved(call)
    person_id = call.arguments.integer("chat_id")
    if person_id not in call.world.people:
        raise bad_request("chat not found")
    chat = private_chat(call.world, call.bot, person_id)
    chat.menu_button = None if button.type == "default" else button
    show_chat(call.telegram, chat)
    return True


@method("getChatMenuButton")
async def get_chat_menu_button(call: Call) -> MenuButton:
    if call.arguments.has("chat_id"):
        return call.chat().menu_button or call.bot.menu_button
    return call.bot.menu_button


def _menu_button(value: Any) -> MenuButton:
    try:
        button = msgspec.convert(value, MenuButton)
    except msgspec.ValidationError as error:
        raise bad_request(f"can't parse menu button: {error}") from error
    if button.type not in ("default", "commands", "web_app"):
        raise bad_request("MenuButton has unsupported type")
    if button.type == "web_app":
        if not button.text or button.web_app is None:
            raise bad_request("can't parse menu button: text and web_app must be non-empty")
        check_web_app_url(button.web_app.url, "menu button")
    return button


def _check_command(command: BotCommand) -> None:
    command.command = command.command.removeprefix("/")
    if not COMMAND.fullmatch(command.command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(command.description.strip()) <= MAX_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")


def _scope_key(call: Call) -> str:
    """Commands are kept by scope, chat, user and language."""
    scope = call.arguments.parsed("scope", "BotCommandScope") or {"type": "default"}
    if scope.get("type") not in SCOPES:
        raise bad_request("unsupported BotCommandScope type")
    parts = (scope["type"], scope.get("chat_id", ""), scope.get("user_id", ""))
    return "|".join([*map(str, parts), call.arguments.text("language_code").lower()])


def _bot_saved(call: Call) -> bool:
    call.world.bots.put(call.bot)
    show_bot(call.telegram, call.bot)
    return True
