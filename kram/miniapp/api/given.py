"""What a paid order gave its shopper: keys and codes to read, files to download."""

from uuid import UUID

import msgspec
from litestar import post
from litestar.params import FromPath

from kram.miniapp.api.orders import own
from kram.miniapp.api.shopper import ServicesHere, ShopperHere
from kram.miniapp.services import Services
from kram.shop.digital import service
from kram.shop.digital.errors import FileNotKept, GrantMissing
from kram.tenants.registry import ShopCard


class OpenedAnswer(msgspec.Struct, frozen=True):
    text: str


class LinkAnswer(msgspec.Struct, frozen=True):
    """An address for a few minutes, and how the file is called."""

    url: str
    name: str


@post("/orders/{code:str}/given/{grant_id:uuid}/open", status_code=200)
async def open_given(
    code: FromPath[str], grant_id: FromPath[UUID], shopper: ShopperHere, services: ServicesHere
) -> OpenedAnswer:
    """From now on it is the shopper's. Raises: OrderMissing, GrantMissing, CardPending."""
    async with services.db.tenant(shopper.shop.tenant) as tx:
        order = await own(tx, code, shopper)
        return OpenedAnswer(await service.open_grant(tx, services.keys, order.id, grant_id))


@post("/orders/{code:str}/given/{grant_id:uuid}/files/{file_id:uuid}", status_code=200)
async def link_to_file(
    code: FromPath[str],
    grant_id: FromPath[UUID],
    file_id: FromPath[UUID],
    shopper: ShopperHere,
    services: ServicesHere,
) -> LinkAnswer:
    """Counted when it is used. Raises: OrderMissing, GrantMissing, FileNotKept."""
    async with services.db.tenant_read(shopper.shop.tenant) as tx:
        order = await own(tx, code, shopper)
        given = {each.id: each for each in await service.given_to(tx, order.id)}
    if grant_id not in given:
        raise GrantMissing
    name = next((file.name for file in given[grant_id].files if file.id == file_id), None)
    if name is None:
        raise FileNotKept
    return LinkAnswer(_address(services, shopper.shop, grant_id, file_id), name)


def _address(services: Services, shop: ShopCard, grant_id: UUID, file_id: UUID) -> str:
    token = services.downloads.token(shop.tenant.id, grant_id, file_id, services.clock())
    return f"/m/{shop.tenant.slug}/files/{token}"


ROUTES = [open_given, link_to_file]
