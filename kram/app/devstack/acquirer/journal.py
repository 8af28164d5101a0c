"""A file of JSON lines: a record as it became; the last line of an id is the truth."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from kram.app.devstack.acquirer.records import CallbackRecord, PaymentRecord


class Line(msgspec.Struct, omit_defaults=True):
    payment: PaymentRecord | None = None
    callback: CallbackRecord | None = None


class Journal:
    """Of mode 0600: a payment's page address is all that its payer needs. Without a path it
    remembers nothing. A half-written last line is thrown away."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: int | None = None

    def lines(self) -> Iterator[Line]:
        if self._path is None or not self._path.exists():
            return
        for raw in self._path.read_bytes().splitlines():
            try:
                yield msgspec.json.decode(raw, type=Line)
            except msgspec.DecodeError:
                return

    def rewrite(self, lines: Iterable[Line]) -> None:
        """Replaces the file by these lines, and goes on after them."""
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.unlink(missing_ok=True)  # a killed run's may have other rights
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
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
