"""Kram's processes by name: what `kram run NAME` imports and calls."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from kram.app.devstack.child import Program

ENTRY_POINTS = {
    "web": "kram.app.web:main",
    "phone": "kram.app.devstack.telegram.main:main",
    "acquirer": "kram.app.devstack.acquirer.main:main",
    "relay": "kram.app.relay:main",
    "worker": "kram.app.worker:main",
    "bots": "kram.app.bots:main",
    "scheduler": "kram.app.scheduler:main",
    "setup": "kram.app.devstack.setup:main",
}


@dataclass(frozen=True)
class Table:
    """What runs, in the order of its start."""

    web: Program
    phone: Program
    """It needs no database, and the setup makes the demo shop's bot in it."""
    setup: Program
    """Runs once, before the web may look at the database."""
    rest: Sequence[Program]


def kram_table() -> Table:
    rest = [_program(name) for name in ("relay", "worker", "bots", "scheduler", "acquirer")]
    return Table(_program("web"), _program("phone"), _program("setup"), rest)


def _program(name: str) -> Program:
    return Program(name, [sys.executable, "-m", "kram", "run", name], restarts=name != "setup")
