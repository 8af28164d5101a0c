"""A product's pictures. Their files are stored by the door before, and deleted by a task after."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.kit.errors import FieldError, InvalidInput
from kram.kit.i18n import is_spoken
from kram.kit.ids import new_id
from kram.kit.messages import gettext_noop
from kram.kit.text import line, refused
from kram.shop.catalog import queries
from kram.shop.catalog.changes import mark_changed
from kram.shop.catalog.errors import MediaMissing, ProductMissing, TooManyPictures
from kram.shop.catalog.events import MediaAdded, MediaRemoved
from kram.shop.catalog.models import Media, Product

_MOST_PICTURES = 20
_LONGEST_ALT = 200


async def add_media(
    tx: TenantTx, product_id: UUID, *, key: str, width: int, height: int, alt: str = ""
) -> Media:
    """Appends a stored picture, its size in pixels. Raises: ProductMissing, TooManyPictures."""
    if await tx.get(Product, product_id, lock=True) is None:
        raise ProductMissing
    count, last = await queries.count_media(tx, product_id)
    if count >= _MOST_PICTURES:
        raise TooManyPictures
    media = Media(
        id=new_id(),
        product_id=product_id,
        key=key,
        alt=line(alt),
        position=last + 1,
        width=width,
        height=height,
        created_at=tx.now,
    )
    tx.add(media)
    await tx.flush()
    tx.publish(MediaAdded(media_id=media.id, key=key))
    await mark_changed(tx)
    return media


async def describe_media(
    tx: TenantTx, media_id: UUID, alt: str, alts: Mapping[str, str] | None = None
) -> Media:
    """What it shows, in the shop's language and in others. Raises: MediaMissing, InvalidInput."""
    media = await tx.get(Media, media_id, lock=True)
    if media is None:
        raise MediaMissing
    said = {language: line(text) for language, text in (alts or {}).items() if line(text)}
    wrong = [*refused("/alt", line(alt), _LONGEST_ALT, needed=False)]
    for language, text in said.items():
        wrong += refused(f"/alts/{language}", text, _LONGEST_ALT, needed=False)
        if not is_spoken(language):
            wrong.append(
                FieldError(
                    f"/alts/{language}",
                    "language_unknown",
                    gettext_noop("Choose one of the shop's languages"),
                )
            )
    if wrong:
        raise InvalidInput(errors=wrong)
    media.alt, media.alts = line(alt), said
    await tx.flush()
    await mark_changed(tx)
    return media


async def remove_media(tx: TenantTx, media_id: UUID) -> None:
    """Publishes `media.removed.v1`, upon which its files go. Raises: MediaMissing."""
    media = await tx.get(Media, media_id, lock=True)
    if media is None:
        raise MediaMissing
    await tx.delete(media)
    tx.publish(MediaRemoved(media_id=media.id, key=media.key))
    await mark_changed(tx)


async def arrange_media(tx: TenantTx, product_id: UUID, order: Sequence[UUID]) -> None:
    """Puts the named pictures first, in that order; the others keep theirs.

    Raises: ProductMissing, MediaMissing.
    """
    if await tx.get(Product, product_id, lock=True) is None:
        raise ProductMissing
    media = await queries.media_of(tx, product_id)
    if not set(order) <= {picture.id for picture in media}:
        raise MediaMissing
    places = {media_id: place for place, media_id in enumerate(order)}
    arranged = sorted(media, key=lambda picture: places.get(picture.id, len(places)))
    for position, picture in enumerate(arranged):
        picture.position = position
    await mark_changed(tx)
