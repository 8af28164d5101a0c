"""The tree that products hang in."""

from uuid import UUID

from litestar import delete, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, UnsetType

from kram.api.rest.caller import DeskHere, needs
from kram.api.rest.inputs import Input, Line, Position, Text
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


class CategoryInput(Input, frozen=True):
    """What is left out stays as it is; `parent_id` null puts it at the top."""

    name: Line | UnsetType = UNSET
    slug: Line | UnsetType = UNSET
    description: Text | UnsetType = UNSET
    translations: dict[str, dict[str, str]] | UnsetType = UNSET
    parent_id: UUID | UnsetType | None = UNSET
    position: Position | UnsetType = UNSET


@patch("/categories/{category_id:uuid}", opt=needs(Permission.CATALOG_EDIT))
async def change_category(
    desk: DeskHere,
    services: ServicesHere,
    category_id: FromPath[UUID],
    data: JSONBody[CategoryInput],
) -> CategoryView:
    """Moving it takes along all below it."""
    wanted = service.CategoryDetails(
        name=data.name,
        slug=data.slug,
        description=data.description,
        translations=data.translations,
    )
    async with services.db.tenant(desk.tenant) as tx:
        category = await service.describe_category(tx, category_id, wanted)
        if data.parent_id is not UNSET or data.position is not UNSET:
            parent_id = category.parent_id if data.parent_id is UNSET else data.parent_id
            position = category.position if data.position is UNSET else data.position
            category = await service.move_category(tx, category_id, parent_id, position)
        return CategoryView.of(category)


@delete("/categories/{category_id:uuid}", opt=needs(Permission.CATALOG_EDIT))
async def remove_category(
    desk: DeskHere,
    services: ServicesHere,
    category_id: FromPath[UUID],
) -> None:
    """Its products and children go to its parent."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.remove_category(tx, category_id)


ROUTES = [list_categories, create_category, change_category, remove_category]
