"""One product: made, changed, archived, its stock counted."""

from collections.abc import Mapping
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath

from kram.dashboard.catalog import drafts
from kram.dashboard.catalog.photos import read_photos
from kram.dashboard.catalog.supply import is_endless, supply
from kram.dashboard.catalog.tree import branches
from kram.dashboard.pages.choices import chosen
from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.once import first_time
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.kit.db.tx import TenantRead
from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop
from kram.shop.catalog import queries
from kram.shop.catalog.errors import ProductMissing
from kram.shop.catalog.models import Product
from kram.shop.catalog.options.shape import live, options_of
from kram.shop.catalog.service import (
    archive_product,
    create_product,
    restore_product,
    update_product,
)
from kram.shop.inventory.models import MoveCause, StockMove
from kram.shop.inventory.queries import moves
from kram.shop.inventory.service import receive_many
from kram.tenants.permissions import Permission

_LIST = "/{shop_slug:str}/products"
_ONE = f"{_LIST}/{{product_id:uuid}}"
_EDIT = needs(Permission.CATALOG_EDIT)
_FIELDS = {"category_not_found": "category_id", "page_slug_taken": "title"}
TYPED_CAUSES = (
    MoveCause.RECEIVED,
    MoveCause.CORRECTED,
    MoveCause.WRITTEN_OFF,
    MoveCause.RETURNED,
)
_MOVES_SHOWN = 10


@get(f"{_LIST}/new", opt=_EDIT)
async def new_product_page(view: ViewHere, desk: DeskHere) -> Answer:
    return await _page(view, desk, Form(), None)


@post(f"{_LIST}/new", opt=_EDIT)
async def new_product(view: ViewHere, desk: DeskHere) -> Answer:
    form = await read_form(view.request)
    if form.has("add_variant"):
        return await _page(view, desk, _with_blank_row(form), None)
    form = drafts.without_blanks(form)
    try:
        product = await _create(view, desk, form)
    except AppError as error:
        form.refuse(error, view.translate, _FIELDS)
        return await _page(view, desk, form, None, error)
    return view.go(
        desk.path("products", product.id), gettext_noop("%(title)s was added"), title=product.title
    )


async def _create(view: View, desk: Desk, form: Form) -> Product:
    draft = drafts.draft_of(form, desk.shop.currency)
    units = drafts.units_of(form)
    async with (
        read_photos(view, desk, form) as photos,
        view.services.db.tenant(desk.tenant) as tx,
    ):
        await first_time(tx, desk, form)
        product = await create_product(tx, draft)
        received = {
            variant.id: count
            for variant, count in zip(product.variants, units, strict=True)
            if count
        }
        await receive_many(tx, received, MoveCause.RECEIVED, desk.actor)
        await photos.add_to(tx, product)
    return product


@get(_ONE, opt=needs(Permission.CATALOG_VIEW))
async def product_page(view: ViewHere, desk: DeskHere, product_id: FromPath[UUID]) -> Answer:
    return await _page(view, desk, None, product_id)


@post(_ONE, opt=_EDIT)
async def change_product(view: ViewHere, desk: DeskHere, product_id: FromPath[UUID]) -> Answer:
    form = await read_form(view.request)
    if form.has("add_variant"):
        return await _page(view, desk, _with_blank_row(form), product_id)
    form = drafts.without_blanks(form)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            product = await _found(tx, product_id)
            if product is not None and live(options_of(product.options)):
                draft = drafts.draft_beside_options(form, product)
            else:
                draft = drafts.draft_of(form, desk.shop.currency)
            await update_product(tx, product_id, draft)
    except AppError as error:
        form.refuse(error, view.translate, _FIELDS)
        return await _page(view, desk, form, product_id, error)
    return view.go(desk.path("products", product_id), gettext_noop("Saved"))


@post(f"{_ONE}/stock", opt=_EDIT)
async def change_stock(view: ViewHere, desk: DeskHere, product_id: FromPath[UUID]) -> Answer:
    form = await read_form(view.request)
    try:
        await _receive(view, desk, product_id, form)
    except AppError as error:
        form.refuse(error, view.translate)
        return await _page(view, desk, None, product_id, error, stock_form=form)
    return view.go(desk.path("products", product_id), gettext_noop("The stock was updated"))


async def _receive(view: View, desk: Desk, product_id: UUID, form: Form) -> None:
    deltas = drafts.deltas_of(form)
    cause = _cause(form.get("cause"))
    async with view.services.db.tenant(desk.tenant) as tx:
        await first_time(tx, desk, form)
        product = await queries.product_with_parts(tx, product_id)
        if product is None:
            raise ProductMissing
        own = {variant.id for variant in product.variants}
        known: Mapping[UUID, int] = {key: delta for key, delta in deltas.items() if key in own}
        await receive_many(tx, known, cause, desk.actor)


@post(f"{_ONE}/archive", opt=_EDIT)
async def archive(view: ViewHere, desk: DeskHere, product_id: FromPath[UUID]) -> Answer:
    async with view.services.db.tenant(desk.tenant) as tx:
        product = await archive_product(tx, product_id)
    return view.go(
        desk.path("products"),
        gettext_noop("%(title)s was archived"),
        undo=desk.path("products", product_id, "restore"),
        title=product.title,
    )


@post(f"{_ONE}/restore", opt=_EDIT)
async def restore(view: ViewHere, desk: DeskHere, product_id: FromPath[UUID]) -> Answer:
    async with view.services.db.tenant(desk.tenant) as tx:
        product = await restore_product(tx, product_id)
    return view.go(
        desk.path("products", product_id),
        gettext_noop("%(title)s is on sale again"),
        title=product.title,
    )


async def _page(
    view: View,
    desk: Desk,
    form: Form | None,
    product_id: UUID | None,
    error: AppError | None = None,
    stock_form: Form | None = None,
) -> Answer:
    """The form of a product, or of a new one. Raises: ProductMissing."""
    if error is not None and error.kind is Kind.NOT_FOUND and not (form and form.errors):
        raise error
    async with view.services.db.tenant_read(desk.tenant) as tx:
        product = await _found(tx, product_id)
        stock, sellable = await supply(tx, product.offered if product else [])
        history = await _history(tx, product)
        tree = branches(await queries.categories(tx))
    if form is None:
        form = drafts.form_of(product, view.visitor.language) if product else Form()
    typed = stock_form or Form()
    return view.page(
        "catalog/product.html",
        error=error,
        at=desk.path("products", product_id) if stock_form else "",
        desk=desk,
        form=form,
        stock_form=typed,
        typed_deltas=dict(zip(typed.all("stock_variant"), typed.all("stock_delta"), strict=False)),
        rows=drafts.rows_of(form),
        has_options=bool(product and live(options_of(product.options))),
        product=product,
        stock=stock,
        sellable=sellable,
        endless={each.id for each in product.offered if is_endless(each)} if product else set(),
        history=history,
        tree=tree,
        causes=TYPED_CAUSES,
        blank=drafts.Row(),
        photo_form=Form(),
    )


async def _found(tx: TenantRead, product_id: UUID | None) -> Product | None:
    if product_id is None:
        return None
    product = await queries.product_with_parts(tx, product_id)
    if product is None:
        raise ProductMissing
    return product


async def _history(tx: TenantRead, product: Product | None) -> list[StockMove]:
    """The newest moves of a product that comes in one form."""
    if product is None or len(product.offered) != 1:
        return []
    return list(await moves(tx, product.offered[0].id, _MOVES_SHOWN))


def _with_blank_row(form: Form) -> Form:
    columns = ("variant_id", "variant_title", "variant_sku", "variant_price", "variant_stock")
    rows = drafts.rows_of(form)
    padded = [(row.id, row.title, row.sku, row.price, row.stock) for row in rows] + [("",) * 5]
    return form.with_rows({name: [row[at] for row in padded] for at, name in enumerate(columns)})


def _cause(typed: str) -> MoveCause:
    cause = chosen(MoveCause, typed)
    return cause if cause in TYPED_CAUSES else MoveCause.CORRECTED
