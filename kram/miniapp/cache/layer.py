"""Answers storefront pages before the framework is asked.

A page that is missing, or belongs to an older edition of its shop, is rendered by the framework's
handler; the handler leaves it on a shelf in the scope (`leave_page`), and from then on it is
answered here.
"""

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from kram.miniapp.cache.page import Page, Wanted
from kram.miniapp.cache.store import PageKey, PageStore
from kram.miniapp.cache.turns import Turns
from kram.miniapp.cache.versions import UNREACHABLE, Edition, VersionCache
from kram.miniapp.language import preferred
from kram.miniapp.requests import PREFIX, page_path, page_query

_SHELF = "kram.miniapp.shelf"
_ROUTE = "/m/{slug}/ from memory"
"""What the framework would have said in `path_template`: measurements are kept by route."""


def leave_page(scope: Scope, page: Page) -> None:
    """Called by the handler that rendered the page; does nothing where there is no cache."""
    shelf: list[Page] | None = scope.get(_SHELF)  # type: ignore[assignment]
    if shelf is not None:
        shelf.append(page)


class PageCache:
    """`app` answers everything else, and renders the pages that are not here."""

    def __init__(self, app: ASGIApp, versions: VersionCache, *, max_bytes: int) -> None:
        self._app = app
        self._versions = versions
        self._store = PageStore(max_bytes)
        self._turns = Turns()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and scope["path"].startswith(PREFIX):
            slug, _, rest = scope["path"][len(PREFIX) :].partition("/")
            path = page_path(rest)
            if path is not None and scope["method"] in ("GET", "HEAD"):
                edition = self._versions.trusted(slug) or await self._current(slug)
                if edition is not None:
                    await self._answer(slug, path, edition, scope, receive, send)
                    return
        await self._app(scope, receive, send)

    async def _current(self, slug: str) -> Edition | None:
        """None, too, when the database is away: the framework knows how to say that."""
        try:
            return await self._versions.current(slug)
        except UNREACHABLE:
            return None

    async def _answer(
        self,
        slug: str,
        path: str,
        edition: Edition,
        scope: HTTPScope,
        receive: Receive,
        send: Send,
    ) -> None:
        wanted = Wanted.of(scope)
        key = _key(slug, path, scope["query_string"], wanted.languages, edition)
        page = self._store.get(key, edition)
        answer: list[Message] = []
        if page is None:
            page, answer = await self._rendered(key, edition, scope, receive)
        if page is not None:
            scope["path_template"] = _ROUTE
            await page.send(send, wanted)
        # Only after others have had their turn: a slow reader must not make them wait.
        for message in answer:
            await send(message)

    async def _rendered(
        self, key: PageKey, edition: Edition, scope: HTTPScope, receive: Receive
    ) -> tuple[Page | None, list[Message]]:
        """After a change all visitors of a busy page arrive at once: one of them renders it.

        The page as another has left it meanwhile, or the framework's answer to this request.
        """
        async with self._turns.of(key):
            page = self._store.get(key, edition)
            if page is not None:
                return page, []
            return None, await self._asked_for(key, edition, scope, receive)

    async def _asked_for(
        self, key: PageKey, edition: Edition, scope: HTTPScope, receive: Receive
    ) -> list[Message]:
        shelf: list[Page] = []
        scope[_SHELF] = shelf  # type: ignore[literal-required]
        answer: list[Message] = []

        async def collect(message: Message) -> None:
            answer.append(message)

        await self._app(scope, receive, collect)
        for page in shelf:
            self._store.put(key, edition, page)
        return answer


def _key(slug: str, path: str, query: bytes, languages: bytes, edition: Edition) -> PageKey:
    """Queries that mean the same page, or differ in what we do not read, share one key."""
    read = page_query(query)
    language = read.language or preferred(languages, edition.shop.language)
    return slug, path, read.canonical, language
