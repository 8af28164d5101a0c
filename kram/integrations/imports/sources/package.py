"""The zip around a spreadsheet, opened so that neither its lists nor its contents can fill us.

https://www.iso.org/standard/71691.html (Open Packaging Conventions)
"""

import io
import posixpath
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from kram.integrations.imports.errors import FileRefused
from kram.integrations.imports.sources.xml import XmlReader, XmlRefused
from kram.kit.messages import gettext_noop

LARGEST_PART = 512 * 2**20
"""Bytes unpacked; a hundred thousand long rows take half of it."""

_LARGEST_LIST = 1 << 20
"""Bytes of the zip's own table of contents; every entry of it becomes an object."""

_ENCRYPTED = 0x1


def damaged() -> FileRefused:
    return FileRefused(gettext_noop("The spreadsheet is damaged: open it, save it as XLSX again"))


class _Careful(io.FileIO):
    """Refuses to be read in large pieces: only a hostile table of contents is."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            size = _LARGEST_LIST + 1
        if size > _LARGEST_LIST:
            data = super().read(_LARGEST_LIST + 1)
            if len(data) > _LARGEST_LIST:
                raise BadZipFile("too much at once")
            return data
        return super().read(size)


class Package:
    """Parts of the file by their names. Every method raises FileRefused for what is not there."""

    def __init__(self, path: Path) -> None:
        file = _Careful(path, "rb")
        try:
            self._zip = ZipFile(cast(IO[bytes], file))
        except (BadZipFile, ValueError, OSError, NotImplementedError) as error:
            file.close()
            raise damaged() from error
        self._file = file
        self._parts = {info.filename.lstrip("/"): info for info in self._zip.infolist()}

    def close(self) -> None:
        self._zip.close()
        self._file.close()

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def read(self, name: str, reader: XmlReader) -> Iterator[None]:
        """The part through the reader, a piece at each step."""
        try:
            with self._zip.open(self._checked(name)) as part:
                yield from reader.feed(cast(BinaryIO, _Capped(part)))
        except XmlRefused as error:
            raise damaged() from error
        except (BadZipFile, EOFError, ValueError, OSError, RuntimeError, zlib.error) as error:
            raise damaged() from error

    def pieces(self, name: str, size: int) -> Iterator[bytes]:
        try:
            with self._zip.open(self._checked(name)) as part:
                capped = _Capped(part)
                while piece := capped.read(size):
                    yield piece
        except (BadZipFile, EOFError, ValueError, OSError, RuntimeError, zlib.error) as error:
            raise damaged() from error

    def targets(self, part: str) -> dict[str, tuple[str, str]]:
        """What `part` ("" for the package) refers to: id → (kind, name of the part)."""
        folder, name = posixpath.split(part)
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag != "Relationship" or attributes.get("TargetMode") == "External":
                return
            target = posixpath.normpath(posixpath.join("/" + folder, attributes.get("Target", "")))
            kind = attributes.get("Type", "").rpartition("/")[2]
            found[attributes.get("Id", "")] = (kind, target.lstrip("/"))

        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations in self:
            for _ in self.read(relations, XmlReader(start, _nothing, _nothing)):
                pass
        return found

    def _checked(self, name: str) -> ZipInfo:
        info = self._parts.get(name)
        if info is None or info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise damaged()
        if info.flag_bits & _ENCRYPTED:
            raise FileRefused(gettext_noop("The file has a password: save it without one"))
        return info


class _Capped:
    """A part that ends with a refusal once too much of it was unpacked."""

    def __init__(self, part: IO[bytes]) -> None:
        self._part = part
        self._left = LARGEST_PART

    def read(self, size: int) -> bytes:
        piece = self._part.read(size)
        self._left -= len(piece)
        if self._left < 0:
            raise FileRefused(gettext_noop("The file is too large inside: split it into several"))
        return piece


def _nothing(_: str) -> None:
    pass
