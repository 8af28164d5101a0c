"""Price lists: for a group of customers, from so many units on, in a currency, for a time."""

from datetime import datetime
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, FromQuery

from kram.dashboard.catalog import price_queries, price_rows
from kram.dashboard.catalog.moments import shown_moment, typed_moment
from kram.dashboard.opening.page import CURRENCIES
from kram.dashboard.pages.choices import read_uuid
from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.once import first_time
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.shop.catalog.errors import PriceListMissing
from kram.shop.catalog.models import PriceList
from kram.shop.catalog.prices import queries
from kram.shop.catalog.service import (
    PriceListDraft,
    change_price_list,
    create_price_list,
    drop_prices,
    remove_price_list,
    set_prices,
)
from kram.shop.customers.book_queries import groups
from kram.shop.customers.service import add_group
from kram.tenants.permissions import Permission

_LIST = "/{shop_slug:str}/price-lists"
_ONE = f"{_LIST}/{{price_list_id:uuid}}"
_VIEW, _EDIT = needs(Permission.CATALOG_VIEW), needs(Permission.CATALOG_EDIT)
_FIELDS = {"group_name_taken": "new_group", "too_many_groups": "new_group"}


@get(_LIST, opt=_VIEW)
async def price_lists_page(view: ViewHere, desk: DeskHere) -> Answer:
    return await _lists(view, desk, Form())


@post(_LIST, opt=_EDIT)
async def add_price_list(view: ViewHere, desk: DeskHere) -> Answer:
    form = await read_form(view.request)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            await first_time(tx, desk, form)
            draft = PriceListDraft(
                name=form.get("name"),
                currency=form.get("currency"),
                group_id=await _group(tx, form),
            )
            made = await create_price_list(tx, draft)
    except AppError as error:
        form.refuse(error, view.translate, _FIELDS)
        return await _lists(view, desk, form, error)
    return view.go(
        desk.path("price-lists", made.id), gettext_noop("%(name)s was added"), name=made.name
    )


@get(_ONE, opt=_VIEW)
async def price_list_page(
    view: ViewHere,
    desk: DeskHere,
    price_list_id: FromPath[UUID],
    after: FromQuery[UUID | None] = None,
) -> Answer:
    return await _page(view, desk, price_list_id, after=after)


@post(_ONE, opt=_EDIT)
async def save_price_list(view: ViewHere, desk: DeskHere, price_list_id: FromPath[UUID]) -> Answer:
    form = await read_form(view.request)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            kept = await _of(tx, price_list_id)
            draft = PriceListDraft(
                name=form.get("name"),
                currency=kept.currency,
                group_id=await _group(tx, form),
                starts_at=_moment(form, desk, "starts_at"),
                ends_at=_moment(form, desk, "ends_at"),
                is_active=form.has("is_active"),
            )
            await change_price_list(tx, price_list_id, draft)
    except PriceListMissing:
        raise
    except AppError as error:
        form.refuse(error, view.translate, _FIELDS)
        return await _page(view, desk, price_list_id, form=form, error=error)
    return view.go(desk.path("price-lists", price_list_id), gettext_noop("Saved"))


@post(f"{_ONE}/prices", opt=_EDIT)
async def add_prices(view: ViewHere, desk: DeskHere, price_list_id: FromPath[UUID]) -> Answer:
    """All prices of the named goods become those that were typed; the others keep theirs."""
    form = await read_form(view.request)
    rows: list[price_rows.TypedPrice] = []
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            price_list = await _of(tx, price_list_id)
            rows = price_rows.read(form.get("prices"), price_list.currency)
            await set_prices(tx, price_list_id, await price_rows.found(tx, rows))
    except PriceListMissing:
        raise
    except AppError as error:
        price_rows.refuse(form, error, rows, view.translate)
        return await _page(view, desk, price_list_id, prices_form=form, error=error)
    return view.go(desk.path("price-lists", price_list_id), gettext_noop("Saved"))


@post(f"{_ONE}/prices/remove", opt=_EDIT)
async def remove_price(view: ViewHere, desk: DeskHere, price_list_id: FromPath[UUID]) -> Answer:
    variant_id = read_uuid((await read_form(view.request)).get("variant_id"))
    if variant_id is not None:
        async with view.services.db.tenant(desk.tenant) as tx:
            await drop_prices(tx, price_list_id, [variant_id])
    return view.go(desk.path("price-lists", price_list_id), gettext_noop("Saved"))


@post(f"{_ONE}/remove", opt=_EDIT)
async def delete_price_list(
    view: ViewHere, desk: DeskHere, price_list_id: FromPath[UUID]
) -> Answer:
    async with view.services.db.tenant(desk.tenant) as tx:
        await remove_price_list(tx, price_list_id)
    return view.go(desk.path("price-lists"), gettext_noop("The price list was removed"))


async def _of(tx: TenantRead, price_list_id: UUID) -> PriceList:
    price_list = await tx.get(PriceList, price_list_id)
    if price_list is None:
        raise PriceListMissing
    return price_list


async def _group(tx: TenantTx, form: Form) -> UUID | None:
    """The chosen group, or the new one that was named. Raises: what `add_group` does."""
    if form.get("new_group").strip():
        return await add_group(tx, form.get("new_group"))
    return read_uuid(form.get("group_id"))


def _moment(form: Form, desk: Desk, name: str) -> datetime | None:
    return typed_moment(form.get(name), desk.zone)


async def _lists(view: View, desk: Desk, form: Form, error: AppError | None = None) -> Answer:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        found = await queries.price_lists(tx)
        counts = await price_queries.count_listed(tx)
        named = await groups(tx)
        now = tx.now
    return view.page(
        "catalog/price_lists.html",
        error=error,
        desk=desk,
        form=form,
        price_lists=found,
        counts=counts,
        groups=named,
        group_names={each.id: each.name for each in named},
        now=now,
        currencies=dict.fromkeys((desk.shop.currency, *CURRENCIES)),
    )


async def _page(
    view: View,
    desk: Desk,
    price_list_id: UUID,
    *,
    form: Form | None = None,
    prices_form: Form | None = None,
    error: AppError | None = None,
    after: UUID | None = None,
) -> Answer:
    """Raises: PriceListMissing."""
    async with view.services.db.tenant_read(desk.tenant) as tx:
        price_list = await _of(tx, price_list_id)
        rows, more = await price_queries.listed_page(tx, price_list_id, after)
        named = await groups(tx)
    return view.page(
        "catalog/price_list.html",
        error=error,
        at=desk.path("price-lists", price_list_id) if prices_form else "",
        desk=desk,
        price_list=price_list,
        form=form or _filled(price_list, desk),
        prices_form=prices_form or Form(),
        rows=rows,
        more=more,
        groups=named,
    )


def _filled(price_list: PriceList, desk: Desk) -> Form:
    active = {"is_active": "1"} if price_list.is_active else {}
    return Form.of(
        name=price_list.name,
        group_id=str(price_list.group_id or ""),
        starts_at=shown_moment(price_list.starts_at, desk.zone),
        ends_at=shown_moment(price_list.ends_at, desk.zone),
        **active,
    )


HANDLERS = (
    price_lists_page,
    add_price_list,
    price_list_page,
    save_price_list,
    add_prices,
    remove_price,
    delete_price_list,
)
