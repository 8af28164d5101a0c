"""A product's photos: prepared and stored first, then written down in one transaction."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from litestar import post
from litestar.params import FromPath

from kram.dashboard.pages.forms import FieldsRefused, Form, read_form
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.kit.db.tx import TenantTx
from kram.kit.errors import AppError
from kram.kit.ids import new_id
from kram.kit.images import (
    MAX_BYTES,
    Picture,
    PictureTooLarge,
    picture_key,
    prepare_picture,
    store_picture,
)
from kram.kit.messages import gettext_noop
from kram.kit.storage.deposits import Deposit, deposited
from kram.shop.catalog import queries
from kram.shop.catalog.errors import MediaMissing, ProductMissing
from kram.shop.catalog.models import Product
from kram.shop.catalog.service import add_media, arrange_media, remove_media
from kram.tenants.permissions import Permission

_ONE = "/{shop_slug:str}/products/{product_id:uuid}"
_EDIT = needs(Permission.CATALOG_EDIT)
_MOST_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    key: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Photos:
    """Stored, and deleted again if they are not added."""

    stored: Sequence[StoredPhoto]
    deposit: Deposit

    async def add_to(self, tx: TenantTx, product: Product) -> None:
        """The last thing that is done in `tx`. Raises: TooManyPictures."""
        for photo in self.stored:
            await add_media(tx, product.id, key=photo.key, width=photo.width, height=photo.height)
        await tx.flush()
        self.deposit.keep()


@post(f"{_ONE}/photos", opt=_EDIT)
async def upload_photos(view: ViewHere, desk: DeskHere, product_id: FromPath[UUID]) -> Answer:
    path = desk.path("products", product_id)
    form = await read_form(view.request)
    try:
        async with (
            read_photos(view, desk, form) as photos,
            view.services.db.tenant(desk.tenant) as tx,
        ):
            await photos.add_to(tx, await _product(tx, product_id))
    except ProductMissing:
        raise
    except FieldsRefused as error:
        return view.go_refused(path, error.fields["photos"])
    except AppError as error:
        return view.go_refused(path, error)
    return view.go(path, gettext_noop("The photos were added") if photos.stored else "")


@post(f"{_ONE}/photos/{{media_id:uuid}}", opt=_EDIT)
async def change_photo(
    view: ViewHere, desk: DeskHere, product_id: FromPath[UUID], media_id: FromPath[UUID]
) -> Answer:
    """Removes the photo, or moves it one place, as the pressed button says."""
    form = await read_form(view.request)
    async with view.services.db.tenant(desk.tenant) as tx:
        product = await _product(tx, product_id)
        order = [media.id for media in product.media]
        if media_id not in order:
            raise MediaMissing
        if form.has("remove"):
            await remove_media(tx, media_id)
        else:
            await arrange_media(tx, product_id, moved(order, media_id, form.get("move")))
    return view.go(desk.path("products", f"{product_id}#photos"))


@post(f"{_ONE}/photos/arrange", opt=_EDIT)
async def arrange_photos(view: ViewHere, desk: DeskHere, product_id: FromPath[UUID]) -> Answer:
    form = await read_form(view.request)
    try:
        order = [UUID(text) for text in form.get("order").split()]
    except ValueError:
        raise MediaMissing from None
    async with view.services.db.tenant(desk.tenant) as tx:
        await arrange_media(tx, product_id, order)
    return view.go(desk.path("products", f"{product_id}#photos"))


@asynccontextmanager
async def read_photos(
    view: View, desk: Desk, form: Form, folder: str = "products"
) -> AsyncIterator[Photos]:
    """Nothing is stored unless all of them are pictures, or stays if they are not added.

    Raises: FieldsRefused.
    """
    pictures = []
    for upload in form.files("photos")[:_MOST_AT_ONCE]:
        try:
            pictures.append(await _prepared(await upload.read(MAX_BYTES + 1)))
        except AppError as error:
            raise FieldsRefused({"photos": error}) from error
    async with deposited(view.services.storage) as deposit:
        stored = [
            await _stored(view, f"{desk.shop.id}/{folder}", picture, deposit)
            for picture in pictures
        ]
        yield Photos(stored, deposit)


def moved(order: Sequence[UUID], media_id: UUID, by: str) -> list[UUID]:
    """One place earlier ("-1") or later; at an end it stays."""
    place = order.index(media_id)
    other = place + (-1 if by == "-1" else 1)
    arranged = list(order)
    if 0 <= other < len(arranged):
        arranged[place], arranged[other] = arranged[other], arranged[place]
    return arranged


async def _prepared(upload: bytes) -> Picture:
    if len(upload) > MAX_BYTES:
        raise PictureTooLarge
    return await prepare_picture(upload)


async def _stored(view: View, at: str, picture: Picture, deposit: Deposit) -> StoredPhoto:
    key = f"{at}/{new_id()}"
    deposit.keys += [picture_key(key, width) for width in picture.versions]
    await store_picture(view.services.storage, key, picture)
    return StoredPhoto(key, picture.width, picture.height)


async def _product(tx: TenantTx, product_id: UUID) -> Product:
    product = await queries.product_with_parts(tx, product_id)
    if product is None:
        raise ProductMissing
    return product
