"""Bodies that are too large to be kept in memory."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kram.api.rest.caller import AnyRequest


@dataclass(frozen=True, slots=True)
class Upload:
    """A body on the disk, gone when its block ends; `file` stands at its beginning."""

    file: IO[bytes]
    path: Path
    fingerprint: bytes


@asynccontextmanager
async def received(request: AnyRequest) -> AsyncIterator[Upload]:
    """Raises what Litestar raises for a body over the route's limit."""
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile(prefix="kram-upload-") as file:
        async for chunk in request.stream():
            digest.update(chunk)
            await asyncio.to_thread(file.write, chunk)
        await asyncio.to_thread(file.seek, 0)
        yield Upload(file, Path(file.name), digest.digest())
