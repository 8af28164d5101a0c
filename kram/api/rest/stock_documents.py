"""Transfers between places, and stocktakes."""

from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import delete, get, post
from litestar.params import FromPath, JSONBody

from kram.api.rest.caller import Desk, DeskHere, needs
from kram.api.rest.inputs import Cursor, Input, Limit, Line
from kram.api.rest.once import OnceHere
from kram.api.rest.services import RestServices, ServicesHere
from kram.api.rest.stock import Units
from kram.api.rest.views.stock import DocumentPage, DocumentView
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.pagination import page_size
from kram.shop.inventory.errors import DocumentMissing
from kram.shop.inventory.models import DocumentKind
from kram.shop.inventory.queries import documents
from kram.shop.inventory.rules import sum_by_variant
from kram.shop.inventory.service import stocktakes, transfers
from kram.shop.inventory.service.documents import MOST_LINES
from kram.tenants.permissions import Permission

_VIEW, _EDIT = needs(Permission.CATALOG_VIEW), needs(Permission.CATALOG_EDIT)
_TRANSFER = "/transfers/{transfer_id:uuid}"
_STOCKTAKE = "/stocktakes/{stocktake_id:uuid}"


class UnitsLine(Input, frozen=True):
    variant_id: UUID
    quantity: Units


Lines = Annotated[tuple[UnitsLine, ...], msgspec.Meta(min_length=1, max_length=MOST_LINES)]


def _summed(lines: Iterable[UnitsLine]) -> dict[UUID, int]:
    return sum_by_variant((line.variant_id, line.quantity) for line in lines)


class TransferInput(Input, frozen=True):
    """`at_once`: they are there already; otherwise they are on the way until they arrive."""

    from_id: UUID
    to_id: UUID
    lines: Lines
    at_once: bool = False
    note: Line = ""


class StocktakeInput(Input, frozen=True):
    warehouse_id: UUID
    note: Line = ""


class Counts(Input, frozen=True):
    """Units on the shelf this moment; two lines of one variant add up."""

    lines: Lines


@get("/transfers", opt=_VIEW)
async def list_transfers(
    desk: DeskHere, services: ServicesHere, cursor: Cursor = None, limit: Limit = None
) -> DocumentPage:
    """The newest first."""
    return await _page(desk, services, DocumentKind.TRANSFER, cursor, limit)


@get(_TRANSFER, opt=_VIEW)
async def show_transfer(
    desk: DeskHere, services: ServicesHere, transfer_id: FromPath[UUID]
) -> DocumentView:
    async with services.db.tenant_read(desk.tenant) as tx:
        return await _view(tx, DocumentKind.TRANSFER, transfer_id)


@post("/transfers", opt=_EDIT)
async def send_transfer(
    desk: DeskHere, once: OnceHere, data: JSONBody[TransferInput]
) -> DocumentView:
    """Free units leave the one place. Send an `Idempotency-Key`."""

    async def send(tx: TenantTx) -> DocumentView:
        sent = await transfers.send(
            tx,
            data.from_id,
            data.to_id,
            _summed(data.lines),
            desk.actor,
            note=data.note,
            at_once=data.at_once,
        )
        return await _view(tx, DocumentKind.TRANSFER, sent.id)

    return await once.run(send, DocumentView)


@post(f"{_TRANSFER}/arrive", opt=_EDIT, status_code=200)
async def receive_transfer(
    desk: DeskHere, services: ServicesHere, transfer_id: FromPath[UUID]
) -> DocumentView:
    """The units are in the other place; repeated, nothing changes."""
    async with services.db.tenant(desk.tenant) as tx:
        await transfers.arrive(tx, transfer_id, desk.actor)
        return await _view(tx, DocumentKind.TRANSFER, transfer_id)


@post(f"{_TRANSFER}/cancel", opt=_EDIT, status_code=200)
async def cancel_transfer(
    desk: DeskHere, services: ServicesHere, transfer_id: FromPath[UUID]
) -> DocumentView:
    """The units are back where they came from; repeated, nothing changes."""
    async with services.db.tenant(desk.tenant) as tx:
        await transfers.cancel(tx, transfer_id, desk.actor)
        return await _view(tx, DocumentKind.TRANSFER, transfer_id)


@get("/stocktakes", opt=_VIEW)
async def list_stocktakes(
    desk: DeskHere, services: ServicesHere, cursor: Cursor = None, limit: Limit = None
) -> DocumentPage:
    """The newest first."""
    return await _page(desk, services, DocumentKind.STOCKTAKE, cursor, limit)


@get(_STOCKTAKE, opt=_VIEW)
async def show_stocktake(
    desk: DeskHere, services: ServicesHere, stocktake_id: FromPath[UUID]
) -> DocumentView:
    async with services.db.tenant_read(desk.tenant) as tx:
        return await _view(tx, DocumentKind.STOCKTAKE, stocktake_id)


@post("/stocktakes", opt=_EDIT)
async def start_stocktake(
    desk: DeskHere, once: OnceHere, data: JSONBody[StocktakeInput]
) -> DocumentView:
    """The shop goes on selling."""

    async def start(tx: TenantTx) -> DocumentView:
        started = await stocktakes.start(tx, data.warehouse_id, desk.actor, note=data.note)
        return await _view(tx, DocumentKind.STOCKTAKE, started.id)

    return await once.run(start, DocumentView)


@post(f"{_STOCKTAKE}/counts", opt=_EDIT, status_code=200)
async def count_units(
    desk: DeskHere,
    services: ServicesHere,
    stocktake_id: FromPath[UUID],
    data: JSONBody[Counts],
) -> DocumentView:
    """A later count of the same variant takes the place of an earlier one."""
    async with services.db.tenant(desk.tenant) as tx:
        await stocktakes.count(tx, stocktake_id, _summed(data.lines))
        return await _view(tx, DocumentKind.STOCKTAKE, stocktake_id)


@delete(f"{_STOCKTAKE}/counts/{{variant_id:uuid}}", opt=_EDIT)
async def forget_count(
    desk: DeskHere,
    services: ServicesHere,
    stocktake_id: FromPath[UUID],
    variant_id: FromPath[UUID],
) -> None:
    """As if it had not been counted."""
    async with services.db.tenant(desk.tenant) as tx:
        await stocktakes.uncount(tx, stocktake_id, variant_id)


@post(f"{_STOCKTAKE}/finish", opt=_EDIT, status_code=200)
async def finish_stocktake(
    desk: DeskHere, services: ServicesHere, stocktake_id: FromPath[UUID]
) -> DocumentView:
    """Writes the differences, all or none; what was sold meanwhile stays sold."""
    async with services.db.tenant(desk.tenant) as tx:
        await stocktakes.finish(tx, stocktake_id, desk.actor)
        return await _view(tx, DocumentKind.STOCKTAKE, stocktake_id)


@post(f"{_STOCKTAKE}/cancel", opt=_EDIT, status_code=200)
async def cancel_stocktake(
    desk: DeskHere, services: ServicesHere, stocktake_id: FromPath[UUID]
) -> DocumentView:
    """Nothing is written; repeated, nothing changes."""
    async with services.db.tenant(desk.tenant) as tx:
        await stocktakes.cancel(tx, stocktake_id)
        return await _view(tx, DocumentKind.STOCKTAKE, stocktake_id)


async def _page(
    desk: Desk, services: RestServices, kind: DocumentKind, cursor: str | None, limit: int | None
) -> DocumentPage:
    async with services.db.tenant_read(desk.tenant) as tx:
        page = await documents.documents_page(tx, kind, cursor=cursor, limit=page_size(limit))
        return DocumentPage([DocumentView.of(one) for one in page.items], page.next_cursor)


async def _view(tx: TenantRead, kind: DocumentKind, document_id: UUID) -> DocumentView:
    found = await documents.document(tx, kind, document_id)
    if found is None:
        raise DocumentMissing
    return DocumentView.of(found, await documents.lines(tx, document_id))


ROUTES = [
    list_transfers,
    show_transfer,
    send_transfer,
    receive_transfer,
    cancel_transfer,
    list_stocktakes,
    show_stocktake,
    start_stocktake,
    count_units,
    forget_count,
    finish_stocktake,
    cancel_stocktake,
]
