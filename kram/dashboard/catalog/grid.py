"""A product's options, and its variants as a grid that is edited and saved at once."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, FromQuery

from kram.dashboard.catalog.cells import grid_changes, grid_rows
from kram.dashboard.catalog.option_forms import (
    filled_options,
    named_drafts,
    option_drafts,
    option_rows,
)
from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.kit.db.tx import TenantRead
from kram.kit.errors import AppError
from kram.kit.i18n import LANGUAGES
from kram.kit.messages import gettext_noop
from kram.shop.catalog import queries
from kram.shop.catalog.errors import ProductMissing
from kram.shop.catalog.models import Product
from kram.shop.catalog.options.shape import live, options_of
from kram.shop.catalog.service import change_variants, set_options
from kram.tenants.permissions import Permission

_ONE = "/{shop_slug:str}/products/{product_id:uuid}"
_EDIT = needs(Permission.CATALOG_EDIT)
ROWS_A_PAGE = 100


@get(f"{_ONE}/variants", opt=needs(Permission.CATALOG_VIEW))
async def grid_page(
    view: ViewHere, desk: DeskHere, product_id: FromPath[UUID], page: FromQuery[int] = 0
) -> Answer:
    return await _page(view, desk, product_id, page)


@post(f"{_ONE}/options", opt=_EDIT)
async def save_options(view: ViewHere, desk: DeskHere, product_id: FromPath[UUID]) -> Answer:
    form = await read_form(view.request)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            known = live(options_of((await _product(tx, product_id)).options))
            await set_options(tx, product_id, option_drafts(form, known))
    except ProductMissing:
        raise
    except AppError as error:
        form.refuse(error, view.translate)
        return await _page(view, desk, product_id, 0, options_form=form, error=error)
    return view.go(desk.path("products", product_id, "variants"), gettext_noop("Saved"))


@post(f"{_ONE}/variants", opt=_EDIT)
async def save_grid(view: ViewHere, desk: DeskHere, product_id: FromPath[UUID]) -> Answer:
    form = await read_form(view.request)
    shown = form.get("page", "0")
    page = int(shown) if shown.isdecimal() and len(shown) < 4 else 0
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            known = {each.id: each for each in (await _product(tx, product_id)).offered}
            await change_variants(tx, product_id, grid_changes(form, desk, known))
    except ProductMissing:
        raise
    except AppError as error:
        form.refuse(error, view.translate)
        return await _page(view, desk, product_id, page, grid_form=form, error=error)
    path = desk.path("products", product_id, "variants")
    return view.go(f"{path}?page={page}" if page else path, gettext_noop("Saved"))


@get(f"{_ONE}/options/names", opt=needs(Permission.CATALOG_VIEW))
async def names_page(view: ViewHere, desk: DeskHere, product_id: FromPath[UUID]) -> Answer:
    return await _names(view, desk, product_id)


@post(f"{_ONE}/options/names", opt=_EDIT)
async def save_names(view: ViewHere, desk: DeskHere, product_id: FromPath[UUID]) -> Answer:
    form = await read_form(view.request)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            known = live(options_of((await _product(tx, product_id)).options))
            await set_options(tx, product_id, named_drafts(form, known, LANGUAGES))
    except ProductMissing:
        raise
    except AppError as error:
        form.refuse(error, view.translate)
        return await _names(view, desk, product_id, form, error)
    return view.go(desk.path("products", product_id, "options", "names"), gettext_noop("Saved"))


async def _names(
    view: View,
    desk: Desk,
    product_id: UUID,
    form: Form | None = None,
    error: AppError | None = None,
) -> Answer:
    """Raises: ProductMissing."""
    async with view.services.db.tenant_read(desk.tenant) as tx:
        product = await _product(tx, product_id)
    return view.page(
        "catalog/option_names.html",
        error=error,
        desk=desk,
        product=product,
        form=form or Form(),
        options=live(options_of(product.options)),
        languages=[code for code in LANGUAGES if code != desk.shop.language],
    )


async def _page(
    view: View,
    desk: Desk,
    product_id: UUID,
    page: int,
    *,
    options_form: Form | None = None,
    grid_form: Form | None = None,
    error: AppError | None = None,
) -> Answer:
    """Raises: ProductMissing."""
    async with view.services.db.tenant_read(desk.tenant) as tx:
        product = await _product(tx, product_id)
    pages = max(1, -(-len(product.offered) // ROWS_A_PAGE))
    page = min(max(page, 0), pages - 1)
    shown = product.offered[page * ROWS_A_PAGE : (page + 1) * ROWS_A_PAGE]
    return view.page(
        "catalog/grid.html",
        error=error,
        at=desk.path("products", product_id, "variants") if error else "",
        desk=desk,
        product=product,
        options_form=options_form or Form(),
        options=option_rows(options_form or filled_options(product)),
        grid_form=grid_form or Form(),
        rows=grid_rows(shown, view.visitor.language, grid_form),
        page=page,
        pages=pages,
    )


async def _product(tx: TenantRead, product_id: UUID) -> Product:
    """Raises: ProductMissing."""
    product = await queries.product_with_parts(tx, product_id)
    if product is None:
        raise ProductMissing
    return product
