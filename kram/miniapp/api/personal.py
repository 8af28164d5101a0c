"""What a shopper may ask of their own data: all of it in a file, or its end."""

from datetime import timedelta
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath, JSONBody

from kram.integrations.people.erasing import erase
from kram.integrations.people.errors import ExportMissing
from kram.integrations.people.exporting import ask_for_export, ready_file
from kram.integrations.people.models import PersonExport
from kram.integrations.people.queries import exports_of
from kram.kit.jwt import TokenRefused
from kram.miniapp.api import guests
from kram.miniapp.api.known import known
from kram.miniapp.api.shopper import ServicesHere, ShopHere, Shopper, ShopperHere
from kram.miniapp.requests import PREFIX
from kram.miniapp.services import Services
from kram.shop.customers.models import Customer

_UNCACHED = {"cache-control": "no-store"}
_LINK = "personal data file"
_LINK_LIFETIME = timedelta(minutes=15)


class FileAnswer(msgspec.Struct, frozen=True):
    """`url` is good for a quarter of an hour; None while the file is made, or without one."""

    waiting: bool
    url: str | None


class EraseRequest(msgspec.Struct, frozen=True):
    keeps_reviews: bool = False


class ErasedAnswer(msgspec.Struct, frozen=True):
    erased: bool


@get("/profile/file")
async def read_file(shopper: ShopperHere, services: ServicesHere) -> Response[FileAnswer]:
    async with services.db.tenant_read(shopper.shop.tenant) as tx:
        latest = await exports_of(tx, [shopper.customer_id], limit=1)
    return Response(_answer(latest[0] if latest else None, shopper, services), headers=_UNCACHED)


@post("/profile/file", status_code=200)
async def ask_for_file(shopper: ShopperHere, services: ServicesHere) -> Response[FileAnswer]:
    """Made soon by a worker; ask again for it."""
    async with services.db.tenant(shopper.shop.tenant) as tx:
        customer_id = await known(tx, shopper)
        export = await ask_for_export(tx, customer_id, shopper.words.language, shopper.actor)
    return Response(_answer(export, shopper, services), headers=_UNCACHED)


@get("/files/{token:str}")
async def download_file(
    token: FromPath[str], shop: ShopHere, services: ServicesHere
) -> Response[bytes]:
    """By a link that names one file for a short time: a download carries no session.

    Raises: ExportMissing.
    """
    audience, now = str(shop.tenant.id), services.clock()
    try:
        claims = services.tokens.read(token, audience=audience, purpose=_LINK, now=now)
    except TokenRefused as refused:
        raise ExportMissing from refused
    async with services.db.tenant_read(shop.tenant) as tx:
        file = await ready_file(tx, UUID(claims.subject))
    headers = {**_UNCACHED, "content-disposition": f'attachment; filename="{file.name}"'}
    body = await services.storage.get(file.key)
    return Response(body, headers=headers, media_type="application/zip")


@post("/profile/erase", status_code=200)
async def erase_profile(
    data: JSONBody[EraseRequest], shopper: ShopperHere, services: ServicesHere
) -> Response[ErasedAnswer]:
    """The session ends with the person. Raises: EraseRefused."""
    tenant = shopper.shop.tenant
    async with services.db.tenant(tenant) as tx:
        if await tx.get(Customer, shopper.customer_id) is not None:
            customer_id = await known(tx, shopper)
            await erase(tx, customer_id, shopper.actor, keeps_reviews=data.keeps_reviews)
    await services.carts.forget(tenant.id, shopper.customer_id)
    services.profiles.forget(tenant, shopper.customer_id)
    ended = Cookie(key=guests.COOKIE, path=f"{PREFIX}{tenant.slug}/api", max_age=0, httponly=True)
    return Response(ErasedAnswer(True), headers=_UNCACHED, cookies=[ended])


def _answer(export: PersonExport | None, shopper: Shopper, services: Services) -> FileAnswer:
    now = services.clock()
    if export is None:
        return FileAnswer(waiting=False, url=None)
    if export.file_key is None or export.expires_at is None or export.expires_at <= now:
        return FileAnswer(waiting=export.finished_at is None, url=None)
    token = services.tokens.issue(
        subject=str(export.id),
        audience=str(shopper.shop.tenant.id),
        purpose=_LINK,
        now=now,
        lifetime=_LINK_LIFETIME,
    )
    return FileAnswer(waiting=False, url=f"{PREFIX}{shopper.shop.tenant.slug}/api/files/{token}")


ROUTES = [read_file, ask_for_file, download_file, erase_profile]
