"""Many goods changed at once."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, JSONBody

from kram.api.rest.caller import DeskHere, needs
from kram.api.rest.inputs import Input
from kram.api.rest.once import OnceHere
from kram.api.rest.services import ServicesHere
from kram.api.rest.views.bulk import BulkEditView, BulkPreviewView, UndoneView
from kram.kit.db.tx import TenantTx
from kram.shop.bulk import queries, service
from kram.shop.bulk.rules import Change, GoodsFilter
from kram.tenants.permissions import Permission

_EDIT = needs(Permission.CATALOG_EDIT)
_SHOWN = 50


class BulkInput(Input, frozen=True):
    """Which goods, and what becomes of them."""

    goods: GoodsFilter
    change: Change


@post("/bulk-edits/preview", opt=_EDIT, status_code=200)
async def preview_bulk_edit(
    desk: DeskHere, services: ServicesHere, data: JSONBody[BulkInput]
) -> BulkPreviewView:
    """What an edit would do now; nothing is written."""
    async with services.db.tenant_read(desk.tenant) as tx:
        return BulkPreviewView.of(await service.preview(tx, data.goods, data.change))


@post("/bulk-edits", opt=_EDIT)
async def edit_in_bulk(desk: DeskHere, once: OnceHere, data: JSONBody[BulkInput]) -> BulkEditView:
    """Whole or not at all, of at most 20,000 variants."""

    async def edit(tx: TenantTx) -> BulkEditView:
        return BulkEditView.of(await service.edit(tx, data.goods, data.change, desk.actor))

    return await once.run(edit, BulkEditView)


@get("/bulk-edits", opt=_EDIT)
async def list_bulk_edits(desk: DeskHere, services: ServicesHere) -> list[BulkEditView]:
    """The newest fifty."""
    async with services.db.tenant_read(desk.tenant) as tx:
        return [BulkEditView.of(done) for done in await queries.recent(tx, _SHOWN)]


@post("/bulk-edits/{edit_id:uuid}/undo", opt=_EDIT, status_code=200)
async def undo_bulk_edit(
    desk: DeskHere, services: ServicesHere, edit_id: FromPath[UUID]
) -> UndoneView:
    """Gives back what nobody changed since; once, within 24 hours."""
    async with services.db.tenant(desk.tenant) as tx:
        return UndoneView(await service.undo(tx, edit_id, desk.actor))


ROUTES = [preview_bulk_edit, edit_in_bulk, list_bulk_edits, undo_bulk_edit]
