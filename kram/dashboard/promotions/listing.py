"""All promotions: what they give, whether they run, and how often they were used."""

from datetime import datetime
from enum import StrEnum

import msgspec
from litestar import get
from litestar.params import FromQuery

from kram.dashboard.pages.view import Answer, ViewHere
from kram.dashboard.people import DeskHere, needs
from kram.dashboard.promotions.rule_form import KIND_NAMES, told
from kram.kit.clock import utc_now
from kram.kit.errors import filled
from kram.shop.promotions import queries
from kram.shop.promotions.models import Promotion
from kram.shop.promotions.rule import Rule
from kram.tenants.permissions import Permission

LIST = "/{shop_slug:str}/promotions"
EDIT = needs(Permission.PROMOTIONS_EDIT)


class RunState(StrEnum):
    RUNNING = "running"
    PLANNED = "planned"
    OVER = "over"
    PAUSED = "paused"
    USED_UP = "used_up"


@get(LIST, opt=EDIT)
async def promotions_page(
    view: ViewHere, desk: DeskHere, cursor: FromQuery[str | None] = None
) -> Answer:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        page = await queries.promotions_page(tx, cursor=cursor)
        ids = [promotion.id for promotion in page.items]
        used, codes = await queries.usage(tx, ids), await queries.count_codes(tx, ids)
    now = utc_now()

    def gives(promotion: Promotion) -> str:
        message, values = told(msgspec.convert(promotion.rule, Rule), desk.shop.currency)
        return filled(view.translate(message), {**values, "": ""})

    return view.page(
        "promotions/promotions.html",
        desk=desk,
        promotions=page.items,
        next_cursor=page.next_cursor,
        used=used,
        codes=codes,
        states={each.id: state_of(each, now).value for each in page.items},
        gives={each.id: gives(each) for each in page.items},
        kinds=[(kind.value, view.translate(name)) for kind, name in KIND_NAMES.items()],
    )


def state_of(promotion: Promotion, now: datetime) -> RunState:
    if not promotion.is_active:
        return RunState.PAUSED
    if promotion.ends_at is not None and promotion.ends_at <= now:
        return RunState.OVER
    if promotion.total_limit is not None and promotion.used >= promotion.total_limit:
        return RunState.USED_UP
    if promotion.starts_at is not None and promotion.starts_at > now:
        return RunState.PLANNED
    return RunState.RUNNING
