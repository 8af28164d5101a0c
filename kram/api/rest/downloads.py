"""Files too large to be kept in memory."""

import asyncio
from collections.abc import AsyncIterator
from typing import BinaryIO

from litestar.response import Stream

_PIECE = 1 << 18


def sent_file(body: BinaryIO, media_type: str, name: str) -> Stream:
    """`body` stands at its beginning and is closed at its end; `name` is plain ASCII."""
    return Stream(
        _pieces(body),
        media_type=media_type,
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


async def _pieces(body: BinaryIO) -> AsyncIterator[bytes]:
    with body:
        while piece := await asyncio.to_thread(body.read, _PIECE):
            yield piece
