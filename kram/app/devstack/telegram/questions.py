"""Questions to a bot that must be answered in time: callback, shipping, pre-checkout, inline."""

import asyncio
import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kram.app.devstack.telegram.errors import bad_request

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@dataclass(frozen=True)
class Question:
    """An open question; `answer` is what the bot said."""

    id: str
    kind: str
    bot_id: int
    person_id: int
    expires_at: float
    answer: asyncio.Future[dict[str, Any]] = field(compare=False)


class Questions:
    """Open questions by their id."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._open: dict[str, Question] = {}

    def ask(self, kind: str, bot_id: int, person_id: int, seconds: float) -> Question:
        """Opens a question that can be answered for so many seconds."""
        self._forget_old()
        question = Question(
            id=str(secrets.randbits(62)),
            kind=kind,
            bot_id=bot_id,
            person_id=person_id,
            expires_at=self._clock() + seconds,
            answer=asyncio.get_running_loop().create_future(),
        )
        self._open[question.id] = question
        return question

    def answer(self, kind: str, bot_id: int, query_id: str, answer: dict[str, Any]) -> Question:
        """Answers once, in time, and only a question that was put to this bot."""
        question = self._open.get(query_id)
        if question is None or (question.kind, question.bot_id) != (kind, bot_id):
            raise bad_request(TOO_OLD)
        del self._open[query_id]
        if question.expires_at <= self._clock() or question.answer.done():
            raise bad_request(TOO_OLD)
        question.answer.set_result(answer)
        return question

    def is_open(self, query_id: str) -> bool:
        return query_id in self._open

    async def wait(
        self, question: Question, at_most_seconds: float = math.inf
    ) -> dict[str, Any] | None:
        """The bot's answer, or None when it stayed silent until the end."""
        remaining = min(at_most_seconds, max(0.0, question.expires_at - self._clock()))
        try:
            return await asyncio.wait_for(asyncio.shield(question.answer), remaining)
        except TimeoutError:
            return None

    def clear(self) -> None:
        for question in self._open.values():
            question.answer.set_result({})
        self._open.clear()

    def _forget_old(self) -> None:
        now = self._clock()
        self._open = {key: row for key, row in self._open.items() if row.expires_at > now}
