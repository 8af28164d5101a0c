"""Files on their way in and out."""

import asyncio
import csv
import io
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, BinaryIO, cast

from litestar.datastructures import UploadFile
from litestar.response import Stream

from kram.integrations.imports.cells import harmless
from kram.integrations.imports.layout import Layout, inspect
from kram.integrations.imports.service import LARGEST_FILE_BYTES
from kram.integrations.imports.sources import Format
from kram.integrations.imports.writers import MEDIA_TYPES
from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop

_PIECE = 1 << 18
_BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes UTF-8 for the local code page."""


class FileTooLarge(AppError):
    code = "file_too_large"
    kind = Kind.TOO_LARGE
    title = gettext_noop("The file is larger than 50 MB: split it into several")


@asynccontextmanager
async def received(upload: UploadFile, language: str) -> AsyncIterator[tuple[BinaryIO, Layout]]:
    """The file, readable from its start, and its layout. Raises: FileRefused, FileTooLarge."""
    with tempfile.NamedTemporaryFile(prefix="kram-upload-") as file:
        await asyncio.to_thread(_copy, upload.file, file.file)
        layout = await asyncio.to_thread(inspect, Path(file.name), language)
        file.seek(0)
        yield cast(BinaryIO, file.file), layout


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    shutil.copyfileobj(source, target)
    if target.tell() > LARGEST_FILE_BYTES:
        raise FileTooLarge
    target.flush()


def example(translate: Callable[[str], str], currency: str) -> str:
    coat, mug = translate(gettext_noop("Linen coat")), translate(gettext_noop("Clay mug"))
    clothes, kitchen = translate(gettext_noop("Clothes")), translate(gettext_noop("Kitchen"))
    return table(
        ("sku", "title", "price", "stock", "category", "variant", "product", "description"),
        [
            ("COAT-S", coat, "1890", "4", clothes, "S", coat, ""),
            ("COAT-M", coat, "1890", "7", clothes, "M", coat, ""),
            ("MUG-1", mug, "320.50", "25", kitchen, "", "", currency),
        ],
    )


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """CSV for a spreadsheet; a cell that it would run as a formula is disarmed."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return _BYTE_ORDER_MARK + text.getvalue()


def sent_file(body: BinaryIO, as_format: Format, name: str) -> Stream:
    """Piece by piece: a file of a hundred thousand rows is not held in memory."""
    return Stream(
        _pieces(body),
        media_type=MEDIA_TYPES[as_format],
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


async def _pieces(body: BinaryIO) -> AsyncIterator[bytes]:
    with body:
        while piece := await asyncio.to_thread(body.read, _PIECE):
            yield piece
