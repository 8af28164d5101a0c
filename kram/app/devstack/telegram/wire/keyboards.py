"""Buttons under messages and under the text field."""

from typing import Any

from kram.app.devstack.telegram.wire.base import Wire


class WebAppInfo(Wire, kw_only=True):
    """The address of a Mini App."""

    url: str


class CopyText(Wire, kw_only=True):
    """Text that a button puts on the clipboard."""

    text: str


class InlineButton(Wire, kw_only=True):
    """A button attached to a message; exactly one kind of action is set."""

    text: str
    style: str | None = None
    icon_custom_emoji_id: str | None = None
    url: str | None = None
    callback_data: str | None = None
    web_app: WebAppInfo | None = None
    login_url: dict[str, Any] | None = None
    switch_inline_query: str | None = None
    switch_inline_query_current_chat: str | None = None
    switch_inline_query_chosen_chat: dict[str, Any] | None = None
    copy_text: CopyText | None = None
    callback_game: dict[str, Any] | None = None
    pay: bool | None = None
    disabled: dict[str, Any] | None = None


class InlineKeyboard(Wire, kw_only=True):
    """Rows of buttons under one message."""

    inline_keyboard: list[list[InlineButton]]


class KeyboardButton(Wire, kw_only=True):
    """A button that replaces the phone's letters; a plain one sends its own text."""

    text: str
    style: str | None = None
    icon_custom_emoji_id: str | None = None
    request_contact: bool | None = None
    request_location: bool | None = None
    request_poll: dict[str, Any] | None = None
    request_users: dict[str, Any] | None = None
    request_chat: dict[str, Any] | None = None
    request_managed_bot: dict[str, Any] | None = None
    web_app: WebAppInfo | None = None


class ReplyKeyboard(Wire, kw_only=True):
    """The keyboard that takes the place of the phone's letters."""

    keyboard: list[list[KeyboardButton]]
    is_persistent: bool | None = None
    resize_keyboard: bool | None = None
    one_time_keyboard: bool | None = None
    input_field_placeholder: str | None = None
    selective: bool | None = None


class ReplyKeyboardRemove(Wire, kw_only=True):
    """Takes the reply keyboard away."""

    remove_keyboard: bool
    selective: bool | None = None


class ForceReply(Wire, kw_only=True):
    """Opens the reply field on the user's phone."""

    force_reply: bool
    input_field_placeholder: str | None = None
    selective: bool | None = None


ReplyMarkup = InlineKeyboard | ReplyKeyboard | ReplyKeyboardRemove | ForceReply


class MenuButton(Wire, kw_only=True):
    """The button beside the text field: `default`, `commands` or `web_app`."""

    type: str
    text: str | None = None
    web_app: WebAppInfo | None = None


class BotCommand(Wire, kw_only=True):
    """A line of the command menu."""

    command: str
    description: str
