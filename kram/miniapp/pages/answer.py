"""A rendered page as the framework's answer, left for the cache on its way out."""

from typing import cast

from litestar.types import HTTPScope, Receive, Scope, Send

from kram.miniapp.cache.layer import leave_page
from kram.miniapp.cache.page import Page, Wanted


class PageAnswer:
    """An ASGI application that sends one page."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        leave_page(scope, self._page)
        await self._page.send(send, Wanted.of(cast("HTTPScope", scope)))
