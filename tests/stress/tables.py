"""Races as a table at the end of the run; also of workers, whose own output nobody sees."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from io import StringIO
from statistics import quantiles
from typing import Any

import pytest
from rich.console import Console
from rich.table import Table

PROPERTY = "race"
_COLUMNS = ("race", "expected", "got", "refused", "asked again", "seconds", "p50", "p99")


@dataclass(frozen=True)
class Row:
    """What a race was to end with, and how it ended; times in seconds."""

    race: str
    expected: int
    got: int
    refused: dict[str, int]
    again: int
    seconds: float
    p50: float
    p99: float


def row_of(
    race: str, expected: int, ended: Counter[str], again: int, took: Sequence[float], seconds: float
) -> Row:
    """`ended` counts answers: "placed", or the code of the problem."""
    refused = dict(ended)
    got = refused.pop("placed", 0)
    cuts = quantiles(took, n=100)
    return Row(race, expected, got, refused, again, seconds, cuts[49], cuts[98])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    rows = [
        value
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        for name, value in report.user_properties
        if name == PROPERTY
    ]
    if rows:
        terminalreporter.section("races over HTTP")
        for line in drawn([Row(**row) for row in rows]).splitlines():
            terminalreporter.write_line(line)


def as_property(row: Row) -> dict[str, Any]:
    """Workers tell it to the controller as JSON."""
    return asdict(row)


def drawn(rows: Sequence[Row]) -> str:
    table = Table(*_COLUMNS)
    for row in rows:
        refused = ", ".join(f"{code} {count}" for code, count in sorted(row.refused.items()))
        times = (f"{each:.2f}" for each in (row.seconds, row.p50, row.p99))
        table.add_row(row.race, str(row.expected), str(row.got), refused, str(row.again), *times)
    console = Console(file=StringIO(), width=120)
    console.print(table)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return text
