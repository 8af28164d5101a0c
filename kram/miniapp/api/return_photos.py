"""Photos that a shopper sends with a return: taken in first, named by tokens afterwards.

A token is signed for this shopper. It also shows them the picture for a day: an image on a page
carries no session.
"""

from datetime import timedelta

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from kram.kit.images import MAX_BYTES, WIDTHS, picture_key, prepare_picture, store_picture
from kram.kit.jwt import Claims, TokenRefused
from kram.kit.storage.deposits import deposited
from kram.kit.web.problems import AnyRequest
from kram.miniapp.api.shopper import ServicesHere, ShopHere, Shopper, ShopperHere
from kram.miniapp.pages.pictures import PictureView
from kram.miniapp.requests import PREFIX
from kram.miniapp.services import Services
from kram.shop.returns.errors import ReturnPhotoMissing, ReturnPhotoUnknown
from kram.shop.returns.events import ReturnPhotoTaken
from kram.shop.returns.photos import new_photo_key, photo_file
from kram.tenants.registry import ShopCard

_PHOTO = "return photo"
_LIFETIME = timedelta(days=1)
_AN_HOUR = timedelta(hours=1)
_HEADERS = {"cache-control": "private, max-age=3600", "x-content-type-options": "nosniff"}


class ReturnPhotoAnswer(msgspec.Struct, frozen=True):
    """`token` is how the photo is named when the return is asked for."""

    token: str
    picture: PictureView


@post("/return-photos", status_code=200, request_max_body_size=MAX_BYTES + 1)
async def take_return_photo(
    request: AnyRequest, shopper: ShopperHere, services: ServicesHere
) -> ReturnPhotoAnswer:
    """The body is the picture itself. Raises: PictureTooLarge, PictureUnreadable."""
    picture = await prepare_picture(await request.body())
    tenant = shopper.shop.tenant
    key = new_photo_key(tenant.id)
    async with deposited(services.storage, *(picture_key(key, w) for w in WIDTHS)) as deposit:
        await store_picture(services.storage, key, picture)
        async with services.db.tenant(tenant) as tx:
            tx.publish(ReturnPhotoTaken(key=key), due_at=tx.now + _LIFETIME + _AN_HOUR)
            deposit.keep()
    token = _token(key, shopper, services)
    address = f"{PREFIX}{tenant.slug}/api/return-photos/{token}"
    return ReturnPhotoAnswer(token, PictureView(address))


@get("/return-photos/{token:str}")
async def show_return_photo(
    token: FromPath[str], shop: ShopHere, services: ServicesHere
) -> Response[bytes]:
    """Raises: ReturnPhotoMissing."""
    claims = _claims(token, shop, services)
    if claims is None:
        raise ReturnPhotoMissing
    body = await photo_file(services.storage, claims.extra["key"])
    return Response(body, headers=_HEADERS, media_type="image/webp")


def key_of(token: str, shopper: Shopper, services: Services) -> str:
    """Nobody sends another one's picture, or any file. Raises: ReturnPhotoUnknown."""
    claims = _claims(token, shopper.shop, services)
    if claims is None or claims.subject != str(shopper.customer_id):
        raise ReturnPhotoUnknown
    return str(claims.extra["key"])


def _token(key: str, shopper: Shopper, services: Services) -> str:
    return services.tokens.issue(
        subject=str(shopper.customer_id),
        audience=str(shopper.shop.tenant.id),
        purpose=_PHOTO,
        now=services.clock(),
        lifetime=_LIFETIME,
        extra={"key": key},
    )


def _claims(token: str, shop: ShopCard, services: Services) -> Claims | None:
    audience, now = str(shop.tenant.id), services.clock()
    try:
        return services.tokens.read(token, audience=audience, purpose=_PHOTO, now=now)
    except TokenRefused:
        return None


ROUTES = [take_return_photo, show_return_photo]
