"""Keyboards that bots send, checked as Telegram checks them."""

from typing import Any
from urllib.parse import urlsplit

import msgspec

from kram.app.devstack.telegram.errors import bad_request
from kram.app.devstack.telegram.methods.arguments import Arguments
from kram.app.devstack.telegram.state.records import ChatRecord
from kram.app.devstack.telegram.wire.keyboards import (
    ForceReply,
    InlineButton,
    InlineKeyboard,
    KeyboardButton,
    ReplyKeyboard,
    ReplyKeyboardRemove,
    ReplyMarkup,
)

MAX_CALLBACK_BYTES = 64
MAX_INLINE_BUTTONS = 100
STYLES = (None, "danger", "success", "primary")
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")
INLINE_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
    "disabled",
)
SHAPES: tuple[tuple[str, type[ReplyMarkup], str], ...] = (
    ("inline_keyboard", InlineKeyboard, "inline keyboard button"),
    ("keyboard", ReplyKeyboard, "keyboard button"),
    ("remove_keyboard", ReplyKeyboardRemove, "reply keyboard"),
    ("force_reply", ForceReply, "force reply"),
)


def reply_markup(arguments: Arguments, chat: ChatRecord | None) -> ReplyMarkup | None:
    """The call's keyboard, if any. Raises Telegram's refusals."""
    value = arguments.parsed("reply_markup", "reply keyboard markup")
    if value is None or value == {}:
        return None
    if not isinstance(value, dict):
        raise bad_request("object expected as reply markup")
    markup = _shaped(value)
    match markup:
        case InlineKeyboard():
            _check_inline(markup, chat)
        case ReplyKeyboard():
            _check_reply(markup)
    return markup


def inline_markup(arguments: Arguments, chat: ChatRecord | None) -> InlineKeyboard | None:
    """For edits, which take no other kind of keyboard; an empty one takes the buttons away."""
    markup = reply_markup(arguments, chat)
    if markup is not None and not isinstance(markup, InlineKeyboard):
        raise bad_request("inline keyboard expected")
    if markup is None or not any(markup.inline_keyboard):
        return None
    return markup


def check_web_app_url(url: str, where: str) -> None:
    """Mini Apps are opened over https only; on this machine http will do."""
    parts = urlsplit(url)
    is_local = parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS
    if not parts.hostname:
        raise bad_request(f"{where} Web App URL '{url}' is invalid: URL host is empty")
    if parts.scheme != "https" and not is_local:
        raise bad_request(f"{where} Web App URL '{url}' is invalid: Only HTTPS links are allowed")


def _shaped(value: dict[str, Any]) -> ReplyMarkup:
    for name, shape, what in SHAPES:
        if name in value:
            try:
                return msgspec.convert(value, shape)
            except msgspec.ValidationError as error:
                raise bad_request(f"can't parse {what}: {error}") from error
    raise bad_request("object expected as reply markup")


def _check_inline(markup: InlineKeyboard, chat: ChatRecord | None) -> None:
    markup.inline_keyboard = [row for row in markup.inline_keyboard if row]
    buttons = [button for row in markup.inline_keyboard for button in row]
    if len(buttons) > MAX_INLINE_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    for button in buttons:
        _check_inline_button(button, chat)


def _check_inline_button(button: InlineButton, chat: ChatRecord | None) -> None:
    _check_look(button, "inline keyboard button")
    actions = [name for name in INLINE_ACTIONS if getattr(button, name) is not None]
    if not actions:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if button.callback_data is not None:
        _check_callback_data(button.callback_data)
    if button.url is not None:
        _check_button_url(button.url)
    if button.web_app is not None:
        check_web_app_url(button.web_app.url, "inline keyboard button")
        if chat is not None and chat.type != "private":
            raise bad_request("BUTTON_TYPE_INVALID")
    if button.copy_text is not None and not 1 <= len(button.copy_text.text) <= 256:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _check_callback_data(data: str) -> None:
    if not 1 <= len(data.encode()) <= MAX_CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")


def _check_button_url(url: str) -> None:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    host = parts.hostname or ""
    has_host = "." in host or host in LOOPBACK_HOSTS
    if parts.scheme in ("http", "https") and not has_host:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    if parts.scheme not in ("http", "https", "tg"):
        raise bad_request(
            f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol"
        )


def _check_reply(markup: ReplyKeyboard) -> None:
    for row in markup.keyboard:
        for button in row:
            _check_look(button, "keyboard button")
            if button.web_app is not None:
                check_web_app_url(button.web_app.url, "keyboard button")


def _check_look(button: InlineButton | KeyboardButton, what: str) -> None:
    if not button.text.strip():
        raise bad_request(f"{what} text must be non-empty")
    if button.style not in STYLES:
        raise bad_request(f"can't parse {what}: Invalid button style specified")
