"""Goods from a file."""

import asyncio
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from kram.api.rest.caller import Desk, needs
from kram.api.rest.services import RestServices
from kram.integrations.imports import service
from kram.integrations.imports.csv_file import Layout, inspect
from kram.integrations.imports.models import ImportJob, ImportRowError
from kram.integrations.imports.service import LARGEST_FILE_BYTES
from kram.kit.ids import new_id
from kram.tenants.permissions import Permission

_EDIT = needs(Permission.CATALOG_EDIT)
_CSV = "text/csv"


class ImportView(msgspec.Struct, frozen=True):
    """Counts are rows, `created` to `unchanged` products; `problem` says why a file failed."""

    id: UUID
    filename: str
    state: str
    total: int
    done: int
    created: int
    updated: int
    unchanged: int
    failed: int
    problem: str
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, job: ImportJob) -> "ImportView":
        return cls(**{name: getattr(job, name) for name in cls.__struct_fields__})


class RowErrorView(msgspec.Struct, frozen=True):
    row: int
    column: str
    message: str
    value: str

    @classmethod
    def of(cls, error: ImportRowError) -> "RowErrorView":
        return cls(error.row, error.column, error.message, error.value)


@post("/imports", opt=_EDIT, status_code=202, request_max_body_size=LARGEST_FILE_BYTES)
async def start_import(
    desk: NamedDependency[Desk],
    services: NamedDependency[RestServices],
    request: Request[Any, Any, Any],
) -> ImportView:
    """The body is the CSV itself, at most 50 MB and 100,000 rows; it is looked through at once."""
    with tempfile.TemporaryDirectory(prefix="kram-upload-") as folder:
        path = Path(folder) / "goods.csv"
        layout = await _look_through(request, path, desk.shop.language)
        job_id = new_id()
        key = service.storage_key(desk.shop.id, job_id)
        body = await asyncio.to_thread(path.read_bytes)
        await services.storage.put(key, body, _CSV)
    async with services.db.tenant(desk.tenant) as tx:
        job = await service.start_import(
            tx, job_id=job_id, key=key, filename="api.csv", layout=layout, actor=desk.actor
        )
    return ImportView.of(job)


async def _look_through(request: Request[Any, Any, Any], path: Path, language: str) -> Layout:
    with path.open("wb") as file:
        async for chunk in request.stream():
            await asyncio.to_thread(file.write, chunk)
    return await asyncio.to_thread(inspect, path, language)


@get("/imports/{job_id:uuid}", opt=_EDIT)
async def show_import(
    desk: NamedDependency[Desk], services: NamedDependency[RestServices], job_id: FromPath[UUID]
) -> ImportView:
    async with services.db.tenant_read(desk.tenant) as tx:
        return ImportView.of(await service.get_import(tx, job_id))


@get("/imports/{job_id:uuid}/errors", opt=_EDIT)
async def list_errors(
    desk: NamedDependency[Desk], services: NamedDependency[RestServices], job_id: FromPath[UUID]
) -> list[RowErrorView]:
    """The first thousand."""
    async with services.db.tenant_read(desk.tenant) as tx:
        await service.get_import(tx, job_id)
        return [RowErrorView.of(error) for error in await service.errors_of(tx, job_id)]


ROUTES = [start_import, show_import, list_errors]
