"""Customers: found, looked at, changed, joined, handed out and forgotten."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, patch, post, put
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from kram.api.rest.caller import DeskHere, needs
from kram.api.rest.inputs import NO_NUL, Cursor, Input, Limit, Line, Note
from kram.api.rest.services import ServicesHere
from kram.api.rest.views.people import (
    CustomerPage,
    CustomerView,
    HistoryView,
    PersonExportView,
)
from kram.integrations.people.erasing import erase
from kram.integrations.people.errors import ExportMissing
from kram.integrations.people.exporting import ask_for_export, ready_file
from kram.integrations.people.joining import ask_to_join
from kram.integrations.people.models import PersonExport
from kram.kit.pagination import page_size
from kram.shop.customers import book_queries, identity_queries, service
from kram.shop.customers.list_queries import Wanted, people_page
from kram.shop.customers.models import Channel, IdentityKind, Purpose
from kram.shop.customers.service import ProfileChange
from kram.shop.segments.service import narrowing
from kram.tenants.permissions import Permission

_ONE = "/customers/{customer_id:uuid}"
_VIEW, _EDIT = needs(Permission.CUSTOMERS_VIEW), needs(Permission.CUSTOMERS_EDIT)
_ERASE = needs(Permission.CUSTOMERS_ERASE)
_ZIP = "application/zip"

Words = Annotated[str, QueryParameter(max_length=200, pattern=NO_NUL)]
Tag = Annotated[str, QueryParameter(max_length=40, pattern=NO_NUL)]


class CustomerChange(Input, frozen=True):
    """What is left out stays; an empty phone or e-mail takes it away."""

    name: Line | None = None
    phone: Line | None = None
    email: Annotated[str, msgspec.Meta(max_length=254, pattern=NO_NUL)] | None = None
    language: Line | None = None


class ConsentInput(Input, frozen=True):
    channel: Channel
    purpose: Purpose
    granted: bool


class Proof(Input, frozen=True):
    """What the shop has made sure of: it joins this customer with whoever proved the same."""

    kind: IdentityKind
    value: Annotated[str, msgspec.Meta(max_length=254, pattern=NO_NUL)]


class Join(Input, frozen=True):
    other_id: UUID


class Hold(Input, frozen=True):
    """As long as there is a reason, nobody can erase this person."""

    reason: Note


class Erase(Input, frozen=True):
    """The words of reviews stay if the person wants it; their stars stay in any case."""

    keeps_reviews: bool = False


@get("/customers", opt=_VIEW)
async def list_customers(
    desk: DeskHere,
    services: ServicesHere,
    cursor: Cursor = None,
    limit: Limit = None,
    q: Words = "",
    tag: Tag = "",
    group_id: FromQuery[UUID | None] = None,
    segment_id: FromQuery[UUID | None] = None,
) -> CustomerPage:
    """The newest first. Every word of `q` occurs in name, username, e-mail or phone."""
    async with services.db.tenant_read(desk.tenant) as tx:
        narrow = await narrowing(tx, segment_id) if segment_id else None
        wanted = Wanted(q, tag, group_id, narrow)
        page = await people_page(tx, wanted, cursor=cursor, limit=page_size(limit))
    items = [CustomerView.of(customer, desk.shop.currency) for customer in page.items]
    return CustomerPage(items, page.next_cursor)


@get(_ONE, opt=_VIEW)
async def show_customer(
    desk: DeskHere, services: ServicesHere, customer_id: FromPath[UUID]
) -> CustomerView:
    """A joined profile answers as the one that it is part of: see its `id`."""
    async with services.db.tenant_read(desk.tenant) as tx:
        return CustomerView.of(await service.shown(tx, customer_id), desk.shop.currency)


@patch(_ONE, opt=_EDIT)
async def change_customer(
    desk: DeskHere,
    services: ServicesHere,
    customer_id: FromPath[UUID],
    data: JSONBody[CustomerChange],
) -> CustomerView:
    change = msgspec.convert(msgspec.to_builtins(data), ProfileChange)
    async with services.db.tenant(desk.tenant) as tx:
        customer = await service.change_profile(tx, customer_id, change)
        return CustomerView.of(customer, desk.shop.currency)


@put(f"{_ONE}/consents", opt=_EDIT)
async def set_customer_consent(
    desk: DeskHere,
    services: ServicesHere,
    customer_id: FromPath[UUID],
    data: JSONBody[ConsentInput],
) -> CustomerView:
    """Written down with its time, and that it was the staff who said so."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.set_consent(
            tx,
            customer_id,
            data.channel,
            data.purpose,
            granted=data.granted,
            source="staff",
            actor=desk.actor,
        )
        return CustomerView.of(await service.shown(tx, customer_id), desk.shop.currency)


@get(f"{_ONE}/history", opt=_VIEW)
async def show_customer_history(
    desk: DeskHere, services: ServicesHere, customer_id: FromPath[UUID]
) -> list[HistoryView]:
    """The latest hundred entries, also of profiles that were joined with this one."""
    async with services.db.tenant_read(desk.tenant) as tx:
        customer = await service.shown(tx, customer_id)
        ids = await identity_queries.known_as(tx, customer.id)
        return [HistoryView.of(step) for step in await book_queries.steps_of(tx, ids)]


@post(f"{_ONE}/identities", opt=_ERASE, status_code=200)
async def prove_customer_identity(
    desk: DeskHere,
    services: ServicesHere,
    customer_id: FromPath[UUID],
    data: JSONBody[Proof],
) -> CustomerView:
    async with services.db.tenant(desk.tenant) as tx:
        await service.prove(tx, customer_id, data.kind, data.value, "staff", desk.actor)
        return CustomerView.of(await service.shown(tx, customer_id), desk.shop.currency)


@post(f"{_ONE}/join", opt=_ERASE, status_code=202)
async def join_customers(
    desk: DeskHere,
    services: ServicesHere,
    customer_id: FromPath[UUID],
    data: JSONBody[Join],
) -> CustomerView:
    """Soon all that is of one is of the other, the older of them; it cannot be undone."""
    async with services.db.tenant(desk.tenant) as tx:
        await ask_to_join(tx, customer_id, data.other_id, desk.actor)
        return CustomerView.of(await service.shown(tx, customer_id), desk.shop.currency)


@put(f"{_ONE}/hold", opt=_ERASE)
async def hold_customer(
    desk: DeskHere,
    services: ServicesHere,
    customer_id: FromPath[UUID],
    data: JSONBody[Hold],
) -> CustomerView:
    """An empty reason lets the person be erased again."""
    async with services.db.tenant(desk.tenant) as tx:
        customer = await service.hold(tx, customer_id, data.reason, desk.actor)
        return CustomerView.of(customer, desk.shop.currency)


@post(f"{_ONE}/exports", opt=_ERASE, status_code=202)
async def export_customer(
    desk: DeskHere, services: ServicesHere, customer_id: FromPath[UUID]
) -> PersonExportView:
    """All that is known of the person, in one archive; asked again while it is made, the same."""
    async with services.db.tenant(desk.tenant) as tx:
        return PersonExportView.of(
            await ask_for_export(tx, customer_id, desk.shop.language, desk.actor)
        )


@get(f"{_ONE}/exports/{{export_id:uuid}}", opt=_ERASE)
async def show_customer_export(
    desk: DeskHere,
    services: ServicesHere,
    customer_id: FromPath[UUID],
    export_id: FromPath[UUID],
) -> PersonExportView:
    async with services.db.tenant_read(desk.tenant) as tx:
        customer = await service.shown(tx, customer_id)
        export = await tx.get(PersonExport, export_id)
        if export is None or export.customer_id != customer.id:
            raise ExportMissing
        return PersonExportView.of(export)


@get(f"{_ONE}/exports/{{export_id:uuid}}/file", opt=_ERASE, media_type=_ZIP)
async def download_customer_export(
    desk: DeskHere,
    services: ServicesHere,
    customer_id: FromPath[UUID],
    export_id: FromPath[UUID],
) -> Response[bytes]:
    """`data.json` and `data.html`."""
    async with services.db.tenant_read(desk.tenant) as tx:
        customer = await service.shown(tx, customer_id)
        export = await tx.get(PersonExport, export_id)
        if export is None or export.customer_id != customer.id:
            raise ExportMissing
        file = await ready_file(tx, export_id)
    headers: dict[str, Any] = {
        "content-disposition": f'attachment; filename="{file.name}"',
        "cache-control": "no-store",
    }
    return Response(await services.storage.get(file.key), headers=headers, media_type=_ZIP)


@post(f"{_ONE}/erase", opt=_ERASE, status_code=200)
async def erase_customer(
    desk: DeskHere,
    services: ServicesHere,
    customer_id: FromPath[UUID],
    data: JSONBody[Erase],
) -> CustomerView:
    """For good: orders keep their amounts and lose the person. Refused while one is open."""
    async with services.db.tenant(desk.tenant) as tx:
        await erase(tx, customer_id, desk.actor, keeps_reviews=data.keeps_reviews)
        await tx.flush()
        return CustomerView.of(await service.shown(tx, customer_id), desk.shop.currency)


ROUTES = [
    list_customers,
    show_customer,
    change_customer,
    set_customer_consent,
    show_customer_history,
    prove_customer_identity,
    join_customers,
    hold_customer,
    export_customer,
    show_customer_export,
    download_customer_export,
    erase_customer,
]
