"""Says what a handler answered, after its transaction has committed."""

from dataclasses import dataclass
from typing import Any

import structlog
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.methods import AnswerCallbackQuery, TelegramMethod
from aiogram.types import Update

from kram.bot.answer import Answer
from kram.integrations.telegram.bots import ShopBot
from kram.integrations.telegram.errors import (
    AnswerLost,
    CallRefused,
    ChatMigrated,
    ChatUnreachable,
    MessageGone,
    NotModified,
    TokenRevoked,
)
from kram.integrations.telegram.outgoing import Outgoing

_log = structlog.get_logger(__name__)

_NOTHING_LEFT_TO_DO = (NotModified, MessageGone, ChatUnreachable, ChatMigrated, CallRefused)
"""Trying again changes nothing. A tap that was answered before is one of these."""


@dataclass(frozen=True, slots=True)
class Speaker:
    outgoing: Outgoing

    async def say(self, shop: ShopBot, update: Update, answer: Answer, *, attempt: int = 1) -> None:
        """Every tap is answered, if only to stop the button turning.

        Raises TelegramFailure when it should be said again: NothingSent, or once AnswerLost.
        """
        for call in _complete(update, answer).calls:
            try:
                await self.outgoing.call(shop, call)
            except _NOTHING_LEFT_TO_DO as error:
                _log_refusal(shop, call, error)
            except TokenRevoked:
                return
            except AnswerLost:
                # It may have arrived: saying it twice is bearable, saying it for ever is not.
                if attempt == 1:
                    raise
        if answer.then is not None:
            await answer.then()


def as_answer(returned: object) -> Answer:
    """A handler may return one call, an `Answer`, or nothing."""
    match returned:
        case Answer():
            return returned
        case TelegramMethod():
            return Answer.of(returned)
        case None:
            return Answer()
        case _ if returned is UNHANDLED:
            return Answer()
        case _:
            raise TypeError(f"a handler returned {type(returned).__name__}, not an Answer")


def _complete(update: Update, answer: Answer) -> Answer:
    query = update.callback_query
    if query is None or any(isinstance(call, AnswerCallbackQuery) for call in answer.calls):
        return answer
    return answer.led_by(query.answer())


def _log_refusal(shop: ShopBot, call: TelegramMethod[Any], error: Exception) -> None:
    level = _log.warning if isinstance(error, CallRefused) else _log.info
    level("telegram refused", shop=shop.tenant.slug, call=call.__api_method__, why=str(error))
