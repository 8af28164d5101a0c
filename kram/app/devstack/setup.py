"""Between the servers and the web: migrations and the demo shop, in a process of their own.

So the supervisor stays small, and this runs while the web process still imports.
"""

import asyncio
import json
from dataclasses import asdict

import asyncpg

from kram.app.devstack.home import Home, write_private
from kram.app.settings import read_settings
from kram.app.setup import prepare


def main() -> None:
    settings = read_settings()
    asyncio.run(_reach(settings.database_url))
    demo = prepare(settings)
    write_private(Home(settings.data_dir.parent).demo, json.dumps(asdict(demo)))


async def _reach(database_url: str) -> None:
    """Raises SystemExit with one sentence: the address may be the person's own."""
    try:
        connection = await asyncpg.connect(database_url, timeout=10)
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise SystemExit(
            f"No connection to the database of KRAM_DATABASE_URL: {error or 'no answer'}."
        ) from error
    await connection.close()
