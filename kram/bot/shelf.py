"""The shops' routers, kept while they are used."""

from collections import OrderedDict
from collections.abc import Callable
from uuid import UUID

from aiogram import Router

from kram.integrations.telegram.settings import BotSettings

Assemble = Callable[[BotSettings], Router]


class RouterShelf:
    """One router per shop, assembled from its settings when first needed or when they changed.

    The least recently used ones are dropped.
    """

    def __init__(self, assemble: Assemble, *, most: int = 100) -> None:
        self._assemble = assemble
        self._most = most
        self._routers: OrderedDict[UUID, tuple[BotSettings, Router]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._routers)

    def router(self, bot_id: UUID, settings: BotSettings) -> Router:
        known = self._routers.get(bot_id)
        if known is None or known[0] != settings:
            known = (settings, self._assemble(settings))
            self._routers[bot_id] = known
        self._routers.move_to_end(bot_id)
        if len(self._routers) > self._most:
            self._routers.popitem(last=False)
        return known[1]
