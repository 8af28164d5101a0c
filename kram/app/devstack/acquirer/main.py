"""Starts the acquirer: one process, one event loop, on loopback."""

import asyncio
import signal

from granian.constants import Interfaces
from granian.server.embed import Server

from kram.app.devstack.acquirer.server import create_acquirer
from kram.app.devstack.acquirer.settings import AcquirerSettings


async def serve(settings: AcquirerSettings) -> None:
    """Serves until SIGINT or SIGTERM."""
    app = create_acquirer(settings.config)
    server = Server(app, "127.0.0.1", settings.port, interface=Interfaces.ASGI, log_enabled=False)
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, server.stop)
    await server.serve()


def main() -> None:
    asyncio.run(serve(AcquirerSettings.from_environment()))


if __name__ == "__main__":
    main()
