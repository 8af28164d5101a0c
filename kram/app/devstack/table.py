"""Kram's processes by name: what `kram run NAME` imports and calls."""

import sys

from kram.app.devstack.child import Program

WEB = "web"
SETUP = "setup"
ENTRY_POINTS = {
    WEB: "kram.app.web:main",
    "phone": "kram.app.devstack.telegram.main:main",
    "relay": "kram.app.relay:main",
    "worker": "kram.app.worker:main",
    "bots": "kram.app.bots:main",
    "scheduler": "kram.app.scheduler:main",
    SETUP: "kram.app.devstack.setup:main",
}


def program(name: str) -> Program:
    return Program(name, [sys.executable, "-m", "kram", "run", name], restarts=name != SETUP)


def others() -> list[Program]:
    """Returns the processes that start once the web answers, in order."""
    return [program(name) for name in ENTRY_POINTS if name not in (WEB, SETUP)]
