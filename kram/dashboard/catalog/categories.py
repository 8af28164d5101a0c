"""The tree that products hang in."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath

from kram.dashboard.catalog.tree import branches
from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.once import first_time
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.shop.catalog import queries
from kram.shop.catalog.errors import CategoryMissing
from kram.shop.catalog.service import create_category, remove_category
from kram.tenants.permissions import Permission

_LIST = "/{shop_slug:str}/categories"
_ONE = f"{_LIST}/{{category_id:uuid}}"
_EDIT = needs(Permission.CATALOG_EDIT)


@get(_LIST, opt=needs(Permission.CATALOG_VIEW))
async def categories_page(view: ViewHere, desk: DeskHere) -> Answer:
    return await _page(view, desk, Form())


@post(_LIST, opt=_EDIT)
async def add_category(view: ViewHere, desk: DeskHere) -> Answer:
    form = await read_form(view.request)
    try:
        parent_id = parent_of(form)
        async with view.services.db.tenant(desk.tenant) as tx:
            await first_time(tx, desk, form)
            category = await create_category(tx, form.get("name"), parent_id)
    except AppError as error:
        form.refuse(error, view.translate, {"category_not_found": "parent_id"})
        return await _page(view, desk, form, error)
    return view.go(desk.path("categories"), gettext_noop("%(name)s was added"), name=category.name)


@post(f"{_ONE}/remove", opt=_EDIT)
async def delete_category(view: ViewHere, desk: DeskHere, category_id: FromPath[UUID]) -> Answer:
    async with view.services.db.tenant(desk.tenant) as tx:
        await remove_category(tx, category_id)
    return view.go(desk.path("categories"), gettext_noop("The category was removed"))


async def _page(view: View, desk: Desk, form: Form, error: AppError | None = None) -> Answer:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        tree = branches(await queries.categories(tx))
    return view.page(
        "catalog/categories.html",
        error=error,
        desk=desk,
        form=form,
        tree=tree,
    )


def parent_of(form: Form) -> UUID | None:
    """Raises: CategoryMissing."""
    typed = form.get("parent_id")
    if not typed:
        return None
    try:
        return UUID(typed)
    except ValueError:
        raise CategoryMissing from None
