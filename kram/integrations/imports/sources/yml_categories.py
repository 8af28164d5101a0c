"""The tree of a feed, given as a flat list."""

from kram.integrations.imports.errors import FileRefused
from kram.integrations.imports.rows import category_text
from kram.kit.messages import gettext_noop

NO_CATEGORY = "999999999"
"""Every offer must name a category: goods of ours that have none name this one."""

_MOST = 20_000
_DEEPEST = 20
_LONGEST_NAME = 300


class Categories:
    def __init__(self) -> None:
        self._known: dict[str, tuple[str, str]] = {}
        self._texts: dict[str, str] = {}
        self._open: tuple[str, str] = ("", "")

    def begin(self, identity: str, parent: str) -> None:
        self._open = (identity.strip(), parent.strip())

    def name(self, text: str) -> None:
        identity, parent = self._open
        if len(self._known) >= _MOST:
            raise FileRefused(
                gettext_noop("A file may have %(most)s categories: split it into several"),
                most=_MOST,
            )
        self._known[identity] = (text[:_LONGEST_NAME], parent)

    def text(self, identity: str) -> str:
        """As a path from the root; "" for what is not known."""
        if identity not in self._texts:
            self._texts[identity] = category_text(self._path(identity))
        return self._texts[identity]

    def _path(self, identity: str) -> tuple[str, ...]:
        """A list that names itself as its own parent ends where it is too deep."""
        names: list[str] = []
        while identity in self._known and identity != NO_CATEGORY and len(names) < _DEEPEST:
            name, identity = self._known[identity]
            names.append(name)
        return tuple(reversed(names))
