"""One variant: where its units are, every move of them, and how it is sold without any."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, FromQuery

from kram.dashboard.catalog.product import TYPED_CAUSES
from kram.dashboard.pages.choices import chosen
from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.dashboard.stock.typed import date_of, some_units_of
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.shop.catalog.errors import VariantMissing
from kram.shop.inventory.models import Selling, StockMove
from kram.shop.inventory.queries import lists, moves, places, shelves
from kram.shop.inventory.service import StockLevel, levels
from kram.shop.inventory.service.policies import PolicyDraft, set_policy
from kram.tenants.actor import ActorKind
from kram.tenants.permissions import Permission
from kram.tenants.queries import staff_of

_ONE = "/{shop_slug:str}/stock/{variant_id:uuid}"
_SHOWN = 50
_FIELDS = {
    "stock_policy_invalid": "available_from",
    "backorder_limit_too_low": "limit",
}


@get(_ONE, opt=needs(Permission.CATALOG_VIEW))
async def ledger_page(
    view: ViewHere,
    desk: DeskHere,
    variant_id: FromPath[UUID],
    before: FromQuery[UUID | None] = None,
) -> Answer:
    return await _page(view, desk, variant_id, None, before=before)


@post(f"{_ONE}/policy", opt=needs(Permission.CATALOG_EDIT))
async def change_policy(view: ViewHere, desk: DeskHere, variant_id: FromPath[UUID]) -> Answer:
    form = await read_form(view.request)
    try:
        draft = PolicyDraft(
            chosen(Selling, form.get("selling")) or Selling.IN_STOCK,
            date_of(form, "available_from"),
            some_units_of(form, "limit"),
            some_units_of(form, "low_at"),
        )
        async with view.services.db.tenant(desk.tenant) as tx:
            await set_policy(tx, variant_id, draft)
    except AppError as error:
        form.refuse(error, view.translate, _FIELDS)
        return await _page(view, desk, variant_id, form, error)
    return view.go(desk.path("stock", variant_id), gettext_noop("Saved"))


async def _page(
    view: View,
    desk: Desk,
    variant_id: UUID,
    form: Form | None,
    error: AppError | None = None,
    before: UUID | None = None,
) -> Answer:
    """Raises: VariantMissing."""
    async with view.services.db.tenant_read(desk.tenant) as tx:
        goods = (await lists.names_of(tx, [variant_id])).get(variant_id)
        if goods is None:
            raise VariantMissing
        level = (await levels(tx, [variant_id]))[variant_id]
        units = (await shelves.by_place(tx, [variant_id])).get(variant_id, {})
        warehouses, names = await places.warehouses(tx), await places.names(tx)
        found = list(await moves(tx, variant_id, _SHOWN + 1, before=before))
    shown = found[:_SHOWN]
    return view.page(
        "stock/ledger.html",
        error=error,
        at=desk.path("stock", variant_id) if error else "",
        desk=desk,
        goods=goods,
        level=level,
        units=units,
        warehouses=warehouses,
        names=names,
        moves=shown,
        people=await _people(view, desk, shown),
        next_before=shown[-1].id if len(found) > _SHOWN else None,
        form=form or _form(level),
        causes=TYPED_CAUSES,
        sellings=tuple(Selling),
    )


def _form(level: StockLevel) -> Form:
    def shown(value: object | None) -> str:
        return "" if value is None else str(value)

    return Form.of(
        selling=level.selling,
        available_from=shown(level.available_from),
        limit=shown(level.backorder_limit),
        low_at=shown(level.own_low_at),
    )


async def _people(view: View, desk: Desk, moves: Iterable[StockMove]) -> Mapping[str, str]:
    """Names of the staff by the actors of the moves."""
    if not any(move.actor.startswith(ActorKind.MERCHANT) for move in moves):
        return {}
    async with view.services.db.platform() as tx:
        members = await staff_of(tx, desk.shop.id)
    return {f"{ActorKind.MERCHANT}:{member.merchant_id}": member.name for member in members}
