"""A file of JSON lines: every change of memory is one line, the last line of a key wins."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec


class Line(msgspec.Struct, omit_defaults=True):
    """One change: a record put, or a key dropped."""

    table: str
    record: msgspec.Raw = msgspec.Raw(b"null")
    dropped: str | int | None = None


class Journal:
    """Appends lines to a file of mode 0600; without a path it remembers nothing.

    A line is written before the call that caused it is answered, so a killed process loses
    nothing that a bot was told; only a last, half-written line is thrown away.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: int | None = None

    def lines(self) -> Iterator[Line]:
        """What earlier runs wrote."""
        if self._path is None or not self._path.exists():
            return
        for raw in self._path.read_bytes().splitlines():
            try:
                yield msgspec.json.decode(raw, type=Line)
            except msgspec.DecodeError:
                return

    def rewrite(self, lines: Iterable[Line]) -> None:
        """Replaces the file by these lines in one step, and goes on after them."""
        if self._path is None:
            return
        self.close()
        fresh = self._path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(msgspec.json.encode(line) + b"\n" for line in lines)
        fresh.replace(self._path)
        self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND)

    def append(self, line: Line) -> None:
        if self._file is not None:
            os.write(self._file, msgspec.json.encode(line) + b"\n")

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
