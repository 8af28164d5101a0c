"""The file of refused rows, made when somebody asks for it."""

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from kram.integrations.imports.models import ImportJob, ImportRowError
from kram.integrations.imports.refused_rows import write_refused
from kram.integrations.imports.sources import Format
from kram.integrations.imports.storing import copy
from kram.kit.storage import FileMissing, Storage


@dataclass(frozen=True, slots=True)
class GivenBack:
    """`body` stands at its beginning; closing it deletes it."""

    body: BinaryIO
    format: Format
    name: str


async def given_back(
    storage: Storage,
    job: ImportJob,
    errors: Sequence[ImportRowError],
    heading: str,
    translate: Callable[[str], str],
) -> GivenBack:
    """`heading` names the column of reasons. Raises: FileMissing once the file is deleted."""
    if not job.storage_key:
        raise FileMissing
    reasons: dict[int, list[str]] = {}
    for error in errors:
        reasons.setdefault(error.row, []).append(f"{error.column}: {translate(error.message)}")
    body = tempfile.TemporaryFile(prefix="kram-refused-")  # noqa: SIM115 (closed by who sends it)
    with tempfile.TemporaryDirectory(prefix="kram-refused-") as folder:
        path = Path(folder) / "goods"
        await asyncio.to_thread(copy, await storage.open(job.storage_key), path)
        joined = {row: "; ".join(said) for row, said in reasons.items()}
        written = await asyncio.to_thread(write_refused, path, job.columns, joined, heading, body)
    body.seek(0)
    return GivenBack(body, written, f"refused-{job.id}.{written}")
