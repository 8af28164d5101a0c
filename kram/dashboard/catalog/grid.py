"""A product's options, and its variants as a grid that is edited and saved at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, FromQuery
from msgspec import UNSET, UnsetType

from kram.dashboard.catalog.drafts import typed_minor, typed_price
from kram.dashboard.catalog.moments import typed_moment
from kram.dashboard.pages.choices import read_uuid
from kram.dashboard.pages.forms import FieldsRefused, Form, read_form
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.kit.db.tx import TenantRead
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.shop.catalog import queries
from kram.shop.catalog.drafts import parse_price
from kram.shop.catalog.errors import ProductMissing
from kram.shop.catalog.models import Product, Variant
from kram.shop.catalog.options.changes import Sale, VariantChange, barcode_doubt
from kram.shop.catalog.options.shape import (
    MOST_OPTIONS,
    Option,
    OptionDraft,
    ValueDraft,
    live,
    options_of,
)
from kram.shop.catalog.service import change_variants, set_options
from kram.shop.inventory.errors import QuantityInvalid
from kram.tenants.permissions import Permission

_ONE = "/{shop_slug:str}/products/{product_id:uuid}"
_EDIT = needs(Permission.CATALOG_EDIT)
ROWS_A_PAGE = 100
_COLUMNS = ("variant_id", "variant_sku", "variant_price", "variant_sale", "variant_barcode")
_ALL = (*_COLUMNS, "variant_weight")


@dataclass(frozen=True, slots=True)
class Row:
    """One variant as typed; `doubt`: its barcode looks like an EAN and is none."""

    id: str
    title: str
    sku: str
    price: str
    sale: str
    barcode: str
    weight: str
    doubt: bool = False


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
        changes = grid_changes(form, desk)
        async with view.services.db.tenant(desk.tenant) as tx:
            await change_variants(tx, product_id, changes)
    except ProductMissing:
        raise
    except AppError as error:
        form.refuse(error, view.translate)
        return await _page(view, desk, product_id, page, grid_form=form, error=error)
    path = desk.path("products", product_id, "variants")
    return view.go(f"{path}?page={page}" if page else path, gettext_noop("Saved"))


def option_drafts(form: Form, known: Sequence[Option]) -> list[OptionDraft]:
    """Three rows of a name and its values, one a line. A row that was there keeps its number, and
    so do its values: in their old places when none was added or taken away, else by their names."""
    names, values, ids = (form.all(name) for name in ("option_name", "option_values", "option_id"))
    drafts = []
    for name, typed, option_id in zip(names, values, ids, strict=False):
        lines = [line.strip() for line in typed.splitlines() if line.strip()]
        if not name.strip() and not lines:
            continue
        old = next((each for each in known if str(each.id) == option_id), None)
        drafts.append(
            OptionDraft(
                id=old.id if old else None,
                name=name,
                names=old.names if old else {},
                values=tuple(_values(lines, old)),
            )
        )
    return drafts


def _values(lines: Sequence[str], old: Option | None) -> list[ValueDraft]:
    """ "Red #ff0000" is a value with its colour."""
    before = old.offered if old else ()
    drafts = [_value(line) for line in lines]
    by_name = {value.name.casefold(): value for value in before}
    renamed = len(before) == len(drafts)
    made = []
    for place, draft in enumerate(drafts):
        value = by_name.get(draft.name.casefold())
        if value is None and renamed and before[place].name.casefold() not in _names(drafts):
            value = before[place]
        made.append(
            ValueDraft(
                id=value.id if value else None,
                name=draft.name,
                names=value.names if value else {},
                colour=draft.colour,
            )
        )
    return made


def _names(drafts: Sequence[ValueDraft]) -> set[str]:
    return {draft.name.casefold() for draft in drafts}


def _value(line: str) -> ValueDraft:
    name, _, colour = line.rpartition(" ")
    if name and colour.startswith("#"):
        return ValueDraft(name=name, colour=colour)
    return ValueDraft(name=line)


def grid_changes(form: Form, desk: Desk) -> list[VariantChange]:
    """Raises: FieldsRefused."""
    begins = typed_moment(form.get("sale_from"), desk.zone)
    ends = typed_moment(form.get("sale_until"), desk.zone)
    refused: dict[str, AppError] = {}
    changes = []
    gone = set(form.all("variant_off"))
    columns = (form.all(name) for name in _ALL)
    for place, cells in enumerate(zip(*columns, strict=False)):
        variant_id = read_uuid(cells[0])
        if variant_id is None:
            continue
        try:
            changes.append(_change(variant_id, cells, desk.shop.currency, begins, ends, gone))
        except FieldsRefused as error:
            refused |= {f"variants.{place}.{name}": each for name, each in error.fields.items()}
    if refused:
        raise FieldsRefused(refused)
    return changes


def _change(
    variant_id: UUID,
    cells: Sequence[str],
    currency: str,
    begins: datetime | None,
    ends: datetime | None,
    gone: set[str],
) -> VariantChange:
    """Raises: FieldsRefused."""
    _, sku, price, sale, barcode, weight = cells
    refused: dict[str, AppError] = {}
    price_minor, sale_minor = 0, None
    try:
        price_minor = parse_price(price, currency).minor
    except AppError as error:
        refused["price_minor"] = error
    try:
        sale_minor = parse_price(sale, currency).minor if sale.strip() else None
    except AppError as error:
        refused["sale"] = error
    if weight.strip() and not (weight.strip().isdecimal() and len(weight.strip()) <= 9):
        refused["weight_grams"] = QuantityInvalid()
    if refused:
        raise FieldsRefused(refused)
    archived: bool | UnsetType = True if str(variant_id) in gone else UNSET
    return VariantChange(
        id=variant_id,
        sku=sku,
        price_minor=price_minor,
        sale=None if sale_minor is None else Sale(sale_minor, begins, ends),
        barcode=barcode,
        weight_grams=int(weight) if weight.strip() else None,
        archived=archived,
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
        options=option_rows(options_form or _options_form(product)),
        grid_form=grid_form or Form(),
        rows=_rows(shown, view.visitor.language, grid_form),
        page=page,
        pages=pages,
    )


async def _product(tx: TenantRead, product_id: UUID) -> Product:
    """Raises: ProductMissing."""
    product = await queries.product_with_parts(tx, product_id)
    if product is None:
        raise ProductMissing
    return product


def _options_form(product: Product) -> Form:
    options = live(options_of(product.options))
    blank = MOST_OPTIONS - len(options)
    texts = [
        "\n".join(f"{value.name} {value.colour}".strip() for value in option.offered)
        for option in options
    ]
    return Form.of(
        option_id=[*(str(option.id) for option in options), *[""] * blank],
        option_name=[*(option.name for option in options), *[""] * blank],
        option_values=[*texts, *[""] * blank],
    )


def _rows(variants: Sequence[Variant], language: str, typed: Form | None) -> list[Row]:
    rows = [
        Row(
            id=str(each.id),
            title=each.title,
            sku=each.sku,
            price=typed_price(each, language),
            sale=typed_minor(each.sale_minor, each.currency, language),
            barcode=each.barcode,
            weight="" if each.weight_grams is None else str(each.weight_grams),
            doubt=barcode_doubt(each.barcode),
        )
        for each in variants
    ]
    if typed is None:
        return rows
    titles = {row.id: row.title for row in rows}
    columns = (typed.all(name) for name in _ALL)
    return [
        Row(cells[0], titles.get(cells[0], ""), *cells[1:]) for cells in zip(*columns, strict=False)
    ]


@dataclass(frozen=True, slots=True)
class OptionRow:
    id: str
    name: str
    values: str


def option_rows(form: Form) -> list[OptionRow]:
    columns = (form.all(name) for name in ("option_id", "option_name", "option_values"))
    return [OptionRow(*cells) for cells in zip(*columns, strict=False)]
