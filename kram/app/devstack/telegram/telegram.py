"""The simulated Telegram as one object that every part is handed."""

import time
from collections.abc import Callable
from pathlib import Path

from kram.app.devstack.telegram.calls import CallLog
from kram.app.devstack.telegram.delivery.pollers import Pollers
from kram.app.devstack.telegram.faults import Faults
from kram.app.devstack.telegram.feed import Feed
from kram.app.devstack.telegram.files import FileStore
from kram.app.devstack.telegram.flood import FloodGate
from kram.app.devstack.telegram.questions import Questions
from kram.app.devstack.telegram.state.world import World
from kram.app.devstack.telegram.web_app_queries import WebAppQueries

Listener = Callable[[int], None]


class Telegram:
    """Memory, and the things that live only as long as the process."""

    def __init__(
        self, data_dir: Path | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self.clock = clock
        self.world = World(data_dir / "telegram.jsonl" if data_dir else None)
        self.files = FileStore(self.world, data_dir / "telegram-files" if data_dir else None)
        self.feed = Feed()
        self.calls = CallLog()
        self.faults = Faults()
        self.flood = FloodGate(clock)
        self.questions = Questions(clock)
        self.web_app_queries = WebAppQueries()
        self.pollers = Pollers()
        self.update_listeners: list[Listener] = [self.pollers.wake]
        self.webhook_listeners: list[Listener] = [self.pollers.take_over]

    @property
    def now(self) -> int:
        """Whole seconds since the epoch, as Telegram writes dates."""
        return int(self.clock())

    def update_arrived(self, bot_id: int) -> None:
        for listener in self.update_listeners:
            listener(bot_id)

    def webhook_changed(self, bot_id: int) -> None:
        for listener in self.webhook_listeners:
            listener(bot_id)

    def let_go(self) -> None:
        """Answers everybody who waits, so that the server can stop at once."""
        self.feed.close()
        self.pollers.close()
        self.questions.clear()

    def reset(self) -> None:
        """Back to an empty town: nobody, no bots, no faults. The signing key stays."""
        bot_ids = [bot.id for bot in self.world.bots]
        self.world.reset()
        self.calls.clear()
        self.faults.clear()
        self.flood.is_on = False
        self.questions.clear()
        for bot_id in bot_ids:
            self.webhook_changed(bot_id)
