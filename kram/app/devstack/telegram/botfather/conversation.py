"""What BotFather answers to a text or a tap. Where a person stands is kept between restarts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

from kram.app.devstack.telegram.botfather.texts import say
from kram.app.devstack.telegram.people.errors import ImpossibleActionError
from kram.app.devstack.telegram.people.making_bots import (
    MAX_NAME,
    make_bot,
    replace_token,
    username_fault,
)
from kram.app.devstack.telegram.state.records import AppStorage, Bot, Person
from kram.app.devstack.telegram.telegram import Telegram

Buttons = list[tuple[str, str]]


@dataclass(frozen=True)
class Reply:
    """A text with markup, and buttons as (text, callback data), one a row."""

    text: str
    buttons: Buttons = field(default_factory=list)


class Conversation:
    """BotFather with one person."""

    def __init__(self, telegram: Telegram, person: Person) -> None:
        self._telegram = telegram
        self._person = person
        self._key = f"botfather:{person.id}"

    def hear(self, text: str) -> Reply:
        """The answer to a message."""
        commands: dict[str, Callable[[], Reply]] = {
            "/start": lambda: self._say("hello"),
            "/help": lambda: self._say("hello"),
            "/newbot": self._ask_name,
            "/mybots": self._list_bots,
            "/token": self._list_bots,
            "/revoke": self._list_bots,
            "/cancel": self._cancel,
        }
        command = text.split()[0].lower() if text.startswith("/") else ""
        if command in commands:
            return commands[command]()
        match self._place.get("step"):
            case "name":
                return self._take_name(text.strip())
            case "username":
                return self._take_username(text.strip().removeprefix("@"))
            case _:
                return self._say("unknown")

    def tapped(self, data: str) -> Reply:
        """The answer to a button; a person's buttons reach their own bots only."""
        action, _, bot_id = data.partition(":")
        bot = self._telegram.world.bots.get(int(bot_id)) if bot_id.isdigit() else None
        if bot is None or bot.owner_id != self._person.id:
            return self._say("unknown")
        match action:
            case "bot":
                return self._card(bot)
            case "token":
                return self._say("show_token", username=bot.username, token=bot.token)
            case "revoke":
                replace_token(self._telegram, bot)
                return self._say("revoked", token=bot.token)
            case "manage":
                return self._toggle_managing(bot)
            case _:
                return self._say("unknown")

    def _ask_name(self) -> Reply:
        self._move_to(step="name")
        return self._say("ask_name")

    def _take_name(self, name: str) -> Reply:
        if not 1 <= len(name) <= MAX_NAME:
            return self._say("bad_name")
        self._move_to(step="username", name=name)
        return self._say("ask_username")

    def _take_username(self, username: str) -> Reply:
        fault = username_fault(self._telegram, username)
        if fault:
            return self._say(fault)
        try:
            bot = make_bot(self._telegram, self._place["name"], username, self._person)
        except ImpossibleActionError:
            return self._say("limit")
        self._move_to()
        return self._say("made", link=f"t.me/{bot.username}", token=bot.token)

    def _list_bots(self) -> Reply:
        mine = [bot for bot in self._telegram.world.bots if bot.owner_id == self._person.id]
        if not mine:
            return self._say("no_bots")
        buttons = [(f"@{bot.username}", f"bot:{bot.id}") for bot in mine]
        return Reply(say(self._language, "choose"), buttons)

    def _card(self, bot: Bot) -> Reply:
        managing = "manage_off" if bot.can_manage_bots else "manage_on"
        return Reply(
            say(self._language, "card", name=escape(bot.names[""]), username=bot.username),
            [
                (say(self._language, "token"), f"token:{bot.id}"),
                (say(self._language, "revoke"), f"revoke:{bot.id}"),
                (say(self._language, managing), f"manage:{bot.id}"),
            ],
        )

    def _toggle_managing(self, bot: Bot) -> Reply:
        bot.can_manage_bots = not bot.can_manage_bots
        self._telegram.world.bots.put(bot)
        return self._say("managing" if bot.can_manage_bots else "not_managing")

    def _cancel(self) -> Reply:
        had_step = "step" in self._place
        self._move_to()
        return self._say("cancelled" if had_step else "nothing")

    def _say(self, key: str, **values: str) -> Reply:
        return Reply(say(self._language, key, **values))

    @property
    def _language(self) -> str | None:
        return self._person.language_code

    @property
    def _place(self) -> dict[str, str]:
        storage = self._telegram.world.storage.get(self._key)
        return storage.values if storage else {}

    def _move_to(self, **place: str) -> None:
        self._telegram.world.storage.put(AppStorage(key=self._key, values=place))
