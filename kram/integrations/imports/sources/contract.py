"""What a file of any format is to an import: rows with a number."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import NamedTuple, Protocol

from kram.kit.text import visible

MOST_ROWS = 100_000
MOST_COLUMNS = 256
"""What stands further to the right is not read."""

LARGEST_CELL = 100_000
"""Characters; a description is never so long, a missing quote makes a cell of the whole file."""

LARGEST_ROW = 200_000
"""Characters of all its cells: a row is the one thing that is held in memory."""

LARGEST_TEXT = 200_000_000
"""Characters of all cells together: a packed file says much with few bytes."""


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    YML = "yml"


class Record(NamedTuple):
    """A line of the file, its cells tidy; `number` is what its program shows, ascending."""

    number: int
    cells: list[str]


def tidy(cell: str) -> str:
    return visible(cell).strip()


class Source(Protocol):
    """A file that can be read any number of times, the same way each time."""

    @property
    def format(self) -> Format: ...

    def records(self) -> AbstractContextManager[Iterator[Record]]:
        """The headings first, then what is not empty. Blocking: draw them in a thread.

        Raises: FileRefused, at any point, with what to do.
        """
        ...
