"""Warehouses and pick-up points."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath

from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.once import first_time
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.dashboard.stock.typed import degrees_of
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.shop.inventory.queries import places
from kram.shop.inventory.service import warehouses
from kram.shop.inventory.service.warehouses import WarehouseDraft
from kram.tenants.permissions import Permission

_LIST = "/{shop_slug:str}/warehouses"
_ONE = f"{_LIST}/{{warehouse_id:uuid}}"
_VIEW, _EDIT = needs(Permission.CATALOG_VIEW), needs(Permission.CATALOG_EDIT)
_FIELDS = {"warehouse_name_required": "name", "place_invalid": "latitude"}


@get(_LIST, opt=_VIEW)
async def places_page(view: ViewHere, desk: DeskHere) -> Answer:
    return await _page(view, desk, Form.of(is_active="yes"))


@post(_LIST, opt=_EDIT)
async def add_place(view: ViewHere, desk: DeskHere) -> Answer:
    form = await read_form(view.request)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            await first_time(tx, desk, form)
            place = await warehouses.add_warehouse(tx, _draft(form))
    except AppError as error:
        form.refuse(error, view.translate, _FIELDS)
        return await _page(view, desk, form, error)
    return view.go(desk.path("warehouses"), gettext_noop("%(name)s was added"), name=place.name)


@post(_ONE, opt=_EDIT)
async def change_place(view: ViewHere, desk: DeskHere, warehouse_id: FromPath[UUID]) -> Answer:
    form = await read_form(view.request)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            await warehouses.change_warehouse(tx, warehouse_id, _draft(form))
    except AppError as error:
        return view.go_refused(desk.path("warehouses"), error)
    return view.go(desk.path("warehouses"), gettext_noop("Saved"))


@post(f"{_ONE}/first", opt=_EDIT)
async def put_first(view: ViewHere, desk: DeskHere, warehouse_id: FromPath[UUID]) -> Answer:
    async with view.services.db.tenant(desk.tenant) as tx:
        await warehouses.reorder(tx, [warehouse_id])
    return view.go(desk.path("warehouses"), gettext_noop("Saved"))


@post(f"{_ONE}/remove", opt=_EDIT)
async def remove_place(view: ViewHere, desk: DeskHere, warehouse_id: FromPath[UUID]) -> Answer:
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            await warehouses.remove_warehouse(tx, warehouse_id)
    except AppError as error:
        return view.go_refused(desk.path("warehouses"), error)
    return view.go(desk.path("warehouses"), gettext_noop("The place was removed"))


def _draft(form: Form) -> WarehouseDraft:
    """Raises: PlaceInvalid."""
    return WarehouseDraft(
        name=form.get("name"),
        address=form.get("address"),
        is_active=form.get("is_active") == "yes",
        is_pickup=form.get("is_pickup") == "yes",
        hours=form.get("hours"),
        latitude=degrees_of(form, "latitude"),
        longitude=degrees_of(form, "longitude"),
    )


async def _page(view: View, desk: Desk, form: Form, error: AppError | None = None) -> Answer:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        found, units = await places.warehouses(tx), await places.totals(tx)
    return view.page(
        "stock/places.html", error=error, desk=desk, form=form, places=found, units=units
    )
