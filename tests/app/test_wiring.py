"""The table of who hears what is whole: every name has code, every event exists."""

import pytest

from kram.app.handlers import open_handlers
from kram.app.process import open_core
from kram.app.settings import Settings
from kram.app.wiring import SUBSCRIBERS
from kram.kit.events.event import known_events

pytestmark = pytest.mark.anyio


def heard() -> set[str]:
    tables = (SUBSCRIBERS.events, SUBSCRIBERS.inbox)
    return {name for table in tables for names in table.values() for name in names}


async def test_every_name_has_its_handler_and_every_handler_is_heard(settings: Settings) -> None:
    async with open_core(settings) as core, open_handlers(core) as handlers:
        assert set(handlers) == heard()


def test_every_event_of_the_house_is_heard() -> None:
    ours = {name for name in known_events() if not name.startswith("test.")}
    assert ours == set(SUBSCRIBERS.events)
