"""Categories named by their path in a file, made when they are missing."""

from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.shop.catalog import queries
from kram.shop.catalog.service import create_category

Path = tuple[str, ...]


class CategoryPaths:
    """The shop's tree as one transaction sees it."""

    def __init__(self, tx: TenantTx, known: dict[tuple[UUID | None, str], UUID]) -> None:
        self._tx = tx
        self._known = known

    @classmethod
    async def read(cls, tx: TenantTx) -> "CategoryPaths":
        """Of neighbours with the same name the first one is meant."""
        known: dict[tuple[UUID | None, str], UUID] = {}
        for category in await queries.categories(tx):
            known.setdefault((category.parent_id, category.name.casefold()), category.id)
        return cls(tx, known)

    async def find(self, path: Path) -> UUID | None:
        """The category at the end of the path; None for an empty one."""
        parent: UUID | None = None
        for name in path:
            place = (parent, name.casefold())
            if place not in self._known:
                self._known[place] = (await create_category(self._tx, name, parent)).id
            parent = self._known[place]
        return parent
