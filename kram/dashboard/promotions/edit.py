"""One promotion, new or old."""

from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery

from kram.dashboard.catalog.tree import branches
from kram.dashboard.pages.choices import chosen
from kram.dashboard.pages.forms import FieldsRefused, Form, read_form
from kram.dashboard.pages.once import first_time
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere
from kram.dashboard.promotions.dates import read_moment, written
from kram.dashboard.promotions.listing import EDIT, LIST, state_of
from kram.dashboard.promotions.rule_form import (
    KIND_NAMES,
    TIERS_SHOWN,
    EffectKind,
    NumberRefused,
    filled_form,
    read_rule,
)
from kram.kit.clock import utc_now
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.shop.catalog.queries import categories
from kram.shop.promotions import queries, service
from kram.shop.promotions.drafts import PromotionDraft
from kram.shop.promotions.errors import PromotionMissing
from kram.shop.promotions.models import Promotion
from kram.shop.promotions.rule import Rule

ONE = f"{LIST}/{{promotion_id:uuid}}"
_CODES_SHOWN = 50


@get(f"{LIST}/new", opt=EDIT)
async def new_promotion_page(
    view: ViewHere, desk: DeskHere, kind: FromQuery[str] = EffectKind.PERCENT
) -> Answer:
    known = chosen(EffectKind, kind) or EffectKind.PERCENT
    is_first = Form.of(
        kind=known, name=view.translate(KIND_NAMES[known]), given="code", percent="10", get="1"
    )
    return await promotion_page(view, desk, is_first)


@post(LIST, opt=EDIT)
async def new_promotion(view: ViewHere, desk: DeskHere) -> Answer:
    form = await read_form(view.request)
    try:
        draft = _read(form, desk, None)
        async with view.services.db.tenant(desk.tenant) as tx:
            await first_time(tx, desk, form)
            promotion = await service.create(tx, draft)
            if form.get("code").strip():
                await service.add_code(tx, promotion.id, form.get("code"))
    except AppError as error:
        form.refuse(error, view.translate, {"promo_code_taken": "code"})
        return await promotion_page(view, desk, form, error=error)
    return view.go(desk.path("promotions", promotion.id), gettext_noop("The promotion is ready"))


@get(ONE, opt=EDIT)
async def show_promotion(view: ViewHere, desk: DeskHere, promotion_id: FromPath[UUID]) -> Answer:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        promotion = await tx.get(Promotion, promotion_id)
    if promotion is None:
        raise PromotionMissing
    return await promotion_page(view, desk, _filled(promotion, desk), promotion)


@post(ONE, opt=EDIT)
async def change_promotion(view: ViewHere, desk: DeskHere, promotion_id: FromPath[UUID]) -> Answer:
    form = await read_form(view.request)
    async with view.services.db.tenant_read(desk.tenant) as reading:
        promotion = await reading.get(Promotion, promotion_id)
    if promotion is None:
        raise PromotionMissing
    try:
        draft = _read(form, desk, promotion)
        async with view.services.db.tenant(desk.tenant) as tx:
            await service.update(tx, promotion_id, draft)
    except AppError as error:
        form.refuse(error, view.translate)
        return await promotion_page(view, desk, form, promotion, error)
    return view.go(desk.path("promotions", promotion_id), gettext_noop("Saved"))


@post(f"{ONE}/switch", opt=EDIT)
async def switch_promotion(view: ViewHere, desk: DeskHere, promotion_id: FromPath[UUID]) -> Answer:
    """Pauses it, or lets it run again, as the form says."""
    is_active = (await read_form(view.request)).get("active") == "yes"
    async with view.services.db.tenant(desk.tenant) as tx:
        await service.set_active(tx, promotion_id, is_active)
    done = gettext_noop("The promotion runs") if is_active else gettext_noop("It is paused")
    return view.go(desk.path("promotions", promotion_id), done)


async def promotion_page(
    view: View,
    desk: Desk,
    form: Form,
    promotion: Promotion | None = None,
    error: AppError | None = None,
) -> Answer:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        tree = branches(await categories(tx))
        codes = used = None
        if promotion is not None:
            codes = await queries.codes_page(tx, promotion.id, limit=_CODES_SHOWN)
            used = (await queries.usage(tx, [promotion.id])).get(promotion.id, (0, 0))
    kind = chosen(EffectKind, form.get("kind")) or EffectKind.PERCENT
    return view.page(
        "promotions/promotion.html",
        error=error,
        desk=desk,
        form=form,
        kind=kind.value,
        kind_name=view.translate(KIND_NAMES[kind]),
        promotion=promotion,
        state=state_of(promotion, utc_now()).value if promotion else "",
        codes=codes.items if codes else (),
        more_codes=codes is not None and codes.next_cursor is not None,
        used=used,
        tree=tree,
        tiers=range(TIERS_SHOWN),
    )


def _filled(promotion: Promotion, desk: Desk) -> Form:
    rule = msgspec.convert(promotion.rule, Rule)
    return Form.of(
        **filled_form(rule, desk.shop.currency),
        name=promotion.name,
        given="automatic" if promotion.is_automatic else "code",
        exclusive="yes" if promotion.is_exclusive else "",
        priority=str(promotion.priority),
        starts_at=written(promotion.starts_at, desk.zone),
        ends_at=written(promotion.ends_at, desk.zone),
        total_limit=str(promotion.total_limit or ""),
        buyer_limit=str(promotion.buyer_limit or ""),
    )


def _read(form: Form, desk: Desk, before: Promotion | None) -> PromotionDraft:
    """Raises: FieldsRefused."""
    known = None if before is None else msgspec.convert(before.rule, Rule)
    errors: dict[str, AppError] = {}
    moments, numbers = {}, {}
    for name in ("starts_at", "ends_at"):
        try:
            moments[name] = read_moment(form.get(name), desk.zone)
        except AppError as error:
            errors[name] = error
    for name in ("total_limit", "buyer_limit", "priority"):
        try:
            numbers[name] = _number(form.get(name))
        except AppError as error:
            errors[name] = error
    try:
        rule = read_rule(form, desk.shop.currency, known)
    except FieldsRefused as refused:
        raise FieldsRefused({**refused.fields, **errors}) from refused
    if errors:
        raise FieldsRefused(errors)
    return PromotionDraft(
        name=form.get("name"),
        rule=rule,
        is_automatic=form.get("given") == "automatic",
        is_active=before.is_active if before else True,
        is_exclusive=form.get("exclusive") == "yes",
        priority=numbers["priority"] or 0,
        starts_at=moments["starts_at"],
        ends_at=moments["ends_at"],
        total_limit=numbers["total_limit"],
        buyer_limit=numbers["buyer_limit"],
    )


def _number(typed: str) -> int | None:
    text = typed.strip()
    if not text:
        return None
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 10):
        raise NumberRefused
    return int(text)
