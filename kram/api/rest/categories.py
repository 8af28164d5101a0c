"""The tree that products hang in."""

from uuid import UUID

from litestar import delete, get, post
from litestar.params import FromPath, JSONBody

from kram.api.rest.caller import DeskHere, needs
from kram.api.rest.inputs import Input, Position
from kram.api.rest.once import OnceHere
from kram.api.rest.services import ServicesHere
from kram.api.rest.views.goods import CategoryView
from kram.kit.db.tx import TenantTx
from kram.shop.catalog import queries, service
from kram.tenants.permissions import Permission


class NewCategory(Input, frozen=True):
    name: str
    parent_id: UUID | None = None
    position: Position = 0


@get("/categories", opt=needs(Permission.CATALOG_VIEW))
async def list_categories(desk: DeskHere, services: ServicesHere) -> list[CategoryView]:
    """The whole tree, neighbours in order."""
    async with services.db.tenant_read(desk.tenant) as tx:
        return [CategoryView.of(category) for category in await queries.categories(tx)]


@post("/categories", opt=needs(Permission.CATALOG_EDIT))
async def create_category(
    desk: DeskHere, once: OnceHere, data: JSONBody[NewCategory]
) -> CategoryView:
    async def create(tx: TenantTx) -> CategoryView:
        made = await service.create_category(tx, data.name, data.parent_id, data.position)
        return CategoryView.of(made)

    return await once.run(create, CategoryView)


@delete("/categories/{category_id:uuid}", opt=needs(Permission.CATALOG_EDIT))
async def remove_category(
    desk: DeskHere,
    services: ServicesHere,
    category_id: FromPath[UUID],
) -> None:
    """Its products and children go to its parent."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.remove_category(tx, category_id)


ROUTES = [list_categories, create_category, remove_category]
