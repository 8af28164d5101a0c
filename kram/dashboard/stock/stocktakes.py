"""Counting goods while the shop sells."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, FromQuery

from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.once import first_time
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.dashboard.stock.typed import lines_of, place_of
from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop
from kram.kit.pagination import USUAL_PAGE
from kram.shop.inventory.errors import DocumentMissing
from kram.shop.inventory.models import DocumentKind
from kram.shop.inventory.queries import documents, places
from kram.shop.inventory.service import stocktakes
from kram.tenants.permissions import Permission

_LIST = "/{shop_slug:str}/stocktakes"
_ONE = f"{_LIST}/{{document_id:uuid}}"
_VIEW, _EDIT = needs(Permission.CATALOG_VIEW), needs(Permission.CATALOG_EDIT)
_FIELDS = {
    "code_unknown": "lines",
    "line_unclear": "lines",
    "quantity_invalid": "lines",
    "stock_document_empty": "lines",
}


@get(_LIST, opt=_VIEW)
async def stocktakes_page(
    view: ViewHere, desk: DeskHere, cursor: FromQuery[str | None] = None
) -> Answer:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        page = await documents.documents_page(
            tx, DocumentKind.STOCKTAKE, cursor=cursor or None, limit=USUAL_PAGE
        )
        warehouses, names = await places.warehouses(tx), await places.names(tx)
    return view.page(
        "stock/stocktakes.html",
        desk=desk,
        form=Form(),
        page=page,
        warehouses=warehouses,
        names=names,
    )


@post(_LIST, opt=_EDIT)
async def start_count(view: ViewHere, desk: DeskHere) -> Answer:
    form = await read_form(view.request)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            await first_time(tx, desk, form)
            started = await stocktakes.start(
                tx, place_of(form, "warehouse_id"), desk.actor, note=form.get("note")
            )
    except AppError as error:
        return view.go_refused(desk.path("stocktakes"), error)
    return view.go(desk.path("stocktakes", started.id), gettext_noop("Count away"))


@get(_ONE, opt=_VIEW)
async def stocktake_page(view: ViewHere, desk: DeskHere, document_id: FromPath[UUID]) -> Answer:
    return await _page(view, desk, document_id, Form())


@post(f"{_ONE}/count", opt=_EDIT)
async def count_goods(view: ViewHere, desk: DeskHere, document_id: FromPath[UUID]) -> Answer:
    form = await read_form(view.request)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            await first_time(tx, desk, form)
            await stocktakes.count(tx, document_id, await lines_of(tx, form.get("lines")))
    except AppError as error:
        if error.kind is Kind.NOT_FOUND:
            raise
        form.refuse(error, view.translate, _FIELDS)
        return await _page(view, desk, document_id, form, error)
    return view.go(desk.path("stocktakes", document_id))


@post(f"{_ONE}/forget", opt=_EDIT)
async def forget_line(view: ViewHere, desk: DeskHere, document_id: FromPath[UUID]) -> Answer:
    form = await read_form(view.request)
    try:
        variant_id = UUID(form.get("variant_id"))
    except ValueError:
        return view.go(desk.path("stocktakes", document_id))
    async with view.services.db.tenant(desk.tenant) as tx:
        await stocktakes.uncount(tx, document_id, variant_id)
    return view.go(desk.path("stocktakes", document_id))


@post(f"{_ONE}/finish", opt=_EDIT)
async def finish_count(view: ViewHere, desk: DeskHere, document_id: FromPath[UUID]) -> Answer:
    path = desk.path("stocktakes", document_id)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            await stocktakes.finish(tx, document_id, desk.actor)
    except AppError as error:
        return view.go_refused(path, error)
    return view.go(path, gettext_noop("The differences are written"))


@post(f"{_ONE}/cancel", opt=_EDIT)
async def cancel_count(view: ViewHere, desk: DeskHere, document_id: FromPath[UUID]) -> Answer:
    path = desk.path("stocktakes", document_id)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            await stocktakes.cancel(tx, document_id)
    except AppError as error:
        return view.go_refused(path, error)
    return view.go(path, gettext_noop("The stocktake was cancelled: nothing was changed"))


async def _page(
    view: View, desk: Desk, document_id: UUID, form: Form, error: AppError | None = None
) -> Answer:
    """Raises: DocumentMissing."""
    async with view.services.db.tenant_read(desk.tenant) as tx:
        found = await documents.document(tx, DocumentKind.STOCKTAKE, document_id)
        if found is None:
            raise DocumentMissing
        lines, names = await documents.lines(tx, document_id), await places.names(tx)
    return view.page(
        "stock/stocktake.html",
        error=error,
        at=desk.path("stocktakes", document_id) if error else "",
        desk=desk,
        document=found,
        lines=lines,
        names=names,
        form=form,
    )
