"""The merchant's own commands and replies: plain texts, never markup, never templates."""

import re
from collections.abc import Awaitable, Callable
from html import escape
from typing import Any

from aiogram import Router
from aiogram.filters import Command, Filter
from aiogram.methods import SendMessage
from aiogram.types import Message

from kram.bot.filters import PRIVATE
from kram.bot.shopper.customer import CUSTOMER
from kram.integrations.telegram.settings import AutoReply, BotSettings


class Mentions(Filter):
    """The message contains one of the words, as a word of its own."""

    def __init__(self, reply: AutoReply) -> None:
        words = "|".join(re.escape(word.strip()) for word in reply.words)
        self._pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)

    async def __call__(self, message: Message) -> bool | dict[str, Any]:
        return self._pattern.search(message.text or "") is not None


def register(router: Router, settings: BotSettings) -> None:
    for custom in settings.commands:
        router.message.register(
            _saying(custom.reply), PRIVATE, Command(custom.command), flags=CUSTOMER
        )
    for reply in settings.auto_replies:
        if reply.words:
            router.message.register(_saying(reply.reply), PRIVATE, Mentions(reply), flags=CUSTOMER)


def _saying(text: str) -> Callable[[Message], Awaitable[SendMessage]]:
    async def say(message: Message) -> SendMessage:
        return message.answer(escape(text))

    return say
