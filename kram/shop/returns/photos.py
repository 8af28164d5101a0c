"""Photos of what is wrong with goods: for the eyes of the shop and of who took them.

Their files are private (`kit.storage`): they have no address, every look goes through a door.
"""

from kram.kit.db.scope import TenantId
from kram.kit.ids import new_id
from kram.kit.images import WIDTHS, picture_key
from kram.kit.storage import PRIVATE_PREFIX, FileMissing, Storage
from kram.shop.returns.errors import ReturnPhotoMissing
from kram.shop.returns.models import ReturnRequest

_SHOWN_WIDTH = WIDTHS[-1]


def new_photo_key(tenant_id: TenantId) -> str:
    return f"{PRIVATE_PREFIX}{tenant_id}/returns/{new_id()}"


async def photo_file(storage: Storage, key: str) -> bytes:
    """A WebP. Raises: ReturnPhotoMissing."""
    try:
        return await storage.get(picture_key(key, _SHOWN_WIDTH))
    except FileMissing as missing:
        raise ReturnPhotoMissing from missing


def photo_of(back: ReturnRequest, number: int) -> str:
    """The key of the return's photo, counted from 0. Raises: ReturnPhotoMissing."""
    if not 0 <= number < len(back.photos):
        raise ReturnPhotoMissing
    return back.photos[number]
