"""Pages of this process, least recently used out first, within a budget of bytes."""

from collections import OrderedDict
from typing import NamedTuple

from kram.miniapp.cache.page import Page
from kram.miniapp.cache.versions import Edition

PageKey = tuple[str, str, bytes, str]
"""Shop, path below it, query, language."""


class _Kept(NamedTuple):
    edition: Edition
    page: Page


class PageStore:
    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._kept: OrderedDict[PageKey, _Kept] = OrderedDict()
        self.size = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: PageKey, edition: Edition) -> Page | None:
        """None also when the page belongs to an older edition of the shop."""
        kept = self._kept.get(key)
        if kept is None or kept.edition is not edition:
            return None
        self._kept.move_to_end(key)
        return kept.page

    def put(self, key: PageKey, edition: Edition, page: Page) -> None:
        self._forget(key)
        if page.size > self._max_bytes:
            return
        self._kept[key] = _Kept(edition, page)
        self.size += page.size
        while self.size > self._max_bytes:
            self._forget(next(iter(self._kept)))

    def _forget(self, key: PageKey) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self.size -= kept.page.size
