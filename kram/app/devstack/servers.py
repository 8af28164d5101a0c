"""PostgreSQL and Valkey of a checkout: ours, or those that the person points at."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kram.app.devstack.postgres import EmbeddedPostgres
from kram.app.devstack.server import Server
from kram.app.devstack.valkey import EmbeddedValkey


class Servers:
    """Where the data is, and the servers of ours behind it."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.ours: dict[str, Server] = {}
        self._urls = {
            "postgres": environ.get("KRAM_DATABASE_URL", ""),
            "valkey": environ.get("KRAM_REDIS_URL", ""),
        }
        if not self._urls["postgres"]:
            self.ours["postgres"] = EmbeddedPostgres(folder / "postgres")
        if not self._urls["valkey"]:
            self.ours["valkey"] = EmbeddedValkey(folder / "valkey")

    @property
    def database_url(self) -> str:
        return self._urls["postgres"]

    @property
    def redis_url(self) -> str:
        return self._urls["valkey"]

    @property
    def pids(self) -> dict[str, int]:
        return {name: server.pid for name, server in self.ours.items()}

    def start(self) -> None:
        for name, server in self.ours.items():
            self._urls[name] = server.start()

    def revive(self) -> list[str]:
        """Starts again, on the same ports, those that died; returns their names."""
        return [name for name, server in self.ours.items() if server.revive()]

    def stop(self) -> None:
        for server in self.ours.values():
            server.stop()


@contextmanager
def running_servers(folder: Path, environ: Mapping[str, str]) -> Iterator[Servers]:
    """Starts what KRAM_DATABASE_URL and KRAM_REDIS_URL do not name; stops it at the end."""
    servers = Servers(folder, environ)
    try:
        servers.start()
        yield servers
    finally:
        servers.stop()
