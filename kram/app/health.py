"""Where processes without a port show that they live; light, for `kram health` asks often."""

from collections.abc import Mapping
from pathlib import Path

BEATING = ("relay", "worker", "bots", "scheduler")

OLDEST_SECONDS = 90.0
"""A worker is ready for work again when a handler's time is up, at the latest."""


def heartbeat_file(environ: Mapping[str, str], name: str) -> Path:
    """Two processes that are watched apart need folders of their own, by KRAM_HEALTH_DIR."""
    folder = environ.get("KRAM_HEALTH_DIR")
    if folder:
        return Path(folder, name)
    return Path(environ.get("KRAM_DATA_DIR", ".kram"), "health", name)
