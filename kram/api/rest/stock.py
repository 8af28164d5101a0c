"""Units of a variant: told as differences, never as a number from a screen that may be old."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from kram.api.rest.caller import DeskHere, needs
from kram.api.rest.inputs import Cursor, Input, Limit, Line
from kram.api.rest.once import OnceHere
from kram.api.rest.services import ServicesHere
from kram.api.rest.views.stock import (
    GoodsLine,
    GoodsPage,
    MovePage,
    MoveView,
    StockSettings,
    StockView,
)
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.pagination import page_of, page_size, read_cursor
from kram.shop.catalog.errors import VariantMissing
from kram.shop.catalog.models import Variant
from kram.shop.inventory.models import MoveCause, Selling
from kram.shop.inventory.queries import lists, moves, policies, shelves
from kram.shop.inventory.queries.lists import Left
from kram.shop.inventory.rules import LARGEST_QUANTITY
from kram.shop.inventory.service import levels, receive
from kram.shop.inventory.service.levels import level_of
from kram.shop.inventory.service.policies import PolicyDraft, set_policy, set_shop_low_at
from kram.tenants.permissions import Permission

Delta = Annotated[int, msgspec.Meta(ge=-LARGEST_QUANTITY, le=LARGEST_QUANTITY)]
Units = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_QUANTITY)]
_VIEW, _EDIT = needs(Permission.CATALOG_VIEW), needs(Permission.CATALOG_EDIT)
_OF_VARIANT = "/variants/{variant_id:uuid}"


class StockChange(Input, frozen=True):
    """`delta` units came (positive) or went (negative). Shipping takes its units by itself.

    `warehouse_id` null: the first active warehouse.
    """

    delta: Delta
    cause: Literal["received", "corrected", "written_off", "returned"] = "received"
    warehouse_id: UUID | None = None
    note: Line = ""


class PolicyInput(Input, frozen=True):
    """How the variant is sold without units. `limit` of promised units null: none; `low_at` null:
    as the shop says. A pre-order needs `available_from`."""

    selling: Selling
    available_from: date | None = None
    limit: Units | None = None
    low_at: Units | None = None


class SettingsInput(Input, frozen=True):
    """`low_at` null: the staff is told of variants alone that say so themselves."""

    low_at: Units | None


@get("/stock", opt=_VIEW)
async def list_stock(
    desk: DeskHere,
    services: ServicesHere,
    cursor: Cursor = None,
    limit: Limit = None,
    left: FromQuery[Left] = Left.ALL,
    q: FromQuery[str] = "",
) -> GoodsPage:
    """By SKU. `low`: no more than the staff wants to hear of; `out`: nothing is free."""
    async with services.db.tenant_read(desk.tenant) as tx:
        page = await lists.goods_page(tx, left=left, q=q, cursor=cursor, limit=page_size(limit))
        places = await shelves.by_place(tx, [row.variant_id for row in page.items])
    lines = [
        GoodsLine(
            sku=row.sku,
            title=row.title,
            variant_title=row.variant_title,
            product_id=row.product_id,
            stock=StockView.of(row.variant_id, level_of(row), places.get(row.variant_id, {})),
        )
        for row in page.items
    ]
    return GoodsPage(lines, page.next_cursor)


@get(f"{_OF_VARIANT}/stock", opt=_VIEW)
async def show_stock(
    desk: DeskHere, services: ServicesHere, variant_id: FromPath[UUID]
) -> StockView:
    async with services.db.tenant_read(desk.tenant) as tx:
        await _check(tx, variant_id)
        return await _view(tx, variant_id)


@post(f"{_OF_VARIANT}/stock", opt=_EDIT, status_code=200)
async def change_stock(
    desk: DeskHere,
    once: OnceHere,
    variant_id: FromPath[UUID],
    data: JSONBody[StockChange],
) -> StockView:
    """Send an `Idempotency-Key`: a difference that is counted twice is wrong."""

    async def change(tx: TenantTx) -> StockView:
        await _check(tx, variant_id)
        await receive(
            tx,
            variant_id,
            data.delta,
            MoveCause(data.cause),
            desk.actor,
            warehouse_id=data.warehouse_id,
            note=data.note,
        )
        return await _view(tx, variant_id)

    return await once.run(change, StockView)


@put(f"{_OF_VARIANT}/stock-policy", opt=_EDIT)
async def set_stock_policy(
    desk: DeskHere,
    services: ServicesHere,
    variant_id: FromPath[UUID],
    data: JSONBody[PolicyInput],
) -> StockView:
    """What is promised already stays promised."""
    draft = PolicyDraft(data.selling, data.available_from, data.limit, data.low_at)
    async with services.db.tenant(desk.tenant) as tx:
        await set_policy(tx, variant_id, draft)
        return await _view(tx, variant_id)


@get(f"{_OF_VARIANT}/stock-moves", opt=_VIEW)
async def list_stock_moves(
    desk: DeskHere,
    services: ServicesHere,
    variant_id: FromPath[UUID],
    cursor: Cursor = None,
    limit: Limit = None,
) -> MovePage:
    """The ledger, the newest first: its deltas add up to what is on hand."""
    size = page_size(limit)
    before = read_cursor(cursor, tuple[UUID])[0] if cursor is not None else None
    async with services.db.tenant_read(desk.tenant) as tx:
        await _check(tx, variant_id)
        found = await moves(tx, variant_id, size + 1, before=before)
    page = page_of(found, size, lambda move: (move.id,))
    return MovePage([MoveView.of(move) for move in page.items], page.next_cursor)


@get("/stock-settings", opt=_VIEW)
async def show_stock_settings(desk: DeskHere, services: ServicesHere) -> StockSettings:
    async with services.db.tenant_read(desk.tenant) as tx:
        return StockSettings(await policies.shop_low_at(tx))


@put("/stock-settings", opt=_EDIT)
async def change_stock_settings(
    desk: DeskHere, services: ServicesHere, data: JSONBody[SettingsInput]
) -> StockSettings:
    async with services.db.tenant(desk.tenant) as tx:
        await set_shop_low_at(tx, data.low_at)
    return StockSettings(data.low_at)


async def _check(tx: TenantRead, variant_id: UUID) -> None:
    if await tx.get(Variant, variant_id) is None:
        raise VariantMissing


async def _view(tx: TenantRead, variant_id: UUID) -> StockView:
    level = (await levels(tx, [variant_id]))[variant_id]
    places = await shelves.by_place(tx, [variant_id])
    return StockView.of(variant_id, level, places.get(variant_id, {}))


ROUTES = [
    list_stock,
    show_stock,
    change_stock,
    set_stock_policy,
    list_stock_moves,
    show_stock_settings,
    change_stock_settings,
]
