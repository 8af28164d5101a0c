"""What a handler wants said. It is said after the commit, never inside the transaction."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from aiogram.methods import TelegramMethod

Step = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Answer:
    """`calls` go out in order; `then` runs when all of them have: states of a dialogue."""

    calls: tuple[TelegramMethod[Any], ...] = ()
    then: Step | None = None

    @classmethod
    def of(cls, *calls: TelegramMethod[Any]) -> "Answer":
        return cls(calls)

    def followed_by(self, step: Step) -> "Answer":
        return replace(self, then=step)

    def led_by(self, call: TelegramMethod[Any]) -> "Answer":
        return replace(self, calls=(call, *self.calls))
