"""What the bot says in the shop's name: its texts, its own commands, its replies to words."""

from collections.abc import Iterable
from itertools import zip_longest

from litestar import get, post

from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.integrations.telegram.settings import (
    LONGEST_DESCRIPTION,
    LONGEST_TEXT,
    AutoReply,
    BotSettings,
    CustomCommand,
    read_settings,
    save_settings,
)
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.tenants import bots
from kram.tenants.errors import NoBot
from kram.tenants.models import BotState
from kram.tenants.permissions import Permission

Row = tuple[str, ...]

_PATH = "/{shop_slug:str}/bot/settings"
_MANAGE = needs(Permission.BOT_MANAGE)
_COMMAND = ("command", "description", "command_reply")
_REPLY = ("words", "word_reply")


@get(_PATH, opt=_MANAGE)
async def bot_settings_page(view: ViewHere, desk: DeskHere) -> Answer:
    async with view.services.db.platform() as tx:
        bot = await bots.bot_of_shop(tx, desk.shop.id)
    if bot is None or bot.state == BotState.REMOVED:
        return view.go_refused(desk.path("bot"), NoBot())
    return _page(view, desk, _form(read_settings(bot.settings)))


@post(_PATH, opt=_MANAGE)
async def change_bot_settings(view: ViewHere, desk: DeskHere) -> Answer:
    form = await read_form(view.request)
    try:
        async with view.services.db.platform() as tx:
            await save_settings(tx, desk.shop.id, _settings(form))
    except AppError as error:
        form.refuse(error, view.translate)
        return _page(view, desk, form, error)
    await view.services.bots.configure()
    return view.go(desk.path("bot", "settings"), gettext_noop("Saved: the bot follows in a moment"))


def _settings(form: Form) -> BotSettings:
    return BotSettings(
        welcome=form.get("welcome"),
        support=form.get("support"),
        terms=form.get("terms"),
        shows_orders=bool(form.all("shows_orders")),
        commands=tuple(
            CustomCommand(command.strip().removeprefix("/").lower(), description, reply)
            for command, description, reply in _rows(form, _COMMAND)
        ),
        auto_replies=tuple(
            AutoReply(tuple(_words(words)), reply) for words, reply in _rows(form, _REPLY)
        ),
    )


def _words(typed: str) -> Iterable[str]:
    return (word for word in typed.split(",") if word.strip())


def _rows(form: Form, columns: Row) -> list[Row]:
    """Without the blank ones, so that errors, which name a row by its place, find it again."""
    rows = zip_longest(*(form.all(name) for name in columns), fillvalue="")
    return [row for row in rows if any(cell.strip() for cell in row)]


def _form(settings: BotSettings) -> Form:
    return Form.of(
        welcome=settings.welcome,
        support=settings.support,
        terms=settings.terms,
        shows_orders=["yes"] if settings.shows_orders else [],
        command=[custom.command for custom in settings.commands],
        description=[custom.description for custom in settings.commands],
        command_reply=[custom.reply for custom in settings.commands],
        words=[", ".join(reply.words) for reply in settings.auto_replies],
        word_reply=[reply.reply for reply in settings.auto_replies],
    )


def _page(view: View, desk: Desk, form: Form, error: AppError | None = None) -> Answer:
    """Below the rows stands a blank one to write into."""
    return view.page(
        "bot/settings.html",
        error=error,
        desk=desk,
        form=form,
        commands=[*_rows(form, _COMMAND), ("", "", "")],
        replies=[*_rows(form, _REPLY), ("", "")],
        longest_text=LONGEST_TEXT,
        longest_description=LONGEST_DESCRIPTION,
    )
