"""The content of a file that somebody bought, for whoever has its signed link."""

from litestar import get
from litestar.params import FromPath
from litestar.response import Stream

from kram.miniapp.api.shopper import ServicesHere
from kram.shop.digital.tasks import FileStore
from kram.tenants.errors import ShopNotFound

_TELEGRAM = {"access-control-allow-origin": "https://web.telegram.org"}
"""Without it Telegram's clients refuse to download (core.telegram.org/bots/webapps)."""


@get("/files/{token:str}", include_in_schema=False)
async def download_file(
    slug: FromPath[str], token: FromPath[str], services: ServicesHere
) -> Stream:
    """Each link is one download. Raises: ShopNotFound, LinkEnded, GrantMissing, FileNotKept,
    DownloadRefused, FileMissing, StorageUnavailable.
    """
    edition = await services.versions.current(slug)
    if edition is None:
        raise ShopNotFound
    tenant = edition.shop.tenant
    link = services.downloads.read(tenant.id, token, services.clock())
    sent = await FileStore(services.db, services.storage).fetch(tenant, link)
    headers = {**sent.headers, **_TELEGRAM}
    return Stream(sent.pieces(), media_type=headers.pop("content-type"), headers=headers)
