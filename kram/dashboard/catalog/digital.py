"""What a variant gives when it is not sent: its terms, its files, its pool of keys."""

import asyncio
from typing import BinaryIO, cast
from uuid import UUID

from litestar import get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath

from kram.dashboard.catalog.drafts import typed_minor
from kram.dashboard.catalog.typed import amount_of
from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.kit.db.tx import TenantRead
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.shop.catalog.errors import VariantMissing
from kram.shop.catalog.models import Product, Variant, VariantKind
from kram.shop.catalog.queries import product_with_parts
from kram.shop.digital import queries, service
from kram.shop.digital.errors import FileRefused, KeysRefused
from kram.shop.digital.service.files import LARGEST_FILE_BYTES
from kram.shop.digital.service.pool import free_keys, read_keys
from kram.shop.digital.tasks import FileStore
from kram.shop.digital.terms import Terms, read_terms
from kram.shop.inventory.service import levels
from kram.tenants.permissions import Permission, require

_ONE = "/{shop_slug:str}/products/{product_id:uuid}/variants/{variant_id:uuid}/digital"
_EDIT = needs(Permission.CATALOG_EDIT)
_KEYS_SHOWN = 20
_LARGEST_LIST_BYTES = 8 * 2**20


@get(_ONE, opt=needs(Permission.CATALOG_VIEW))
async def digital_page(
    view: ViewHere, desk: DeskHere, product_id: FromPath[UUID], variant_id: FromPath[UUID]
) -> Answer:
    return await _page(view, desk, product_id, variant_id)


@post(_ONE, opt=_EDIT)
async def save_kind(
    view: ViewHere, desk: DeskHere, product_id: FromPath[UUID], variant_id: FromPath[UUID]
) -> Answer:
    form = await read_form(view.request)
    try:
        kind = _kind(form)
        terms = _terms(form, desk, kind)
        async with view.services.db.tenant(desk.tenant) as tx:
            variant = (await _found(tx, product_id, variant_id))[1]
            if VariantKind.GIFT_CARD in (kind, variant.kind):
                require(desk.role, Permission.GIFT_CARDS_ISSUE)
            await service.set_kind(tx, variant_id, kind, terms)
    except VariantMissing:
        raise
    except AppError as error:
        form.refuse(error, view.translate)
        form.errors = {name.removeprefix("terms."): text for name, text in form.errors.items()}
        return await _page(view, desk, product_id, variant_id, form=form, error=error)
    return view.go(_path(desk, product_id, variant_id), gettext_noop("Saved"))


@post(f"{_ONE}/files", opt=_EDIT)
async def upload_files(
    view: ViewHere, desk: DeskHere, product_id: FromPath[UUID], variant_id: FromPath[UUID]
) -> Answer:
    path = _path(desk, product_id, variant_id)
    store = FileStore(view.services.db, view.services.storage)
    sent = [file for file in (await read_form(view.request)).files("files") if file.filename]
    try:
        for file in sent:
            size = await _size(file)
            body = cast(BinaryIO, file.file)
            await store.keep(desk.tenant, variant_id, file.filename, size, body)
    except AppError as error:
        return view.go_refused(path, error)
    return view.go(path, gettext_noop("Saved")) if sent else view.go_refused(path, FileRefused())


@post(f"{_ONE}/files/{{file_id:uuid}}/remove", opt=_EDIT)
async def drop_file(
    view: ViewHere,
    desk: DeskHere,
    product_id: FromPath[UUID],
    variant_id: FromPath[UUID],
    file_id: FromPath[UUID],
) -> Answer:
    path = _path(desk, product_id, variant_id)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            await service.remove_file(tx, variant_id, file_id)
    except AppError as error:
        return view.go_refused(path, error)
    return view.go(path, gettext_noop("The file is removed"))


@post(f"{_ONE}/keys", opt=_EDIT)
async def put_keys(
    view: ViewHere, desk: DeskHere, product_id: FromPath[UUID], variant_id: FromPath[UUID]
) -> Answer:
    """Pasted, or in a text file; a list that is refused is shown again as it was typed."""
    form = await read_form(view.request)
    try:
        typed = await _listed(form)
        async with view.services.db.tenant(desk.tenant) as tx:
            await _found(tx, product_id, variant_id)
            made = await service.add_keys(
                tx, view.services.keys, variant_id, read_keys(typed), desk.actor
            )
    except VariantMissing:
        raise
    except AppError as error:
        form.refuse(error, view.translate, {"keys_refused": "keys"})
        return await _page(view, desk, product_id, variant_id, keys_form=form, error=error)
    done = gettext_noop("Keys added: %(added)s. Known before: %(known)s")
    return view.go(_path(desk, product_id, variant_id), done, added=made.added, known=made.known)


@post(f"{_ONE}/keys/{{key_id:uuid}}/withdraw", opt=_EDIT)
async def take_key(
    view: ViewHere,
    desk: DeskHere,
    product_id: FromPath[UUID],
    variant_id: FromPath[UUID],
    key_id: FromPath[UUID],
) -> Answer:
    path = _path(desk, product_id, variant_id)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            await service.withdraw(tx, variant_id, key_id, desk.actor)
    except AppError as error:
        return view.go_refused(path, error)
    return view.go(path, gettext_noop("The key is withdrawn"))


async def _page(
    view: View,
    desk: Desk,
    product_id: UUID,
    variant_id: UUID,
    *,
    form: Form | None = None,
    keys_form: Form | None = None,
    error: AppError | None = None,
) -> Answer:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        product, variant = await _found(tx, product_id, variant_id)
        is_pool = variant.kind == VariantKind.KEYS
        files = (await queries.files_of(tx, [variant_id])).get(variant_id, [])
        keys = await free_keys(tx, view.services.keys, variant_id, _KEYS_SHOWN) if is_pool else []
        pool = (await service.pools(tx, [variant_id]))[variant_id] if is_pool else None
        level = (await levels(tx, [variant_id]))[variant_id]
    return view.page(
        "catalog/digital.html",
        error=error,
        at=_path(desk, product_id, variant_id) if error else "",
        desk=desk,
        product=product,
        variant=variant,
        is_bundle=variant.kind == VariantKind.BUNDLE,
        form=form or _filled(variant, view),
        keys_form=keys_form or Form(),
        files=files,
        keys=keys,
        pool=pool,
        level=level,
    )


async def _found(tx: TenantRead, product_id: UUID, variant_id: UUID) -> tuple[Product, Variant]:
    """Raises: VariantMissing."""
    product = await product_with_parts(tx, product_id)
    for variant in product.offered if product else ():
        if product is not None and variant.id == variant_id:
            return product, variant
    raise VariantMissing


def _path(desk: Desk, product_id: UUID, variant_id: UUID) -> str:
    return desk.path("products", product_id, "variants", variant_id, "digital")


def _kind(form: Form) -> VariantKind:
    typed = form.get("kind")
    known = {kind.value: kind for kind in VariantKind if kind is not VariantKind.BUNDLE}
    return known.get(typed, VariantKind.GOODS)


def _terms(form: Form, desk: Desk, kind: VariantKind) -> Terms:
    face = 0
    if kind is VariantKind.GIFT_CARD:
        face = amount_of(form.get("face_minor"), desk.shop.currency) or 0
    return Terms(
        downloads=_count(form, "downloads"),
        days=_count(form, "days"),
        face_minor=face,
        valid_days=_count(form, "valid_days"),
    )


def _count(form: Form, name: str) -> int | None:
    """None where nothing is typed; what is no number is refused with the terms, as 0."""
    typed = form.get(name).strip()
    if not typed:
        return None
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 0


def _filled(variant: Variant, view: View) -> Form:
    terms = read_terms(variant.terms)
    counts = {name: getattr(terms, name) for name in ("downloads", "days", "valid_days")}
    face = typed_minor(terms.face_minor or None, variant.currency, view.visitor.language)
    return Form.of(
        kind=variant.kind,
        face_minor=face,
        **{name: "" if value is None else str(value) for name, value in counts.items()},
    )


async def _size(file: UploadFile) -> int:
    """Its bytes; it stands at its beginning afterwards. Raises: FileRefused."""
    size = await asyncio.to_thread(file.file.seek, 0, 2)
    await asyncio.to_thread(file.file.seek, 0)
    if not 0 < size <= LARGEST_FILE_BYTES:
        raise FileRefused
    return size


async def _listed(form: Form) -> str:
    """What was pasted, and the text of a file besides. Raises: KeysRefused."""
    texts = [form.get("keys")]
    for file in form.files("file"):
        content = await file.read(_LARGEST_LIST_BYTES + 1)
        if len(content) > _LARGEST_LIST_BYTES:
            raise KeysRefused
        texts.append(content.decode("utf-8-sig", "replace").replace("\0", ""))
    return "\n".join(texts)


HANDLERS = (digital_page, save_kind, upload_files, drop_file, put_keys, take_key)
