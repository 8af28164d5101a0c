"""Many goods changed at once: chosen, looked at, changed, taken back."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath

from kram.dashboard.bulk.forms import change_of, goods_of, shown
from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.shop.bulk import queries, service
from kram.shop.bulk.service import Preview
from kram.shop.catalog import queries as catalog
from kram.tenants.permissions import Permission

_PAGE = "/{shop_slug:str}/products/bulk"
_EDIT = needs(Permission.CATALOG_EDIT)
_SHOWN = 10


@get(_PAGE, opt=_EDIT)
async def bulk_page(view: ViewHere, desk: DeskHere) -> Answer:
    return await _page(view, desk, Form())


@post(_PAGE, opt=_EDIT)
async def bulk_edit(view: ViewHere, desk: DeskHere) -> Answer:
    """First what would change, then, once that was seen, the change itself."""
    form = await read_form(view.request)
    try:
        goods, change = goods_of(form, desk.shop.currency), change_of(form, desk.shop.currency)
        if form.get("action") != "edit":
            async with view.services.db.tenant_read(desk.tenant) as tx:
                seen = await service.preview(tx, goods, change)
            return await _page(view, desk, form, seen=seen)
        async with view.services.db.tenant(desk.tenant) as tx:
            done = await service.edit(tx, goods, change, desk.actor)
    except AppError as error:
        form.refuse(error, view.translate)
        return await _page(view, desk, form, error=error)
    said = gettext_noop("%(count)s products changed. You can undo it for 24 hours.")
    return view.go(desk.path("products", "bulk"), said, count=done.products)


@post(f"{_PAGE}/{{edit_id:uuid}}/undo", opt=_EDIT)
async def bulk_undo(view: ViewHere, desk: DeskHere, edit_id: FromPath[UUID]) -> Answer:
    path = desk.path("products", "bulk")
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            count = await service.undo(tx, edit_id, desk.actor)
    except AppError as error:
        return view.go_refused(path, error)
    return view.go(path, gettext_noop("%(count)s taken back"), count=count)


async def _page(
    view: View,
    desk: Desk,
    form: Form,
    *,
    seen: Preview | None = None,
    error: AppError | None = None,
) -> Answer:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        edits = await queries.recent(tx, _SHOWN)
        categories = await catalog.categories(tx)
        until = tx.now - service.UNDO_WITHIN
    names = {str(category.id): category.name for category in categories}
    return view.page(
        "bulk/bulk.html",
        error=error,
        desk=desk,
        form=form,
        seen=seen,
        sample=shown(seen, form, desk.shop.currency, names) if seen else [],
        edits=edits,
        undo_from=until,
        categories=list(names.items()),
    )
