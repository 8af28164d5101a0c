"""Between the servers and the web: migrations and the demo shop, in a process of their own.

So the supervisor stays small, and this runs while the web process still imports.
"""

import asyncio
import json
from dataclasses import asdict

from kram.app.devstack.home import Home, write_private
from kram.app.reach import reach_servers
from kram.app.settings import read_settings
from kram.app.setup import prepare


def main() -> None:
    settings = read_settings()
    asyncio.run(reach_servers(settings))
    demo = prepare(settings)
    write_private(Home(settings.data_dir.parent).demo, json.dumps(asdict(demo)))
