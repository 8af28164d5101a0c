"""Live news for the phones on the page."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec

QUEUE_SIZE = 1_000


class News(msgspec.Struct, frozen=True):
    """Something a phone should show; `people` are those whose phones it concerns."""

    kind: str
    people: frozenset[int]
    body: dict[str, Any]


class Feed:
    """Hands news to every open page; a page that does not read loses the oldest news."""

    def __init__(self) -> None:
        self._readers: set[asyncio.Queue[News | None]] = set()

    def publish(self, kind: str, people: frozenset[int] | set[int], **body: object) -> None:
        self._hand_out(News(kind, frozenset(people), body))

    def close(self) -> None:
        """Ends every reader: a server cannot stop while somebody listens."""
        self._hand_out(None)

    def _hand_out(self, news: News | None) -> None:
        for queue in self._readers:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(news)

    async def read(self, people: frozenset[int]) -> AsyncIterator[News]:
        """News that concern any of these people, from now on."""
        queue: asyncio.Queue[News | None] = asyncio.Queue(QUEUE_SIZE)
        self._readers.add(queue)
        try:
            while (news := await queue.get()) is not None:
                if news.people & people:
                    yield news
        finally:
            self._readers.discard(queue)
