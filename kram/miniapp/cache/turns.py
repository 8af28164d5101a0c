"""One at a time for the same key, so that a hundred who ask at once cause one look."""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary


class Turns:
    def __init__(self) -> None:
        self._locks: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def of(self, key: Hashable) -> AsyncIterator[None]:
        """Whoever waited looks first whether the one before has found the answer."""
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock:
            yield
