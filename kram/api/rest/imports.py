"""Goods from a file."""

import asyncio
import csv
import io
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, BinaryIO, cast
from uuid import UUID

from litestar import Response, get, post, put
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import Stream
from msgspec import Meta

from kram.api.rest.caller import AnyRequest, DeskHere, needs
from kram.api.rest.description import refusal
from kram.api.rest.downloads import sent_file
from kram.api.rest.inputs import NO_NUL, Cursor, Input, Limit
from kram.api.rest.once import OnceHere
from kram.api.rest.services import ServicesHere
from kram.api.rest.uploads import received
from kram.api.rest.views.imports import ImportPage, ImportView, RowErrorView, UndoView
from kram.integrations.imports import queries, service
from kram.integrations.imports.cells import harmless
from kram.integrations.imports.errors import NothingToUndo
from kram.integrations.imports.given_back import given_back
from kram.integrations.imports.layout import inspect
from kram.integrations.imports.service import LARGEST_FILE_BYTES
from kram.integrations.imports.undo import request_undo, undo_of
from kram.integrations.imports.writers import MEDIA_TYPES
from kram.kit.db.tx import TenantTx
from kram.kit.errors import AppError
from kram.kit.ids import new_id
from kram.kit.pagination import page_of, page_size, read_cursor
from kram.tenants.permissions import Permission

_EDIT = needs(Permission.CATALOG_EDIT)
_CSV = "text/csv"
_BODIES = (
    (_CSV, None, "UTF-8 or Windows-1251, with a header"),
    (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        OpenAPIFormat.BINARY,
        "XLSX",
    ),
    ("application/xml", None, "YML, a feed of a marketplace"),
)

Filename = Annotated[
    str, QueryParameter(max_length=200, pattern=NO_NUL, description="Shown beside the import")
]


class Start(StrEnum):
    IMPORT = "import"
    CHECK = "check"
    NOTHING = "nothing"


class ColumnsInput(Input, frozen=True):
    columns: Annotated[dict[str, int], Meta(max_length=50)]


@dataclass
class FileOperation(Operation):
    """The body is read as it comes, past Litestar's parsing, and so described by hand."""

    def __post_init__(self) -> None:
        content = {
            kind: OpenAPIMediaType(
                schema=Schema(type=OpenAPIType.STRING, format=form, description=words)
            )
            for kind, form, words in _BODIES
        }
        self.request_body = RequestBody(content, required=True)


@post(
    "/imports",
    opt=_EDIT,
    status_code=202,
    request_max_body_size=LARGEST_FILE_BYTES,
    operation_class=FileOperation,
)
async def start_import(
    desk: DeskHere,
    services: ServicesHere,
    once: OnceHere,
    request: AnyRequest,
    filename: Filename = "api.csv",
    start: FromQuery[Start] = Start.IMPORT,
) -> ImportView:
    """The body is the file itself, CSV, XLSX or YML, at most 50 MB and 100,000 rows.

    It is looked through at once and imported in the background. Columns: `sku`, `title`, `price`,
    and if you like others: those of an export, by the same names. What a column of the file says is
    how its goods are from then on; what none says stays. The same file twice changes nothing.

    With `start=check` it is judged and nothing is written, with `start=nothing` it waits for its
    columns: then `check` or `run` it. A file whose columns are not recognised can only wait.
    """
    async with received(request) as upload:
        layout = await asyncio.to_thread(inspect, upload.path, desk.shop.language)
        job_id = new_id()
        key = service.storage_key(desk.shop.id, job_id)

        async def queue(tx: TenantTx) -> ImportView:
            job = await service.prepare_import(
                tx, job_id=job_id, key=key, filename=filename, layout=layout, actor=desk.actor
            )
            await tx.flush()
            if start == Start.IMPORT:
                await service.run_import(tx, job_id)
            elif start == Start.CHECK:
                await service.check_import(tx, job_id)
            return ImportView.of(job)

        await services.storage.put(key, cast(BinaryIO, upload.file), _CSV)
        try:
            view = await once.run(queue, ImportView, fingerprint=upload.fingerprint)
        except AppError:
            await services.storage.delete(key)
            raise
        if view.id != job_id:  # it was started before, with a file of its own
            await services.storage.delete(key)
        return view


@get("/imports", opt=_EDIT)
async def list_imports(
    desk: DeskHere,
    services: ServicesHere,
    cursor: Cursor = None,
    limit: Limit = None,
) -> ImportPage:
    """The newest first."""
    size = page_size(limit)
    before = read_cursor(cursor, tuple[UUID])[0] if cursor is not None else None
    async with services.db.tenant_read(desk.tenant) as tx:
        jobs = await queries.recent_jobs(tx, size + 1, before=before)
    page = page_of(jobs, size, lambda job: (job.id,))
    return ImportPage([ImportView.of(job) for job in page.items], page.next_cursor)


@get("/imports/{job_id:uuid}", opt=_EDIT)
async def show_import(desk: DeskHere, services: ServicesHere, job_id: FromPath[UUID]) -> ImportView:
    """How far it has come: `done` rows of `total`."""
    async with services.db.tenant_read(desk.tenant) as tx:
        return ImportView.of(await service.get_import(tx, job_id))


@put("/imports/{job_id:uuid}/columns", opt=_EDIT)
async def choose_import_columns(
    desk: DeskHere, services: ServicesHere, job_id: FromPath[UUID], data: JSONBody[ColumnsInput]
) -> ImportView:
    """Places of the fields in the file's rows, counted from 0: `sku`, `title`, `price` and others.

    They are remembered for files with the same headings. A check that was made before is void.
    """
    async with services.db.tenant(desk.tenant) as tx:
        return ImportView.of(await service.choose_columns(tx, job_id, data.columns))


@post("/imports/{job_id:uuid}/check", opt=_EDIT, status_code=202)
async def check_import(
    desk: DeskHere, services: ServicesHere, job_id: FromPath[UUID]
) -> ImportView:
    """Judges the file in the background and writes nothing; repeating it while it runs is idle."""
    async with services.db.tenant(desk.tenant) as tx:
        return ImportView.of(await service.check_import(tx, job_id))


@post("/imports/{job_id:uuid}/run", opt=_EDIT, status_code=202)
async def run_import(desk: DeskHere, services: ServicesHere, job_id: FromPath[UUID]) -> ImportView:
    """Imports what was prepared or checked; repeating it changes nothing."""
    async with services.db.tenant(desk.tenant) as tx:
        return ImportView.of(await service.run_import(tx, job_id))


@get("/imports/{job_id:uuid}/undo", opt=_EDIT, responses={409: refusal(HTTPStatus.CONFLICT)})
async def show_import_undo(
    desk: DeskHere, services: ServicesHere, job_id: FromPath[UUID]
) -> UndoView:
    """What taking the import back would do, and until when it can be asked for: 7 days.

    Answers 409 when there is nothing to take back, or no longer.
    """
    async with services.db.tenant_read(desk.tenant) as tx:
        undo = await undo_of(tx, await service.get_import(tx, job_id))
    if undo is None:
        raise NothingToUndo
    return UndoView.of(undo)


@post("/imports/{job_id:uuid}/undo", opt=_EDIT, status_code=202)
async def undo_import(desk: DeskHere, services: ServicesHere, job_id: FromPath[UUID]) -> ImportView:
    """Takes a finished import back in the background, batch by batch; repeating it is idle.

    New goods go to the archive, changed fields get their former values, counted units leave the
    shelf again. What somebody changed since stays as it is: `kept` counts it.
    """
    async with services.db.tenant(desk.tenant) as tx:
        return ImportView.of(await request_undo(tx, job_id, desk.actor))


@get("/imports/{job_id:uuid}/undo/kept", opt=_EDIT)
async def list_kept_rows(
    desk: DeskHere, services: ServicesHere, job_id: FromPath[UUID]
) -> list[RowErrorView]:
    """What stays although the import was taken back, the first thousand, by their rows."""
    async with services.db.tenant_read(desk.tenant) as tx:
        await service.get_import(tx, job_id)
        kept = await service.errors_of(tx, job_id, of_undo=True)
    return [RowErrorView.of(row) for row in kept]


@get("/imports/{job_id:uuid}/refused", opt=_EDIT, media_type="application/octet-stream")
async def download_refused_rows(
    desk: DeskHere, services: ServicesHere, job_id: FromPath[UUID]
) -> Stream:
    """The refused rows as they came, CSV or XLSX like the file, with what is wrong in front.

    Mend them and send that file; there until the stored file is deleted, two weeks after the end.
    """
    async with services.db.tenant_read(desk.tenant) as tx:
        job = await service.get_import(tx, job_id)
        errors = await service.errors_of(tx, job_id)
    back = await given_back(services.storage, job, errors, "Error", str)
    return sent_file(back.body, MEDIA_TYPES[back.format], back.name)


@get("/imports/{job_id:uuid}/errors", opt=_EDIT)
async def list_import_errors(
    desk: DeskHere, services: ServicesHere, job_id: FromPath[UUID]
) -> list[RowErrorView]:
    """The first thousand, by their rows."""
    async with services.db.tenant_read(desk.tenant) as tx:
        await service.get_import(tx, job_id)
        return [RowErrorView.of(error) for error in await service.errors_of(tx, job_id)]


@get("/imports/{job_id:uuid}/errors.csv", opt=_EDIT, media_type=_CSV)
async def download_import_errors(
    desk: DeskHere, services: ServicesHere, job_id: FromPath[UUID]
) -> Response[str]:
    """The same for a spreadsheet; a cell that it would run as a formula begins with `'`."""
    async with services.db.tenant_read(desk.tenant) as tx:
        await service.get_import(tx, job_id)
        errors = await service.errors_of(tx, job_id)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("row", "column", "message", "value"))
    writer.writerows(
        (error.row, error.column, harmless(error.message), harmless(error.value))
        for error in errors
    )
    return Response(text.getvalue(), headers=_as_file(f"errors-{job_id}.csv"))


def _as_file(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}


ROUTES = [
    start_import,
    choose_import_columns,
    check_import,
    run_import,
    show_import_undo,
    undo_import,
    list_kept_rows,
    download_refused_rows,
    list_imports,
    show_import,
    list_import_errors,
    download_import_errors,
]
