"""Units on their way between warehouses."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, FromQuery

from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.once import first_time
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.dashboard.stock.typed import lines_of, place_of
from kram.kit.db.tx import TenantTx
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.kit.pagination import USUAL_PAGE
from kram.shop.inventory.errors import DocumentMissing
from kram.shop.inventory.models import DocumentKind
from kram.shop.inventory.queries import documents, places
from kram.shop.inventory.service import transfers
from kram.tenants.permissions import Permission

_LIST = "/{shop_slug:str}/transfers"
_ONE = f"{_LIST}/{{document_id:uuid}}"
_VIEW, _EDIT = needs(Permission.CATALOG_VIEW), needs(Permission.CATALOG_EDIT)
_FIELDS = {
    "same_warehouse": "to_id",
    "code_unknown": "lines",
    "line_unclear": "lines",
    "quantity_invalid": "lines",
    "stock_document_empty": "lines",
    "stock_too_low": "lines",
}


@get(_LIST, opt=_VIEW)
async def transfers_page(
    view: ViewHere, desk: DeskHere, cursor: FromQuery[str | None] = None
) -> Answer:
    return await _page(view, desk, Form(), cursor=cursor or None)


@post(_LIST, opt=_EDIT)
async def send_goods(view: ViewHere, desk: DeskHere) -> Answer:
    form = await read_form(view.request)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            await first_time(tx, desk, form)
            sent = await transfers.send(
                tx,
                place_of(form, "from_id"),
                place_of(form, "to_id"),
                await lines_of(tx, form.get("lines")),
                desk.actor,
                note=form.get("note"),
                at_once=form.get("at_once") == "yes",
            )
    except AppError as error:
        form.refuse(error, view.translate, _FIELDS)
        return await _page(view, desk, form, error)
    return view.go(desk.path("transfers", sent.id), gettext_noop("The goods are on their way"))


@get(_ONE, opt=_VIEW)
async def transfer_page(view: ViewHere, desk: DeskHere, document_id: FromPath[UUID]) -> Answer:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        found = await documents.document(tx, DocumentKind.TRANSFER, document_id)
        if found is None:
            raise DocumentMissing
        lines, names = await documents.lines(tx, document_id), await places.names(tx)
    return view.page("stock/transfer.html", desk=desk, document=found, lines=lines, names=names)


@post(f"{_ONE}/arrive", opt=_EDIT)
async def goods_arrived(view: ViewHere, desk: DeskHere, document_id: FromPath[UUID]) -> Answer:
    async def act(tx: TenantTx) -> object:
        return await transfers.arrive(tx, document_id, desk.actor)

    return await _act(view, desk, document_id, act, gettext_noop("The goods have arrived"))


@post(f"{_ONE}/cancel", opt=_EDIT)
async def goods_return(view: ViewHere, desk: DeskHere, document_id: FromPath[UUID]) -> Answer:
    async def act(tx: TenantTx) -> object:
        return await transfers.cancel(tx, document_id, desk.actor)

    return await _act(view, desk, document_id, act, gettext_noop("The goods are back"))


async def _act(
    view: View,
    desk: Desk,
    document_id: UUID,
    act: Callable[[TenantTx], Awaitable[object]],
    done: str,
) -> Answer:
    path = desk.path("transfers", document_id)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            await act(tx)
    except AppError as error:
        return view.go_refused(path, error)
    return view.go(path, done)


async def _page(
    view: View,
    desk: Desk,
    form: Form,
    error: AppError | None = None,
    cursor: str | None = None,
) -> Answer:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        page = await documents.documents_page(
            tx, DocumentKind.TRANSFER, cursor=cursor, limit=USUAL_PAGE
        )
        warehouses, names = await places.warehouses(tx), await places.names(tx)
    return view.page(
        "stock/transfers.html",
        error=error,
        desk=desk,
        form=form,
        page=page,
        warehouses=warehouses,
        names=names,
    )
