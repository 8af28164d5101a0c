"""One customer: who they are, what they bought, what was said; and what can be done."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from kram.dashboard.pages.choices import read_uuid
from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.once import first_time
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.integrations.people.erasing import erase
from kram.integrations.people.errors import ExportMissing
from kram.integrations.people.exporting import ask_for_export, ready_file
from kram.integrations.people.joining import ask_to_join
from kram.integrations.people.models import PersonExport
from kram.integrations.people.queries import exports_of
from kram.kit.db.tx import TenantTx
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.shop.customers import book_queries, identity_queries, service
from kram.shop.customers.errors import CustomerMissing
from kram.shop.customers.service import ProfileChange
from kram.shop.orders.queries import orders_page
from kram.shop.reviews.queries import reviews_of
from kram.shop.segments import queries as segment_queries
from kram.shop.segments.service import segments_of
from kram.tenants.permissions import Permission

Act = Callable[[TenantTx, Form], Awaitable[None]]
_ONE = "/{shop_slug:str}/customers/{customer_id:uuid}"
_EDIT, _ERASE = needs(Permission.CUSTOMERS_EDIT), needs(Permission.CUSTOMERS_ERASE)
_ORDERS_SHOWN = 10


@get(_ONE, opt=needs(Permission.CUSTOMERS_VIEW))
async def show_customer(view: ViewHere, desk: DeskHere, customer_id: FromPath[UUID]) -> Answer:
    """A joined profile leads to the one that it is part of."""
    async with view.services.db.tenant_read(desk.tenant) as tx:
        customer = await service.shown(tx, customer_id)
        if customer.id != customer_id:
            return view.go(desk.path("customers", customer.id))
        ids = await identity_queries.known_as(tx, customer.id)
        orders = await orders_page(tx, customer_id=customer.id, limit=_ORDERS_SHOWN)
        groups = await book_queries.groups(tx)
        exports = await exports_of(tx, ids, limit=1)
        content: dict[str, Any] = {
            "identities": await identity_queries.identities_of(tx, ids),
            "addresses": await book_queries.addresses_of(tx, ids),
            "notes": await book_queries.notes_of(tx, ids),
            "steps": await book_queries.steps_of(tx, ids, limit=50),
            "reviews": await reviews_of(tx, ids, limit=10),
            "segments": await segment_queries.segments(tx, await segments_of(tx, customer.id)),
        }
        now = tx.now
    return view.page(
        "customers/customer.html",
        desk=desk,
        customer=customer,
        orders=orders.items,
        groups=groups,
        export=exports[0] if exports else None,
        now=now,
        **content,
    )


@post(f"{_ONE}/profile", opt=_EDIT)
async def change_profile(view: ViewHere, desk: DeskHere, customer_id: FromPath[UUID]) -> Answer:
    async def act(tx: TenantTx, form: Form) -> None:
        change = ProfileChange(
            name=form.get("name"), phone=form.get("phone"), email=form.get("email")
        )
        await service.change_profile(tx, customer_id, change)

    return await _do(view, desk, customer_id, act, gettext_noop("Saved"))


@post(f"{_ONE}/notes", opt=_EDIT)
async def add_note(view: ViewHere, desk: DeskHere, customer_id: FromPath[UUID]) -> Answer:
    async def act(tx: TenantTx, form: Form) -> None:
        await first_time(tx, desk, form)
        await service.add_note(tx, customer_id, form.get("body"), desk.actor)

    return await _do(view, desk, customer_id, act, gettext_noop("The note was added"))


@post(f"{_ONE}/notes/{{note_id:uuid}}/remove", opt=_EDIT)
async def remove_note(
    view: ViewHere, desk: DeskHere, customer_id: FromPath[UUID], note_id: FromPath[UUID]
) -> Answer:
    async def act(tx: TenantTx, _: Form) -> None:
        await service.remove_note(tx, customer_id, note_id)

    return await _do(view, desk, customer_id, act, gettext_noop("The note was removed"))


@post(f"{_ONE}/tags", opt=_EDIT)
async def tag_customer(view: ViewHere, desk: DeskHere, customer_id: FromPath[UUID]) -> Answer:
    async def act(tx: TenantTx, form: Form) -> None:
        customer = await service.own(tx, customer_id)
        add = form.get("add").split(",")
        await service.tag(tx, [customer.id], add, form.all("remove"))

    return await _do(view, desk, customer_id, act)


@post(f"{_ONE}/groups", opt=_EDIT)
async def group_customer(view: ViewHere, desk: DeskHere, customer_id: FromPath[UUID]) -> Answer:
    """Ticked groups, and a new one if its name was typed."""

    async def act(tx: TenantTx, form: Form) -> None:
        wanted = [found for found in map(read_uuid, form.all("group")) if found is not None]
        if form.get("new").strip():
            wanted.append(await service.add_group(tx, form.get("new")))
        await service.put_in_groups(tx, customer_id, wanted)

    return await _do(view, desk, customer_id, act, gettext_noop("Saved"))


@post(f"{_ONE}/join", opt=_ERASE)
async def join_customer(view: ViewHere, desk: DeskHere, customer_id: FromPath[UUID]) -> Answer:
    """`other`: the other customer's page, as it is copied from the address bar, or its id."""

    async def act(tx: TenantTx, form: Form) -> None:
        other = read_uuid(form.get("other").strip().rstrip("/").rpartition("/")[2])
        if other is None:
            raise CustomerMissing
        await ask_to_join(tx, customer_id, other, desk.actor)

    done = gettext_noop("They are being joined: reload the page in a moment")
    return await _do(view, desk, customer_id, act, done)


@post(f"{_ONE}/hold", opt=_ERASE)
async def hold_customer(view: ViewHere, desk: DeskHere, customer_id: FromPath[UUID]) -> Answer:
    async def act(tx: TenantTx, form: Form) -> None:
        await service.hold(tx, customer_id, form.get("reason"), desk.actor)

    return await _do(view, desk, customer_id, act, gettext_noop("Saved"))


@post(f"{_ONE}/export", opt=_ERASE)
async def export_customer(view: ViewHere, desk: DeskHere, customer_id: FromPath[UUID]) -> Answer:
    async def act(tx: TenantTx, _: Form) -> None:
        await ask_for_export(tx, customer_id, view.visitor.language, desk.actor)

    done = gettext_noop("The file is being prepared: reload the page in a moment")
    return await _do(view, desk, customer_id, act, done)


@get(f"{_ONE}/export/{{export_id:uuid}}", opt=_ERASE)
async def download_export(
    view: ViewHere, desk: DeskHere, customer_id: FromPath[UUID], export_id: FromPath[UUID]
) -> Response[bytes]:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        export = await tx.get(PersonExport, export_id)
        if export is None or export.customer_id != customer_id:
            raise ExportMissing
        file = await ready_file(tx, export_id)
    headers = {
        "content-disposition": f'attachment; filename="{file.name}"',
        "cache-control": "no-store",
    }
    body = await view.services.storage.get(file.key)
    return Response(body, media_type="application/zip", headers=headers)


@post(f"{_ONE}/erase", opt=_ERASE)
async def erase_customer(view: ViewHere, desk: DeskHere, customer_id: FromPath[UUID]) -> Answer:
    async def act(tx: TenantTx, form: Form) -> None:
        keeps = form.has("keeps_reviews")
        await erase(tx, customer_id, desk.actor, keeps_reviews=keeps)

    return await _do(view, desk, customer_id, act, gettext_noop("The person was erased"))


async def _do(view: View, desk: Desk, customer_id: UUID, act: Act, done: str = "") -> Answer:
    path = desk.path("customers", customer_id)
    form = await read_form(view.request)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            await act(tx, form)
    except AppError as error:
        if error.errors:
            error = type(error)(error.errors[0].detail)
        return view.go_refused(path, error)
    return view.go(path, done)


HANDLERS = (
    show_customer,
    change_profile,
    add_note,
    remove_note,
    tag_customer,
    group_customer,
    join_customer,
    hold_customer,
    export_customer,
    download_export,
    erase_customer,
)
