"""A promotion's codes: one by hand, many at random, all of them as a file."""

from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from kram.dashboard.imports.files import table
from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.once import first_time
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere
from kram.dashboard.promotions.edit import ONE
from kram.dashboard.promotions.listing import EDIT
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.shop.promotions import queries, service
from kram.shop.promotions.errors import PromotionMissing
from kram.shop.promotions.models import Promotion


@post(f"{ONE}/codes", opt=EDIT)
async def add_code(view: ViewHere, desk: DeskHere, promotion_id: FromPath[UUID]) -> Answer:
    form = await read_form(view.request)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            limit = _whole(form.get("use_limit"))
            code = await service.add_code(tx, promotion_id, form.get("code"), limit)
    except AppError as error:
        return _refused(view, desk, promotion_id, form, error)
    path = desk.path("promotions", promotion_id)
    return view.go(path, gettext_noop("The code %(code)s works now"), code=code)


@post(f"{ONE}/codes/generate", opt=EDIT)
async def generate_codes(view: ViewHere, desk: DeskHere, promotion_id: FromPath[UUID]) -> Answer:
    form = await read_form(view.request)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            await first_time(tx, desk, form)
            made = await service.generate_codes(
                tx,
                promotion_id,
                _whole(form.get("count")) or 0,
                prefix=form.get("prefix"),
                length=_whole(form.get("length")) or 8,
                use_limit=_whole(form.get("use_limit")),
            )
    except AppError as error:
        return _refused(view, desk, promotion_id, form, error)
    path = desk.path("promotions", promotion_id)
    return view.go(path, gettext_noop("%(count)s codes are ready"), count=len(made))


@get(f"{ONE}/codes.csv", opt=EDIT)
async def download_codes(
    view: ViewHere, desk: DeskHere, promotion_id: FromPath[UUID]
) -> Response[str]:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        if await tx.get(Promotion, promotion_id) is None:
            raise PromotionMissing
        codes = await queries.all_codes(tx, promotion_id)
    header = [view.translate(name) for name in _HEADER]
    rows = ([code, str(limit or ""), str(used)] for code, limit, used in codes)
    return Response(
        table(header, rows),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="codes.csv"'},
    )


_HEADER = (gettext_noop("Code"), gettext_noop("Uses at most"), gettext_noop("Used"))


def _refused(view: View, desk: Desk, promotion_id: UUID, form: Form, error: AppError) -> Answer:
    form.refuse(error, view.translate)
    if not form.problem:
        [form.problem] = list(form.errors.values())[:1]
    return view.go_refused(desk.path("promotions", promotion_id), _said(error, form.problem))


def _said(error: AppError, text: str) -> AppError:
    said = type(error)(text) if not error.errors else error
    said.message = text
    return said


def _whole(typed: str) -> int | None:
    text = typed.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
