"""Texts that a workbook keeps apart from its cells, on the disk instead of in memory."""

import os
import tempfile
from array import array

from kram.integrations.imports.errors import FileRefused
from kram.integrations.imports.sources.contract import LARGEST_CELL
from kram.integrations.imports.sources.package import Package, damaged
from kram.integrations.imports.sources.values import joined, unescaped
from kram.integrations.imports.sources.xml import Attributes, XmlReader
from kram.kit.messages import gettext_noop


class SharedStrings:
    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="kram-strings-")  # noqa: SIM115 (see close)
        self._ends = array("Q", [0])
        self._parts: list[str] = []
        self._length = 0
        self._inside = self._spoken = False

    def close(self) -> None:
        self._file.close()

    def read(self, package: Package, part: str) -> None:
        for _ in package.read(part, XmlReader(self._start, self._end, self._text)):
            pass
        self._file.flush()

    def __getitem__(self, place: int) -> str:
        """Raises: FileRefused for a place that is not there."""
        if not 0 <= place < len(self._ends) - 1:
            raise damaged()
        start, end = self._ends[place], self._ends[place + 1]
        return os.pread(self._file.fileno(), end - start, start).decode()

    def _start(self, name: str, _: Attributes) -> None:
        if name == "t":
            self._inside = True
        elif name == "rPh":  # how the text is spoken, beside it
            self._spoken = True
        elif name == "si":
            self._parts, self._length = [], 0

    def _text(self, piece: str) -> None:
        if not self._inside or self._spoken:
            return
        self._length += len(piece)
        if self._length > LARGEST_CELL:
            raise FileRefused(gettext_noop("A cell holds more than a page: shorten it"))
        self._parts.append(piece)

    def _end(self, name: str) -> None:
        if name == "t":
            self._inside = False
        elif name == "rPh":
            self._spoken = False
        elif name == "si":
            text = unescaped(joined(self._parts)).encode(errors="replace")
            self._file.write(text)
            self._ends.append(self._ends[-1] + len(text))
