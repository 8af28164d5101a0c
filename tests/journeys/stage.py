"""Everything that a journey plays on: Kram's processes, browsers, phones, a CRM, a camera."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis

from kram.app.devstack.assets import build
from kram.app.settings import Settings
from kram.kit.ids import public_code
from tests.browser.album import Album
from tests.browser.chromium import open_browser, open_context
from tests.browser.dashboard import Dashboard
from tests.browser.phone import Phone
from tests.conftest import ROOT
from tests.integrations.crm.receiver import Receiver, listening
from tests.journeys.control import Control
from tests.journeys.ledger import until
from tests.processes import ALL, Processes, running

LEASE_SECONDS = 20.0
"""As in production: a journey kills nobody."""


@dataclass(slots=True)
class Stage:
    """`desk` is the merchant's browser, `staff` and `shopper` are phones."""

    processes: Processes
    desk: Dashboard
    staff: Phone
    shopper: Phone
    control: Control
    crm: Receiver
    album: Album
    slug: str

    @property
    def bot(self) -> str:
        """Its user name."""
        return f"{self.slug.replace('-', '_')}_bot"


async def bot_listens(stage: Stage) -> None:
    """Waits until the bot knows what it has asked, which is a moment after the question is read:
    a test types faster than people do."""
    async with Redis.from_url(stage.processes.settings.redis_url) as redis:

        async def questions() -> int:
            return len(await redis.keys("kram:fsm:*:data"))

        await until(questions, 1)


@asynccontextmanager
async def staged(
    settings: Settings, folder: Path, name: str, processes: Sequence[str] = ALL
) -> AsyncIterator[Stage]:
    """`name` is the album's. The shop's slug is new: a worker's journeys share one database."""
    build(ROOT)
    async with (
        running(settings, folder, processes, lease_seconds=LEASE_SECONDS) as started,
        listening() as crm,
        open_browser() as browser,
        open_context(browser) as merchant,
        open_context(browser) as shopper,
    ):
        web, phone = started.addresses.web, started.addresses.phone
        yield Stage(
            started,
            desk=Dashboard(await merchant.new_page(), web),
            staff=Phone(await merchant.new_page(), phone),
            shopper=Phone(await shopper.new_page(), phone),
            control=Control(phone),
            crm=crm,
            album=Album(name),
            slug=f"kvitka-{public_code().lower()}",
        )
