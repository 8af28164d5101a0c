"""Categories named by their path in a file, made when they are missing."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from kram.integrations.imports import queries
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.ids import new_id
from kram.shop.catalog.service import create_category

Path = tuple[str, ...]
Make = Callable[[str, UUID | None], Awaitable[UUID]]


class CategoryPaths:
    """The shop's tree as one transaction sees it."""

    def __init__(self, make: Make) -> None:
        self._make = make
        self._known: dict[tuple[UUID | None, str], UUID] = {}
        self._names: dict[UUID, tuple[UUID | None, str]] = {}

    @classmethod
    async def read(cls, tx: TenantTx) -> "CategoryPaths":
        """Of neighbours with the same name the first one is meant."""

        async def make(name: str, parent: UUID | None) -> UUID:
            return (await create_category(tx, name, parent)).id

        return await cls(make)._filled(tx)

    @classmethod
    async def imagine(cls, tx: TenantRead, imagined: set[UUID]) -> "CategoryPaths":
        """Adds the ids of those that would be made to `imagined`."""

        async def make(_: str, __: UUID | None) -> UUID:
            imagined.add(new := new_id())
            return new

        return await cls(make)._filled(tx)

    async def find(self, path: Path) -> UUID | None:
        """The category at the end of the path; None for an empty one."""
        parent: UUID | None = None
        for name in path:
            place = (parent, name.casefold())
            if place not in self._known:
                self._keep(await self._make(name, parent), parent, name)
            parent = self._known[place]
        return parent

    def path(self, category_id: UUID | None) -> Path:
        """Its names from the root; empty for None."""
        names: list[str] = []
        while category_id is not None:
            category_id, name = self._names[category_id]
            names.append(name)
        return tuple(reversed(names))

    async def _filled(self, tx: TenantRead) -> "CategoryPaths":
        for category_id, parent_id, name in await queries.category_names(tx):
            self._keep(category_id, parent_id, name)
        return self

    def _keep(self, category_id: UUID, parent: UUID | None, name: str) -> None:
        self._known.setdefault((parent, name.casefold()), category_id)
        self._names[category_id] = (parent, name)
