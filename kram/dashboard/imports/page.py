"""Goods from a file: sent, watched, explained."""

from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Stream

from kram.dashboard.imports.files import example, received, sent_file, table
from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.integrations.imports import queries, service
from kram.integrations.imports.columns import COLUMNS, MORE_COLUMNS, REQUIRED
from kram.integrations.imports.errors import FileRefused, ImportBusy, NothingToUndo
from kram.integrations.imports.given_back import given_back
from kram.integrations.imports.models import ImportJob
from kram.integrations.imports.undo import request_undo, undo_of
from kram.kit.errors import AppError
from kram.kit.ids import new_id
from kram.kit.messages import gettext_noop
from kram.kit.storage.deposits import deposited
from kram.tenants.permissions import Permission

_LIST = "/{shop_slug:str}/import"
_ONE = f"{_LIST}/{{job_id:uuid}}"
_EDIT = needs(Permission.CATALOG_EDIT)
_FIELDS = {"import_file_refused": "file", "file_too_large": "file"}
FIELDS = (*COLUMNS, *MORE_COLUMNS)
_USUAL = frozenset(
    ("sku", "title", "price", "stock", "category", "description", "product", "variant")
)
"""Fields that are asked for even when the file does not seem to have them."""
_JOBS_SHOWN = 10
_ERRORS_SHOWN = 100


@get(_LIST, opt=_EDIT)
async def import_page(view: ViewHere, desk: DeskHere) -> Answer:
    return await _page(view, desk, Form())


@post(_LIST, opt=_EDIT)
async def start_import(view: ViewHere, desk: DeskHere) -> Answer:
    form = await read_form(view.request)
    try:
        job = await _started(view, desk, form.files("file"))
    except AppError as error:
        form.refuse(error, view.translate, _FIELDS)
        return await _page(view, desk, form, error)
    return view.go(desk.path("import", job.id))


async def _started(view: View, desk: Desk, files: list[UploadFile]) -> ImportJob:
    if not files:
        raise FileRefused(gettext_noop("Choose a file first"))
    job_id = new_id()
    key = service.storage_key(desk.shop.id, job_id)
    async with deposited(view.services.storage, key) as deposit:
        async with received(files[0], desk.shop.language) as (file, layout):
            await view.services.storage.put(key, file, "text/csv")
        async with view.services.db.tenant(desk.tenant) as tx:
            job = await service.prepare_import(
                tx,
                job_id=job_id,
                key=key,
                filename=files[0].filename,
                layout=layout,
                actor=desk.actor,
            )
            await tx.flush()
            deposit.keep()
    return job


@post(_ONE, opt=_EDIT)
async def choose_columns(view: ViewHere, desk: DeskHere, job_id: FromPath[UUID]) -> Answer:
    """The columns as they were chosen, and what to do with the file now."""
    form = await read_form(view.request)
    act = service.run_import if form.get("action") == "run" else service.check_import
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            if form.has("columns.sku"):
                await service.choose_columns(tx, job_id, _chosen(form))
            await act(tx, job_id)
    except AppError as error:
        form.refuse(error, view.translate)
        return await _job(view, desk, job_id, "imports/job.html", form, error)
    return view.go(desk.path("import", job_id))


def _chosen(form: Form) -> dict[str, int]:
    """What is no number is no column either."""
    places = {name: form.get(f"columns.{name}") for name in FIELDS}
    return {name: int(place) for name, place in places.items() if place.isdecimal()}


@post(f"{_ONE}/undo", opt=_EDIT)
async def undo_import(view: ViewHere, desk: DeskHere, job_id: FromPath[UUID]) -> Answer:
    path = desk.path("import", job_id)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            await request_undo(tx, job_id, desk.actor)
    except (ImportBusy, NothingToUndo) as error:
        return view.go_refused(path, error)
    return view.go(path)


@get(f"{_ONE}/refused", opt=_EDIT)
async def refused_rows(view: ViewHere, desk: DeskHere, job_id: FromPath[UUID]) -> Stream:
    """The rows as they came, with what is wrong: to be mended and sent again."""
    async with view.services.db.tenant_read(desk.tenant) as tx:
        job = await service.get_import(tx, job_id)
        errors = await service.errors_of(tx, job_id)
    heading = view.translate(gettext_noop("Error"))
    back = await given_back(view.services.storage, job, errors, heading, view.translate)
    return sent_file(back.body, back.format, back.name)


@get(f"{_LIST}/example.csv", opt=_EDIT)
async def example_file(view: ViewHere, desk: DeskHere) -> Response[str]:
    return _download("kram-example.csv", example(view.translate, desk.shop.currency))


@get(_ONE, opt=_EDIT)
async def job_page(view: ViewHere, desk: DeskHere, job_id: FromPath[UUID]) -> Answer:
    return await _job(view, desk, job_id, "imports/job.html")


@get(f"{_ONE}/progress", opt=_EDIT)
async def job_progress(view: ViewHere, desk: DeskHere, job_id: FromPath[UUID]) -> Answer:
    return await _job(view, desk, job_id, "imports/progress.html")


@get(f"{_ONE}/errors.csv", opt=_EDIT)
async def job_errors(view: ViewHere, desk: DeskHere, job_id: FromPath[UUID]) -> Response[str]:
    return await _rows_told(view, desk, job_id, "errors", of_undo=False)


@get(f"{_ONE}/kept.csv", opt=_EDIT)
async def kept_rows(view: ViewHere, desk: DeskHere, job_id: FromPath[UUID]) -> Response[str]:
    """What stays although the import was taken back."""
    return await _rows_told(view, desk, job_id, "kept", of_undo=True)


async def _rows_told(
    view: View, desk: Desk, job_id: UUID, name: str, *, of_undo: bool
) -> Response[str]:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        job = await service.get_import(tx, job_id)
        errors = await service.errors_of(tx, job_id, of_undo=of_undo)
    rows = [
        (str(error.row), error.column, view.translate(error.message), error.value)
        for error in errors
    ]
    return _download(f"{name}-{job.id}.csv", table(("row", "column", "error", "value"), rows))


async def _job(
    view: View,
    desk: Desk,
    job_id: UUID,
    template: str,
    form: Form | None = None,
    error: AppError | None = None,
) -> Answer:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        job = await service.get_import(tx, job_id)
        errors = await service.errors_of(tx, job_id, _ERRORS_SHOWN)
        undo = await undo_of(tx, job)
        kept = await service.errors_of(tx, job_id, _ERRORS_SHOWN, of_undo=True) if job.kept else ()
    chosen = {f"columns.{name}": str(place) for name, place in job.columns.items()}
    return view.page(
        template,
        desk=desk,
        job=job,
        errors=errors,
        undo=undo,
        kept=kept,
        form=form or Form.of(**chosen),
        error=error,
        fields=FIELDS,
        usual=_USUAL,
        required=REQUIRED,
    )


async def _page(view: View, desk: Desk, form: Form, error: AppError | None = None) -> Answer:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        jobs = await queries.recent_jobs(tx, _JOBS_SHOWN)
    return view.page(
        "imports/import.html",
        error=error,
        desk=desk,
        form=form,
        jobs=jobs,
        welcome=[name for name in COLUMNS if name not in REQUIRED],
    )


def _download(filename: str, text: str) -> Response[str]:
    return Response(
        text,
        media_type="text/csv",
        headers={"content-disposition": f'attachment; filename="{filename}"'},
    )
