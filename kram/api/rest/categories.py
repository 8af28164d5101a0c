"""The tree that products hang in."""

from uuid import UUID

import msgspec
from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from kram.api.rest.caller import Desk, needs
from kram.api.rest.services import RestServices
from kram.api.rest.views import CategoryView
from kram.shop.catalog import queries, service
from kram.tenants.permissions import Permission


class NewCategory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    parent_id: UUID | None = None
    position: int = 0


@get("/categories", opt=needs(Permission.CATALOG_VIEW))
async def list_categories(
    desk: NamedDependency[Desk], services: NamedDependency[RestServices]
) -> list[CategoryView]:
    async with services.db.tenant_read(desk.tenant) as tx:
        return [CategoryView.of(category) for category in await queries.categories(tx)]


@post("/categories", opt=needs(Permission.CATALOG_EDIT))
async def create_category(
    desk: NamedDependency[Desk],
    services: NamedDependency[RestServices],
    data: JSONBody[NewCategory],
) -> CategoryView:
    async with services.db.tenant(desk.tenant) as tx:
        category = await service.create_category(tx, data.name, data.parent_id, data.position)
    return CategoryView.of(category)


@delete("/categories/{category_id:uuid}", opt=needs(Permission.CATALOG_EDIT))
async def remove_category(
    desk: NamedDependency[Desk],
    services: NamedDependency[RestServices],
    category_id: FromPath[UUID],
) -> None:
    """Its products and children go to its parent."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.remove_category(tx, category_id)


ROUTES = [list_categories, create_category, remove_category]
