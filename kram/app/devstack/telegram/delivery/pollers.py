"""Which bots wait in getUpdates right now: at most one request a bot."""

import asyncio

TWO_POLLERS = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
TAKEN_OVER = "terminated by setWebhook request"
STOPPING = "the server is stopping"


class Poller:
    """One waiting getUpdates; a second one or a webhook ends it."""

    def __init__(self) -> None:
        self.wake = asyncio.Event()
        self.conflict: str | None = None

    def end(self, reason: str) -> None:
        self.conflict = reason
        self.wake.set()


class Pollers:
    """The waiting requests by bot."""

    def __init__(self) -> None:
        self._by_bot: dict[int, Poller] = {}

    def start(self, bot_id: int) -> Poller:
        if bot_id in self._by_bot:
            self._by_bot[bot_id].end(TWO_POLLERS)
        poller = self._by_bot[bot_id] = Poller()
        return poller

    def stop(self, bot_id: int, poller: Poller) -> None:
        if self._by_bot.get(bot_id) is poller:
            del self._by_bot[bot_id]

    def close(self) -> None:
        for poller in self._by_bot.values():
            poller.end(STOPPING)

    def wake(self, bot_id: int) -> None:
        if bot_id in self._by_bot:
            self._by_bot[bot_id].wake.set()

    def take_over(self, bot_id: int) -> None:
        if bot_id in self._by_bot:
            self._by_bot[bot_id].end(TAKEN_OVER)
