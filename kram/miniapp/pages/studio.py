"""Everything a page is made with, opened once per process."""

from typing import Any

from litestar import Request

from kram.miniapp.cache.versions import VersionCache
from kram.miniapp.language import preferred
from kram.miniapp.pages.answer import PageAnswer
from kram.miniapp.pages.frame import Frame
from kram.miniapp.pages.pictures import Pictures
from kram.miniapp.pages.theme import Theme
from kram.miniapp.requests import page_query
from kram.miniapp.services import Services
from kram.shop.catalog.storefront import StorefrontReader
from kram.shop.configurator.reader import ConfiguratorReader
from kram.tenants.errors import ShopNotFound
from kram.tenants.models import ShopStatus
from kram.tenants.registry import ShopCard

AnyRequest = Request[Any, Any, Any]


class Studio:
    def __init__(self, services: Services) -> None:
        self.versions: VersionCache = services.versions
        self.reader: StorefrontReader = services.reader
        self.designs = ConfiguratorReader(services.reader.lanes)
        self.theme = Theme.of(services)
        self.pictures = Pictures(services.storage)

    async def frame(self, request: AnyRequest, slug: str, path: str) -> Frame:
        """`path` is the page's below the shop's. Raises: ShopNotFound."""
        edition = await self.versions.current(slug)
        if edition is None:
            raise ShopNotFound
        return frame_of(edition.shop, request, path)

    def answer(self, name: str, frame: Frame, **views: Any) -> PageAnswer:
        return PageAnswer(self.theme.page(name, frame, **views))

    def private_answer(self, name: str, frame: Frame, **views: Any) -> PageAnswer:
        """For one person: kept by nobody, found by no search engine, told to no other site."""
        return PageAnswer(self.theme.private_page(name, frame, **views))

    def goods_answer(self, name: str, frame: Frame, **views: Any) -> PageAnswer:
        """Goods of a shop that has closed for a while are not shown; orders still are."""
        if frame.shop.status is not ShopStatus.OPEN:
            return self.answer("paused", frame)
        return self.answer(name, frame, **views)


def frame_of(shop: ShopCard, request: AnyRequest, path: str) -> Frame:
    asked = page_query(request.scope["query_string"])
    header = request.headers.get("accept-language", "").encode("latin-1", "replace")
    return Frame(
        shop=shop,
        language=asked.language or preferred(header, shop.language),
        names_language=asked.language is not None,
        path=path,
        search=asked.search,
    )
