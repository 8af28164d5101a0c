"""Goods by how many are left, with the correction beside each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, FromQuery
from sqlalchemy import Row

from kram.dashboard.catalog.product import TYPED_CAUSES
from kram.dashboard.pages.choices import chosen, read_uuid
from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.once import first_time
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.dashboard.stock.typed import some_units_of, units_of
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.kit.pagination import USUAL_PAGE
from kram.shop.catalog.errors import VariantMissing
from kram.shop.catalog.models import Variant
from kram.shop.inventory.models import MoveCause, Warehouse
from kram.shop.inventory.queries import lists, places, policies, shelves
from kram.shop.inventory.queries.lists import Left
from kram.shop.inventory.service import StockLevel, receive
from kram.shop.inventory.service.levels import level_of
from kram.shop.inventory.service.policies import set_shop_low_at
from kram.tenants.permissions import Permission

_LIST = "/{shop_slug:str}/stock"
_VIEW, _EDIT = needs(Permission.CATALOG_VIEW), needs(Permission.CATALOG_EDIT)


@dataclass(frozen=True, slots=True)
class Goods:
    """A row of the list; `places` are the warehouses with units of it, by name."""

    row: Row[Any]
    level: StockLevel
    places: list[tuple[str, int]]


@get(_LIST, opt=_VIEW)
async def list_levels(
    view: ViewHere,
    desk: DeskHere,
    left: FromQuery[str] = "",
    q: FromQuery[str] = "",
    cursor: FromQuery[str | None] = None,
) -> Answer:
    return await _page(view, desk, chosen(Left, left) or Left.ALL, q, cursor or None)


@post(f"{_LIST}/{{variant_id:uuid}}/adjust", opt=_EDIT)
async def adjust(view: ViewHere, desk: DeskHere, variant_id: FromPath[UUID]) -> Answer:
    form = await read_form(view.request)
    back = _back(desk, form, variant_id)
    try:
        delta, cause = units_of(form, "delta"), chosen(MoveCause, form.get("cause"))
        async with view.services.db.tenant(desk.tenant) as tx:
            await first_time(tx, desk, form)
            if await tx.get(Variant, variant_id) is None:
                raise VariantMissing
            await receive(
                tx,
                variant_id,
                delta,
                cause if cause in TYPED_CAUSES else MoveCause.CORRECTED,
                desk.actor,
                warehouse_id=read_uuid(form.get("warehouse_id")),
                note=form.get("note"),
            )
    except AppError as error:
        return view.go_refused(back, getattr(error, "fields", {}).get("delta", error))
    return view.go(back, gettext_noop("The stock was updated"))


@post(f"{_LIST}/threshold", opt=_EDIT)
async def set_threshold(view: ViewHere, desk: DeskHere) -> Answer:
    form = await read_form(view.request)
    try:
        low_at = some_units_of(form, "low_at")
        async with view.services.db.tenant(desk.tenant) as tx:
            await set_shop_low_at(tx, low_at)
    except AppError as error:
        return view.go_refused(
            desk.path("stock"), getattr(error, "fields", {}).get("low_at", error)
        )
    return view.go(desk.path("stock"), gettext_noop("Saved"))


def _back(desk: Desk, form: Form, variant_id: UUID) -> str:
    """To where the correction was typed."""
    return desk.path("stock", variant_id) if form.get("from") == "ledger" else desk.path("stock")


async def _page(view: View, desk: Desk, left: Left, q: str, cursor: str | None) -> Answer:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        page = await lists.goods_page(tx, left=left, q=q, cursor=cursor, limit=USUAL_PAGE)
        on_shelves = await shelves.by_place(tx, [row.variant_id for row in page.items])
        warehouses = await places.warehouses(tx)
        counts = await lists.count_goods(tx)
        low_at = await policies.shop_low_at(tx)
    goods = [
        Goods(row, level_of(row), _named(warehouses, on_shelves.get(row.variant_id, {})))
        for row in page.items
    ]
    return view.page(
        "stock/levels.html",
        desk=desk,
        goods=goods,
        next_cursor=page.next_cursor,
        counts=counts,
        left=left,
        q=q,
        low_at=low_at,
        warehouses=warehouses,
        causes=TYPED_CAUSES,
    )


def _named(
    warehouses: Sequence[Warehouse], units: dict[UUID, tuple[int, int]]
) -> list[tuple[str, int]]:
    return [(place.name, units[place.id][0]) for place in warehouses if place.id in units]
