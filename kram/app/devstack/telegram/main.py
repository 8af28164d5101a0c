"""Starts the simulator: one process, one event loop, on loopback."""

import asyncio
import signal

from granian.constants import Interfaces
from granian.server.embed import Server

from kram.app.devstack.telegram.app import create_app
from kram.app.devstack.telegram.settings import PhoneSettings
from kram.app.devstack.telegram.telegram import Telegram


async def serve(settings: PhoneSettings) -> None:
    """Serves until SIGINT or SIGTERM."""
    if settings.data_dir is not None:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    telegram = Telegram(settings.data_dir)
    app = create_app(telegram, settings.public_url)
    server = Server(app, "127.0.0.1", settings.port, interface=Interfaces.ASGI, log_enabled=False)

    def stop() -> None:
        telegram.let_go()
        server.stop()  # type: ignore[no-untyped-call]

    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop)
    await server.serve()


def main() -> None:
    asyncio.run(serve(PhoneSettings.from_environment()))


if __name__ == "__main__":
    main()
