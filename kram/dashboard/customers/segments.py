"""Segments: listed, built from conditions with a live count, removed."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, FromQuery

from kram.dashboard.catalog.tree import branches
from kram.dashboard.customers.conditions import (
    KINDS,
    Condition,
    conditions_of,
    read_lines,
    rule_of,
)
from kram.dashboard.pages.choices import read_uuid
from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.shop.catalog import queries as catalog_queries
from kram.shop.customers import book_queries
from kram.shop.segments import queries, service
from kram.shop.segments.errors import SegmentMissing
from kram.shop.segments.rules import read_rule
from kram.shop.segments.service import Preview
from kram.tenants.permissions import Permission

_LIST = "/{shop_slug:str}/segments"
_VIEW, _EDIT = needs(Permission.CUSTOMERS_VIEW), needs(Permission.CUSTOMERS_EDIT)
_FIELDS = {"segment_name_taken": "name"}
_MOST_LINES = 20


@get(_LIST, opt=_VIEW)
async def list_segments(view: ViewHere, desk: DeskHere) -> Answer:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        kept = await queries.segments(tx)
        counts = {row.id: await queries.count(tx, read_rule(row.rule)) for row in kept[:20]}
    return view.page("customers/segments.html", desk=desk, segments=kept, counts=counts)


@get(f"{_LIST}/build", opt=_EDIT)
async def build_page(view: ViewHere, desk: DeskHere, segment: FromQuery[str] = "") -> Answer:
    """Empty, or what a kept segment says."""
    segment_id = read_uuid(segment)
    if segment_id is None:
        return await _page(view, desk, Form.of(mode="and"), [Condition("orders")])
    async with view.services.db.tenant_read(desk.tenant) as tx:
        kept = await service.segment(tx, segment_id)
    found = conditions_of(read_rule(kept.rule), desk.shop.currency)
    mode, lines = found or ("and", [])
    form = Form.of(name=kept.name, mode=mode, segment=str(kept.id))
    return await _page(view, desk, form, lines, by_program=kept.rule if found is None else None)


@post(f"{_LIST}/build", opt=_EDIT)
async def build(view: ViewHere, desk: DeskHere) -> Answer:
    """Adds or takes out a line, or keeps the segment, as the pressed button says."""
    form = await read_form(view.request)
    lines = read_lines(form.get, _MOST_LINES)
    if form.has("drop"):
        lines = [line for place, line in enumerate(lines) if str(place) != form.get("drop")]
    elif form.get("add") in KINDS and not form.has("save"):
        lines.append(Condition(form.get("add")))
    elif form.has("save"):
        return await _save(view, desk, form, lines)
    return await _page(view, desk, form, lines)


async def _save(view: View, desk: Desk, form: Form, lines: list[Condition]) -> Answer:
    try:
        rule = rule_of(form.get("mode"), lines, desk.shop.currency)
        async with view.services.db.tenant(desk.tenant) as tx:
            segment_id = read_uuid(form.get("segment"))
            await service.save_segment(tx, form.get("name"), rule, segment_id)
    except SegmentMissing:
        raise
    except AppError as error:
        form.refuse(error, view.translate, _FIELDS)
        return await _page(view, desk, form, lines, error=error)
    return view.go(desk.path("segments"), gettext_noop("The segment is kept"))


@post(f"{_LIST}/count", opt=_VIEW)
async def count(view: ViewHere, desk: DeskHere) -> Answer:
    """Of what stands in the form now; a part of a page."""
    form = await read_form(view.request)
    found, problem = await _preview(view, desk, form, read_lines(form.get, _MOST_LINES))
    return view.page("customers/count.html", desk=desk, found=found, problem=problem)


@post(f"{_LIST}/{{segment_id:uuid}}/remove", opt=_EDIT)
async def remove_segment(view: ViewHere, desk: DeskHere, segment_id: FromPath[UUID]) -> Answer:
    async with view.services.db.tenant(desk.tenant) as tx:
        await service.remove_segment(tx, segment_id)
    return view.go(desk.path("segments"), gettext_noop("The segment was removed"))


async def _page(
    view: View,
    desk: Desk,
    form: Form,
    lines: list[Condition],
    *,
    error: AppError | None = None,
    by_program: object = None,
) -> Answer:
    found, problem = await _preview(view, desk, form, lines)
    async with view.services.db.tenant_read(desk.tenant) as tx:
        tree = branches(await catalog_queries.categories(tx))
        groups = await book_queries.groups(tx)
        tags = await book_queries.used_tags(tx)
    return view.page(
        "customers/build.html",
        error=error,
        at=desk.path("segments", "build") if error else "",
        desk=desk,
        form=form,
        lines=lines,
        kinds=KINDS,
        found=found,
        problem_of_rule=problem,
        by_program=by_program,
        tree=tree,
        groups=groups,
        tags=tags,
    )


async def _preview(
    view: View, desk: Desk, form: Form, lines: list[Condition]
) -> tuple[Preview | None, str]:
    """Whom it means now, or why that cannot be said yet."""
    try:
        rule = rule_of(form.get("mode"), lines, desk.shop.currency)
        async with view.services.db.tenant_read(desk.tenant) as tx:
            return await service.preview(tx, rule), ""
    except AppError as error:
        return None, view.translate(error.title)


HANDLERS = (list_segments, build_page, build, count, remove_segment)
