"""The transaction of one update: opened around its handler, committed before anything is said.

A handler is an async function of the event and of what it names among: `tx`, `bot` (the library's),
`shop`, `staff`, `customer`, `words`, `links`, `state`. It writes through `tx` and returns an
`Answer`. By default `tx` is the shop's, and its commit also says that the update is handled; with
the flag `PLATFORM` it is the control plane's.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from aiogram import BaseMiddleware
from aiogram.dispatcher.flags import get_flag
from aiogram.types import TelegramObject

from kram.kit.events.handling import AlreadyHandled, Delivery

PLATFORM = {"scope": "platform"}

_Next = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class TenantMissing(RuntimeError):
    """A handler was about to run without knowing whose shop it works in."""


class _Undo(Exception):
    """Leaves a transaction's block without a commit."""


class InTransaction(BaseMiddleware):
    """Runs the handler inside its transaction, which ends before its answer travels on.

    An update whose effect has committed, but whose answer a crash may have swallowed, is handled
    once more in a transaction that is undone: it is answered again and changes nothing.
    """

    async def __call__(self, handler: _Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        delivery = data.get("delivery")
        if not isinstance(delivery, Delivery) or data.get("shop") is None:
            raise TenantMissing(f"{type(event).__name__} without a shop")
        if get_flag(data, "scope") == PLATFORM["scope"]:
            async with delivery.db.platform() as tx:
                return await handler(event, {**data, "tx": tx})
        try:
            async with delivery.done() as tx:
                return await handler(event, {**data, "tx": tx})
        except AlreadyHandled:
            return await self._answer_again(handler, event, data, delivery)

    async def _answer_again(
        self, handler: _Next, event: TelegramObject, data: dict[str, Any], delivery: Delivery[Any]
    ) -> Any:
        answer = None
        with suppress(_Undo):
            async with delivery.db.tenant(delivery.tenant) as tx:
                answer = await handler(event, {**data, "tx": tx})
                raise _Undo
        return answer
