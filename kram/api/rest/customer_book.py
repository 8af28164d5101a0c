"""What is kept beside a customer: addresses, notes, tags, groups."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import delete, get, post, put
from litestar.params import FromPath, JSONBody

from kram.api.rest.caller import DeskHere, needs
from kram.api.rest.inputs import NO_NUL, Input, Line
from kram.api.rest.once import OnceHere
from kram.api.rest.services import ServicesHere
from kram.api.rest.views.people import AddressView, CustomerView, GroupView, NoteView
from kram.kit.db.tx import TenantTx
from kram.shop.customers import book_queries, service
from kram.shop.customers.service import AddressDraft
from kram.tenants.permissions import Permission

_ONE = "/customers/{customer_id:uuid}"
_VIEW, _EDIT = needs(Permission.CUSTOMERS_VIEW), needs(Permission.CUSTOMERS_EDIT)


class AddressInput(Input, frozen=True):
    """`line` is all below the city. The first address is the default by itself."""

    recipient: Line
    phone: Line
    city: Line
    line: Annotated[str, msgspec.Meta(max_length=500, pattern=NO_NUL)]
    country: Annotated[str, msgspec.Meta(max_length=2, pattern=NO_NUL)] = ""
    postal_code: Annotated[str, msgspec.Meta(max_length=16, pattern=NO_NUL)] = ""
    is_default: bool = False

    @property
    def draft(self) -> AddressDraft:
        return msgspec.convert(msgspec.to_builtins(self), AddressDraft)


class CustomerNoteInput(Input, frozen=True):
    body: Annotated[str, msgspec.Meta(min_length=1, max_length=2000, pattern=NO_NUL)]


TagName = Annotated[str, msgspec.Meta(max_length=40, pattern=NO_NUL)]


class Tags(Input, frozen=True):
    """In lower case, each once."""

    add: Annotated[tuple[TagName, ...], msgspec.Meta(max_length=50)] = ()
    remove: Annotated[tuple[TagName, ...], msgspec.Meta(max_length=50)] = ()


class Groups(Input, frozen=True):
    """The customer is in these and no others."""

    group_ids: Annotated[tuple[UUID, ...], msgspec.Meta(max_length=100)]


class GroupInput(Input, frozen=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=NO_NUL)]


@get(f"{_ONE}/addresses", opt=_VIEW)
async def list_addresses(
    desk: DeskHere, services: ServicesHere, customer_id: FromPath[UUID]
) -> list[AddressView]:
    """The default first."""
    async with services.db.tenant_read(desk.tenant) as tx:
        customer = await service.shown(tx, customer_id)
        found = await book_queries.addresses_of(tx, [customer.id])
    return [AddressView.of(address) for address in found]


@post(f"{_ONE}/addresses", opt=_EDIT)
async def add_customer_address(
    desk: DeskHere, once: OnceHere, customer_id: FromPath[UUID], data: JSONBody[AddressInput]
) -> AddressView:
    async def add(tx: TenantTx) -> AddressView:
        return AddressView.of(await service.add_address(tx, customer_id, data.draft))

    return await once.run(add, AddressView)


@put(f"{_ONE}/addresses/{{address_id:uuid}}", opt=_EDIT)
async def change_customer_address(
    desk: DeskHere,
    services: ServicesHere,
    customer_id: FromPath[UUID],
    address_id: FromPath[UUID],
    data: JSONBody[AddressInput],
) -> AddressView:
    async with services.db.tenant(desk.tenant) as tx:
        changed = await service.change_address(tx, customer_id, address_id, data.draft)
        return AddressView.of(changed)


@delete(f"{_ONE}/addresses/{{address_id:uuid}}", opt=_EDIT)
async def remove_customer_address(
    desk: DeskHere,
    services: ServicesHere,
    customer_id: FromPath[UUID],
    address_id: FromPath[UUID],
) -> None:
    """The next one becomes the default."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.remove_address(tx, customer_id, address_id)


@get(f"{_ONE}/notes", opt=_VIEW)
async def list_notes(
    desk: DeskHere, services: ServicesHere, customer_id: FromPath[UUID]
) -> list[NoteView]:
    """The newest first."""
    async with services.db.tenant_read(desk.tenant) as tx:
        customer = await service.shown(tx, customer_id)
        return [NoteView.of(note) for note in await book_queries.notes_of(tx, [customer.id])]


@post(f"{_ONE}/notes", opt=_EDIT)
async def add_customer_note(
    desk: DeskHere, once: OnceHere, customer_id: FromPath[UUID], data: JSONBody[CustomerNoteInput]
) -> NoteView:
    """For the staff alone; it is in the person's file when they ask for it."""

    async def add(tx: TenantTx) -> NoteView:
        return NoteView.of(await service.add_note(tx, customer_id, data.body, desk.actor))

    return await once.run(add, NoteView)


@delete(f"{_ONE}/notes/{{note_id:uuid}}", opt=_EDIT)
async def remove_customer_note(
    desk: DeskHere,
    services: ServicesHere,
    customer_id: FromPath[UUID],
    note_id: FromPath[UUID],
) -> None:
    async with services.db.tenant(desk.tenant) as tx:
        await service.remove_note(tx, customer_id, note_id)


@put(f"{_ONE}/tags", opt=_EDIT)
async def tag_customer(
    desk: DeskHere, services: ServicesHere, customer_id: FromPath[UUID], data: JSONBody[Tags]
) -> CustomerView:
    async with services.db.tenant(desk.tenant) as tx:
        customer = await service.own(tx, customer_id)
        await service.tag(tx, [customer.id], data.add, data.remove)
        await tx.session.refresh(customer, ["tags"])
        return CustomerView.of(customer, desk.shop.currency)


@put(f"{_ONE}/groups", opt=_EDIT)
async def group_customer(
    desk: DeskHere, services: ServicesHere, customer_id: FromPath[UUID], data: JSONBody[Groups]
) -> CustomerView:
    async with services.db.tenant(desk.tenant) as tx:
        customer = await service.put_in_groups(tx, customer_id, data.group_ids)
        return CustomerView.of(customer, desk.shop.currency)


@get("/customer-groups", opt=_VIEW)
async def list_customer_groups(desk: DeskHere, services: ServicesHere) -> list[GroupView]:
    async with services.db.tenant_read(desk.tenant) as tx:
        return [GroupView.of(group) for group in await book_queries.groups(tx)]


@post("/customer-groups", opt=_EDIT)
async def create_customer_group(
    desk: DeskHere, once: OnceHere, data: JSONBody[GroupInput]
) -> GroupView:
    async def create(tx: TenantTx) -> GroupView:
        group_id = await service.add_group(tx, data.name)
        [made] = [group for group in await book_queries.groups(tx) if group.id == group_id]
        return GroupView.of(made)

    return await once.run(create, GroupView)


@delete("/customer-groups/{group_id:uuid}", opt=_EDIT)
async def remove_customer_group(
    desk: DeskHere, services: ServicesHere, group_id: FromPath[UUID]
) -> None:
    """Nobody is in it any more."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.remove_group(tx, group_id)


ROUTES = [
    list_addresses,
    add_customer_address,
    change_customer_address,
    remove_customer_address,
    list_notes,
    add_customer_note,
    remove_customer_note,
    tag_customer,
    group_customer,
    list_customer_groups,
    create_customer_group,
    remove_customer_group,
]
