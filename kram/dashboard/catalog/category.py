"""One category: its words, its picture, its place in the tree."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from msgspec import UNSET

from kram.dashboard.catalog.categories import parent_of
from kram.dashboard.catalog.photos import read_photos
from kram.dashboard.catalog.tree import branches
from kram.dashboard.catalog.typed import shown_translations, translations_of, whole_of
from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.kit.errors import AppError
from kram.kit.i18n import LANGUAGES
from kram.kit.messages import gettext_noop
from kram.shop.catalog import queries
from kram.shop.catalog.errors import CategoryMissing
from kram.shop.catalog.models import Category
from kram.shop.catalog.service import CategoryDetails, describe_category, move_category
from kram.tenants.permissions import Permission

_ONE = "/{shop_slug:str}/categories/{category_id:uuid}"
_EDIT = needs(Permission.CATALOG_EDIT)
_FIELDS = {"category_not_found": "parent_id", "category_cycle": "parent_id", "slug_taken": "slug"}
_TRANSLATED = ("name", "description")


@get(_ONE, opt=needs(Permission.CATALOG_VIEW))
async def category_page(view: ViewHere, desk: DeskHere, category_id: FromPath[UUID]) -> Answer:
    return await _page(view, desk, category_id)


@post(_ONE, opt=_EDIT)
async def change_category(view: ViewHere, desk: DeskHere, category_id: FromPath[UUID]) -> Answer:
    """Moving it takes along all below it."""
    form = await read_form(view.request)
    try:
        parent_id, position = parent_of(form), whole_of(form, "position")
        async with view.services.db.tenant(desk.tenant) as tx:
            category = await describe_category(tx, category_id, _details(form))
            if (category.parent_id, category.position) != (parent_id, position):
                await move_category(tx, category_id, parent_id, position)
    except AppError as error:
        form.refuse(error, view.translate, _FIELDS)
        return await _page(view, desk, category_id, form, error)
    return view.go(desk.path("categories"), gettext_noop("Saved"))


@post(f"{_ONE}/picture", opt=_EDIT)
async def change_picture(view: ViewHere, desk: DeskHere, category_id: FromPath[UUID]) -> Answer:
    """Takes the picture that was sent in place of the one there is; none takes it away."""
    form = await read_form(view.request)
    try:
        async with (
            read_photos(view, desk, form, "categories") as photos,
            view.services.db.tenant(desk.tenant) as tx,
        ):
            key = photos.stored[0].key if photos.stored else None
            await describe_category(tx, category_id, CategoryDetails(picture_key=key))
            photos.deposit.keep()
    except CategoryMissing:
        raise
    except AppError as error:
        form.refuse(error, view.translate)
        return await _page(view, desk, category_id, error=error, picture_form=form)
    return view.go(desk.path("categories", category_id), gettext_noop("Saved"))


def _details(form: Form) -> CategoryDetails:
    return CategoryDetails(
        name=form.get("name"),
        slug=form.get("slug"),
        description=form.get("description") if form.has("description") else UNSET,
        translations=translations_of(form, _TRANSLATED),
    )


async def _page(
    view: View,
    desk: Desk,
    category_id: UUID,
    form: Form | None = None,
    error: AppError | None = None,
    *,
    picture_form: Form | None = None,
) -> Answer:
    """Raises: CategoryMissing."""
    async with view.services.db.tenant_read(desk.tenant) as tx:
        tree = branches(await queries.categories(tx))
    category = next((each.category for each in tree if each.category.id == category_id), None)
    if category is None:
        raise CategoryMissing
    return view.page(
        "catalog/category.html",
        error=error,
        at=desk.path("categories", category_id) if picture_form else "",
        desk=desk,
        category=category,
        parents=[each for each in tree if not _is_inside(each.category, category)],
        form=form or _filled(category),
        picture_form=picture_form or Form(),
        languages=[code for code in LANGUAGES if code != desk.shop.language],
    )


def _is_inside(one: Category, category: Category) -> bool:
    """Whether it is the category itself or below it."""
    return one.id == category.id or (bool(category.path) and one.path.startswith(category.path))


def _filled(category: Category) -> Form:
    return Form.of(
        name=category.name,
        slug=category.slug,
        description=category.description,
        parent_id=str(category.parent_id or ""),
        position=str(category.position),
        **shown_translations(category.translations),
    )
