"""One call of a method: who calls, with what, and on which Telegram."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from kram.app.devstack.telegram.chats import chat_to_write, find_chat
from kram.app.devstack.telegram.methods.arguments import Arguments
from kram.app.devstack.telegram.state.records import Bot, ChatRecord
from kram.app.devstack.telegram.state.world import World
from kram.app.devstack.telegram.telegram import Telegram


@dataclass(frozen=True)
class Call:
    """What a method's function is handed."""

    telegram: Telegram
    bot: Bot
    arguments: Arguments

    @property
    def world(self) -> World:
        return self.telegram.world

    def chat(self) -> ChatRecord:
        """The chat of `chat_id`, which the bot must know."""
        return find_chat(self.world, self.bot, self.arguments.text("chat_id"))

    def writable_chat(self) -> ChatRecord:
        """The chat of `chat_id`, in which the bot must be allowed to write."""
        return chat_to_write(self.world, self.bot, self.arguments.text("chat_id"))


Method = Callable[[Call], Awaitable[Any]]
METHODS: dict[str, Method] = {}


def method(name: str) -> Callable[[Method], Method]:
    """Registers a function as a method of the Bot API; names are found in any letter case."""

    def register(function: Method) -> Method:
        METHODS[name.lower()] = function
        return function

    return register
