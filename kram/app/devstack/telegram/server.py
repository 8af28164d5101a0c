"""A call from door to door: faults, limits, the method, the answer, the record of it."""

import asyncio
from dataclasses import dataclass
from typing import Any

from kram.app.devstack.telegram.calls import RecordedCall
from kram.app.devstack.telegram.errors import (
    BotApiError,
    ResponseParameters,
    method_not_found,
    not_found,
    too_many_requests,
    unauthorized,
)
from kram.app.devstack.telegram.faults import Fault, FaultKind
from kram.app.devstack.telegram.identities import TOKEN, bot_by_token
from kram.app.devstack.telegram.methods.arguments import Arguments
from kram.app.devstack.telegram.methods.call import Call
from kram.app.devstack.telegram.methods.registry import find_method
from kram.app.devstack.telegram.state.records import Bot
from kram.app.devstack.telegram.telegram import Telegram
from kram.app.devstack.telegram.wire.base import Wire


class Success(Wire, kw_only=True):
    """What an accepted call is answered."""

    ok: bool
    result: Any


class Failure(Wire, kw_only=True):
    """What a refused call is answered."""

    ok: bool
    error_code: int
    description: str
    parameters: ResponseParameters | None = None


class LostAnswerError(Exception):
    """The connection ends without an answer, as a fault asked."""


@dataclass(frozen=True)
class Answer:
    """A status and a body."""

    status: int
    body: Success | Failure


def authenticate(telegram: Telegram, token: str) -> Bot:
    """The bot that bears the token. Raises Telegram's refusals."""
    bot = bot_by_token(telegram.world, token)
    if bot is not None:
        return bot
    raise unauthorized() if TOKEN.fullmatch(token) else not_found()


async def serve(telegram: Telegram, token: str, name: str, arguments: Arguments) -> Answer:
    """Answers one call, and keeps a record of it. Raises when a fault swallows the answer."""
    try:
        bot = authenticate(telegram, token)
    except BotApiError as error:
        return _failure(error)
    return await answer_call(telegram, bot, name, arguments)


async def answer_call(telegram: Telegram, bot: Bot, name: str, arguments: Arguments) -> Answer:
    """As `serve`, for a bot that is already known."""
    chat_id = arguments.text("chat_id")
    fault = telegram.faults.strike(bot.id, name, chat_id)
    answer = await _carry_out(telegram, bot, name, arguments, fault)
    _record(telegram, bot, name, arguments, answer)
    if fault is not None and fault.loses_answer:
        if fault.kind is FaultKind.TIMEOUT:
            await asyncio.sleep(fault.seconds)
        raise LostAnswerError
    return answer


async def _carry_out(
    telegram: Telegram, bot: Bot, name: str, arguments: Arguments, fault: Fault | None
) -> Answer:
    if fault is not None and not (fault.loses_answer and fault.takes_effect):
        return _failure(fault.refusal())
    method = find_method(name)
    try:
        if method is None:
            raise method_not_found()
        _hold_back(telegram, bot, name, arguments)
        return Answer(200, Success(ok=True, result=await method(Call(telegram, bot, arguments))))
    except BotApiError as error:
        return _failure(error)


def _hold_back(telegram: Telegram, bot: Bot, name: str, arguments: Arguments) -> None:
    wait = 0
    if name.lower().startswith("send") and arguments.has("chat_id"):
        wait = telegram.flood.wait_seconds(bot.id, arguments.text("chat_id"))
    elif name.lower() == "setwebhook":
        wait = telegram.flood.webhook_wait_seconds(bot.id)
    if wait:
        raise too_many_requests(wait)


def _failure(error: BotApiError) -> Answer:
    body = Failure(
        ok=False,
        error_code=error.code,
        description=error.description,
        parameters=error.parameters,
    )
    return Answer(error.code, body)


def _record(telegram: Telegram, bot: Bot, name: str, arguments: Arguments, answer: Answer) -> None:
    body = answer.body
    telegram.calls.add(
        RecordedCall(
            id=0,
            bot_id=bot.id,
            method=name,
            params=arguments.values,
            files=sorted(arguments.uploads),
            at=telegram.clock(),
            ok=body.ok,
            error_code=body.error_code if isinstance(body, Failure) else None,
            description=body.description if isinstance(body, Failure) else None,
        )
    )
