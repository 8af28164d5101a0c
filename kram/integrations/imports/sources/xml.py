"""XML from strangers, read piece by piece: no entities, no outside files, nothing that grows.

The parser keeps a token and every new name in its own memory for as long as it lives: both are
capped here, and so is the depth.
"""

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO
from xml.parsers import expat

LARGEST_TOKEN = 1 << 20
"""Bytes of one tag; text comes in pieces."""

DEEPEST = 32
MOST_NAMES = 2_000
_CHUNK = 1 << 16

Attributes = dict[str, str]


class XmlRefused(Exception):
    """Not well formed, or not of the kind that is read here; `line` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


class XmlReader:
    """Calls `start(name, attributes)`, `end(name)` and `text(piece)`; names without prefixes.

    `doctype` allows the plain mention of a DTD, which is not read.
    """

    def __init__(
        self,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None],
        text: Callable[[str], None],
        *,
        doctype: bool = False,
    ) -> None:
        self._started, self._ended = start, end
        self._depth = 0
        self._names: dict[str, str] = {}
        self._doctype = doctype
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = self._declare
        parser.EntityDeclHandler = self._refuse
        self._parser = parser

    def feed(self, file: BinaryIO) -> Iterator[None]:
        """Reads on by a piece at each step. Raises: XmlRefused."""
        fed = 0
        while piece := file.read(_CHUNK):
            self._parse(piece)
            fed += len(piece)
            if fed - self._parser.CurrentByteIndex > LARGEST_TOKEN:
                raise XmlRefused(self.line)
            yield
        self._parse(b"", last=True)
        yield

    @property
    def line(self) -> int:
        return self._parser.CurrentLineNumber

    def _parse(self, piece: bytes, *, last: bool = False) -> None:
        try:
            self._parser.Parse(piece, last)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise XmlRefused(self.line) from error

    def _start(self, name: str, attributes: Attributes) -> None:
        self._depth += 1
        if self._depth > DEEPEST or len(attributes) > DEEPEST:
            raise XmlRefused(self.line)
        for known in attributes:
            if known not in self._names:
                self._learn(known)
        self._started(self._names.get(name) or self._learn(name), attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._ended(self._names[name])

    def _learn(self, name: str) -> str:
        if len(self._names) >= MOST_NAMES:
            raise XmlRefused(self.line)
        return self._names.setdefault(name, name.rpartition(":")[2])

    def _declare(self, name: str, system: str | None, public: str | None, internal: int) -> None:
        if internal or not self._doctype:
            raise XmlRefused(self.line)

    def _refuse(self, *_: Any) -> None:  # an entity, whatever it stands for
        raise XmlRefused(self.line)
