"""Goods that are not sent: what a variant gives, its files and its pool of keys."""

from dataclasses import dataclass
from typing import Annotated, BinaryIO, cast
from uuid import UUID

import msgspec
from litestar import delete, get, post, put
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType
from litestar.params import FromPath, JSONBody, QueryParameter

from kram.api.rest.caller import AnyRequest, Desk, DeskHere, needs
from kram.api.rest.inputs import NO_NUL, Cursor, Input, Limit
from kram.api.rest.once import OnceHere
from kram.api.rest.services import ServicesHere
from kram.api.rest.uploads import received
from kram.api.rest.views.digital import (
    AddedKeys,
    DigitalView,
    FileView,
    KeyPage,
    KeyView,
    PoolView,
    TermsView,
)
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.money import LARGEST_PAYABLE
from kram.kit.pagination import page_of, page_size, read_cursor
from kram.shop.catalog.errors import VariantMissing
from kram.shop.catalog.models import Variant, VariantKind
from kram.shop.digital import queries, service
from kram.shop.digital.service.files import CONTENT_TYPE, LARGEST_FILE_BYTES
from kram.shop.digital.service.pool import LONGEST_KEY, MOST_KEYS, free_keys
from kram.shop.digital.tasks import FileStore
from kram.shop.digital.terms import MOST_DAYS, MOST_DOWNLOADS, Terms, read_terms
from kram.tenants.permissions import Permission, require

_OF_VARIANT = "/variants/{variant_id:uuid}"
_VIEW, _EDIT = needs(Permission.CATALOG_VIEW), needs(Permission.CATALOG_EDIT)
_LARGEST_LIST_BYTES = 8 * 2**20

Days = Annotated[int, msgspec.Meta(ge=1, le=MOST_DAYS)]
Filename = Annotated[
    str, QueryParameter(max_length=500, pattern=NO_NUL, description="As buyers see it")
]
KeyText = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_KEY, pattern=NO_NUL)]


class TermsInput(Input, frozen=True):
    downloads: Annotated[int, msgspec.Meta(ge=1, le=MOST_DOWNLOADS)] | None = None
    days: Days | None = None
    face_minor: Annotated[int, msgspec.Meta(ge=0, le=LARGEST_PAYABLE)] = 0
    valid_days: Days | None = None


class DigitalInput(Input, frozen=True):
    kind: VariantKind
    terms: TermsInput = TermsInput()


class KeysInput(Input, frozen=True):
    keys: Annotated[list[KeyText], msgspec.Meta(min_length=1, max_length=MOST_KEYS)]


@dataclass
class AnyFileOperation(Operation):
    """The body is read as it comes, past Litestar's parsing, and so described by hand."""

    def __post_init__(self) -> None:
        schema = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
        self.request_body = RequestBody(
            {CONTENT_TYPE: OpenAPIMediaType(schema=schema)}, required=True
        )


@get(f"{_OF_VARIANT}/digital", opt=_VIEW)
async def show_digital(
    desk: DeskHere, services: ServicesHere, variant_id: FromPath[UUID]
) -> DigitalView:
    async with services.db.tenant_read(desk.tenant) as tx:
        return await _view(tx, variant_id)


@put(f"{_OF_VARIANT}/digital", opt=_EDIT)
async def set_digital(
    desk: DeskHere,
    services: ServicesHere,
    variant_id: FromPath[UUID],
    data: JSONBody[DigitalInput],
) -> DigitalView:
    """What the variant gives: `goods` are sent, `digital` gives files, `keys` a licence key of its
    pool (and files), `gift_card` a card. While there are units of it the kind stays. Orders keep
    the terms of their day. Gift cards need the right to issue them.
    """
    async with services.db.tenant(desk.tenant) as tx:
        await _check_cards(tx, desk, variant_id, data.kind)
        terms = Terms(**{name: getattr(data.terms, name) for name in Terms.__struct_fields__})
        await service.set_kind(tx, variant_id, data.kind, terms)
        tx.session.expire_all()
        return await _view(tx, variant_id)


async def _check_cards(tx: TenantRead, desk: Desk, variant_id: UUID, kind: VariantKind) -> None:
    """Whoever sets what is on a card, issues money. Raises: NotAllowed."""
    variant = await tx.get(Variant, variant_id)
    was = variant.kind if variant else None
    if VariantKind.GIFT_CARD in (kind, was):
        require(desk.role, Permission.GIFT_CARDS_ISSUE)


@post(
    f"{_OF_VARIANT}/files",
    opt=_EDIT,
    request_max_body_size=LARGEST_FILE_BYTES,
    operation_class=AnyFileOperation,
)
async def add_digital_file(
    desk: DeskHere,
    services: ServicesHere,
    request: AnyRequest,
    variant_id: FromPath[UUID],
    filename: Filename = "file",
) -> FileView:
    """The body is the file itself, at most 50 MB. Who bought the variant before has it too."""
    async with received(request) as upload:
        size = upload.path.stat().st_size
        store = FileStore(services.db, services.storage)
        body = cast(BinaryIO, upload.file)
        return FileView.of(await store.keep(desk.tenant, variant_id, filename, size, body))


@delete(f"{_OF_VARIANT}/files/{{file_id:uuid}}", opt=_EDIT)
async def remove_digital_file(
    desk: DeskHere, services: ServicesHere, variant_id: FromPath[UUID], file_id: FromPath[UUID]
) -> None:
    """Buyers cannot download it any more either."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.remove_file(tx, variant_id, file_id)


@get(f"{_OF_VARIANT}/keys", opt=_EDIT)
async def list_keys(
    desk: DeskHere,
    services: ServicesHere,
    variant_id: FromPath[UUID],
    cursor: Cursor = None,
    limit: Limit = None,
) -> KeyPage:
    """Free ones, the next to be given first, each by its last letters."""
    after = read_cursor(cursor, tuple[UUID])[0] if cursor is not None else None
    size = page_size(limit)
    async with services.db.tenant_read(desk.tenant) as tx:
        await _view(tx, variant_id)
        found = await free_keys(tx, services.keys, variant_id, size + 1, after=after)
    page = page_of(found, size, lambda key: (key.id,))
    return KeyPage([KeyView(key.id, key.ending) for key in page.items], page.next_cursor)


@post(f"{_OF_VARIANT}/keys", opt=_EDIT, request_max_body_size=_LARGEST_LIST_BYTES)
async def add_keys(
    desk: DeskHere,
    once: OnceHere,
    services: ServicesHere,
    variant_id: FromPath[UUID],
    data: JSONBody[KeysInput],
) -> AddedKeys:
    """Puts new keys into the pool, as units received; keys that it knows are left out."""

    async def add(tx: TenantTx) -> AddedKeys:
        made = await service.add_keys(tx, services.keys, variant_id, data.keys, desk.actor)
        return AddedKeys(made.added, made.known)

    return await once.run(add, AddedKeys)


@delete(f"{_OF_VARIANT}/keys/{{key_id:uuid}}", opt=_EDIT)
async def withdraw_key(
    desk: DeskHere, services: ServicesHere, variant_id: FromPath[UUID], key_id: FromPath[UUID]
) -> None:
    """A free key leaves the pool, as a unit written off."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.withdraw(tx, variant_id, key_id, desk.actor)


async def _view(tx: TenantRead, variant_id: UUID) -> DigitalView:
    """Raises: VariantMissing."""
    variant = await tx.get(Variant, variant_id)
    if variant is None or variant.archived_at is not None:
        raise VariantMissing
    files = (await queries.files_of(tx, [variant_id])).get(variant_id, [])
    pools = await service.pools(tx, [variant_id]) if variant.kind == VariantKind.KEYS else {}
    terms = read_terms(variant.terms)
    return DigitalView(
        variant_id=variant_id,
        kind=variant.kind,
        terms=None
        if VariantKind(variant.kind).is_sent
        else TermsView(terms.downloads, terms.days, terms.face_minor, terms.valid_days),
        files=tuple(map(FileView.of, files)),
        pool=PoolView.of(pools[variant_id]) if pools else None,
    )


ROUTES = [
    show_digital,
    set_digital,
    add_digital_file,
    remove_digital_file,
    list_keys,
    add_keys,
    withdraw_key,
]
