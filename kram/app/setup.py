"""Before anything serves: schemas at the newest revision, spare ones made, and a demo shop once."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import asyncpg

from kram.app.process import open_core
from kram.app.settings import Settings
from kram.kit.db.scope import APP_ROLE, HOT_ROLE
from kram.tenants.models import BotState
from kram.tenants.schema.migrate import Report, migrate_tenants
from kram.tenants.schema.platform import migrate_platform
from kram.tenants.schema.provision import refill_spares

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Demo:
    """How a newcomer gets in; `path` opens the shop on the phone's page."""

    email: str
    password: str
    path: str


_DEMO_BOT = "kvitka_demo_bot"
DEMO = Demo("demo@example.com", "kram-demo-2026", f"/?bot={_DEMO_BOT}")


async def migrate_control_plane(settings: Settings) -> str:
    """Returns the revision that it is at now."""
    passwords = {role: settings.role_password(role) for role in (APP_ROLE, HOT_ROLE)}
    return await migrate_platform(settings.database_url, passwords)


async def migrate_shops(
    settings: Settings,
    *,
    connections: int = 4,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Every shop, then enough spare schemas for the next sign-ups."""
    report = await migrate_tenants(
        settings.database_url, connections=connections, on_progress=on_progress
    )
    await refill_spares(settings.database_url)
    return report


def prepare(settings: Settings) -> Demo:
    """Makes the database of `make up` ready. Raises RuntimeError when a shop cannot migrate."""
    asyncio.run(_prepare(settings))
    return DEMO


async def _prepare(settings: Settings) -> None:
    await migrate_control_plane(settings)
    report = await migrate_shops(settings)
    if report.failed:
        raise RuntimeError(f"shops that could not be migrated: {report.failed}")
    if await _is_seeded(settings.database_url):
        return
    _log.info("making the demo shop")
    # Its bot library costs seconds; a second start must not pay for what it does not do.
    seed = import_module("kram.app.demo").seed
    async with open_core(settings) as core:
        await seed(core, DEMO.email, DEMO.password, _DEMO_BOT)


async def _is_seeded(database_url: str) -> bool:
    """The staff chat of the demo shop's bot comes last; a bot that the person brought or removed,
    and a database of somebody else's merchants, are left alone."""
    connection = await asyncpg.connect(database_url, timeout=10)
    try:
        found: bool = await connection.fetchval(
            "SELECT EXISTS (SELECT FROM platform.bot WHERE staff_chat_id IS NOT NULL"
            " OR username <> $2 OR state = $3)"
            " OR EXISTS (SELECT FROM platform.merchant WHERE email <> $1)",
            DEMO.email,
            _DEMO_BOT,
            BotState.REMOVED,
        )
        return found
    finally:
        await connection.close()
