"""Categories named by their path in a file, made when they are missing."""

from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.shop.catalog import queries
from kram.shop.catalog.service import create_category


class CategoryPaths:
    """Reads the tree once a transaction: what a rolled-back batch made is not believed in."""

    def __init__(self) -> None:
        self._known: dict[tuple[UUID | None, str], UUID] = {}
        self._read_in: TenantTx | None = None

    async def find(self, tx: TenantTx, path: tuple[str, ...]) -> UUID | None:
        """The category at the end of the path; None for an empty one."""
        parent: UUID | None = None
        for name in path:
            parent = await self._child(tx, parent, name)
        return parent

    async def _child(self, tx: TenantTx, parent: UUID | None, name: str) -> UUID:
        known = await self._tree(tx)
        place = (parent, name.casefold())
        if place not in known:
            known[place] = (await create_category(tx, name, parent)).id
        return known[place]

    async def _tree(self, tx: TenantTx) -> dict[tuple[UUID | None, str], UUID]:
        if self._read_in is not tx:
            self._read_in = tx
            self._known = {
                (category.parent_id, category.name.casefold()): category.id
                for category in await queries.categories(tx)
            }
        return self._known
