"""Calls of the Bot API: one session for all bots, one more reserved for checkout answers."""

import asyncio
import logging
from typing import TypeVar

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.exceptions import AiogramError, TelegramRetryAfter
from aiogram.methods import AnswerPreCheckoutQuery, AnswerShippingQuery, TelegramMethod
from aiogram.types import LinkPreviewOptions, User

from kram.integrations.telegram.errors import Flooded
from kram.integrations.telegram.meaning import meaning_of
from kram.integrations.telegram.throttle import Throttle

T = TypeVar("T")

_log = logging.getLogger(__name__)
_CHECKOUT_ANSWERS = (AnswerPreCheckoutQuery, AnswerShippingQuery)
_LONGEST_CALL_SECONDS = 10
_LOOKS = DefaultBotProperties(
    parse_mode=ParseMode.HTML, link_preview=LinkPreviewOptions(is_disabled=True)
)


class NamedBot(Bot):
    """A bot that knows its own name; the stock one asks Telegram when a command mentions it."""

    def __init__(self, token: str, username: str, title: str, session: AiohttpSession) -> None:
        super().__init__(token, session=session, default=_LOOKS)
        self.username = username
        self._user = User(id=self.id, is_bot=True, first_name=title, username=username)

    async def me(self) -> User:
        return self._user


class TelegramClient:
    """Owns the sockets. A bot made here costs a few microseconds and no call.

    `api_url` is without a trailing slash: Telegram's own, or a Bot API server of one's own.
    """

    def __init__(self, api_url: str, throttle: Throttle) -> None:
        server = TelegramAPIServer.from_base(api_url)
        self._throttle = throttle
        self._session = AiohttpSession(api=server, limit=100, timeout=_LONGEST_CALL_SECONDS)
        # A broadcast that fills the first session must not delay an answer with a 10 s limit.
        self._checkout = AiohttpSession(api=server, limit=10, timeout=_LONGEST_CALL_SECONDS)

    def bot(self, token: str, username: str, title: str) -> NamedBot:
        return NamedBot(token, username, title, self._session)

    async def call(self, bot: Bot, method: TelegramMethod[T], *, patience_seconds: float = 5) -> T:
        """Waits for its turn up to `patience_seconds`. Raises: TelegramFailure."""
        chat_id = getattr(method, "chat_id", None)
        if isinstance(chat_id, int):
            await self._take_turn(bot.id, chat_id, patience_seconds)
        session = self._checkout if isinstance(method, _CHECKOUT_ANSWERS) else self._session
        try:
            return await session(bot, method)
        except TelegramRetryAfter as flood:
            _log.warning("telegram silences bot %s for %s s", bot.id, flood.retry_after)
            await self._throttle.pause(bot.id, flood.retry_after)
            raise Flooded(flood.retry_after) from flood
        except AiogramError as error:
            raise meaning_of(error) from error

    async def close(self) -> None:
        await asyncio.gather(self._session.close(), self._checkout.close())

    async def _take_turn(self, bot_id: int, chat_id: int, patience_seconds: float) -> None:
        patience = patience_seconds
        while wait := await self._throttle.wait_seconds(bot_id, chat_id):
            if wait > patience:
                raise Flooded(wait)
            patience -= wait
            await asyncio.sleep(wait)
