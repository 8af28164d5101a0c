"""Cells merged downwards: what a person sees beside every row, the file says in the first alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kram.integrations.imports.sources.contract import MOST_COLUMNS, Record
from kram.integrations.imports.sources.package import Package
from kram.integrations.imports.sources.values import column_of

_MERGE = re.compile(rb'mergeCell\s[^<>]{0,200}?ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"')
_MOST = 20_000
_PIECE = 1 << 20
_OVERLAP = 300


@dataclass(frozen=True, slots=True)
class Merges:
    """First row → (column, last row)."""

    down: dict[int, list[tuple[int, int]]]

    @classmethod
    def of(cls, package: Package, sheet: str) -> "Merges":
        """They stand behind the rows in the file, and are needed before them."""
        down: dict[int, list[tuple[int, int]]] = {}
        before = b""
        count = 0
        for piece in package.pieces(sheet, _PIECE):
            text = before + piece
            end = 0
            for found in _MERGE.finditer(text):
                end = found.end()
                column, first, last = column_of(found[1].decode()), int(found[2]), int(found[3])
                if first < last and column < MOST_COLUMNS and count < _MOST:
                    down.setdefault(first, []).append((column, last))
                    count += 1
            before = text[max(end, len(text) - _OVERLAP) :]
        return cls(down)

    def filled(self, records: Iterator[Record]) -> Iterator[Record]:
        if not self.down:
            yield from records
            return
        running: dict[int, tuple[int, str]] = {}
        for record in records:
            number, cells = record
            for column, (last, value) in list(running.items()):
                if number > last:
                    del running[column]
                elif column >= len(cells):
                    cells += [""] * (column + 1 - len(cells))
                if number <= last and not cells[column]:
                    cells[column] = value
            for column, last in self.down.get(number, ()):
                if column < len(cells) and cells[column]:
                    running[column] = (last, cells[column])
            yield record
