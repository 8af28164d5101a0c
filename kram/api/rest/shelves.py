"""Collections and attributes: how goods are put together and told apart."""

from typing import Annotated, Any
from uuid import UUID

from litestar import delete, get, post, put
from litestar.params import FromPath, JSONBody

from kram.api.rest.caller import DeskHere, needs
from kram.api.rest.inputs import NONE, Input, Line, Names, Position, Text, Title, told
from kram.api.rest.once import OnceHere
from kram.api.rest.services import ServicesHere
from kram.api.rest.views.shelves import AttributeView, CollectionView
from kram.kit.db.tx import TenantTx
from kram.shop.catalog import service
from kram.shop.catalog.attributes import queries as attribute_queries
from kram.shop.catalog.collections import queries as collection_queries
from kram.shop.catalog.collections.service import MOST_BY_HAND
from kram.shop.catalog.errors import CollectionMissing
from kram.shop.catalog.models import AttributeKind, AttributeScope, Collection
from kram.shop.catalog.service import AttributeDraft, Choice, CollectionDraft
from kram.tenants.permissions import Permission

_VIEW = needs(Permission.CATALOG_VIEW)
_EDIT = needs(Permission.CATALOG_EDIT)

Translated = Annotated[
    dict[str, dict[str, str]],
    told("By language, by field; what is missing is shown in the shop's language"),
]


class ChoiceInput(Input, frozen=True):
    """`code` stands in goods and addresses, `colour` looks like "#1a2b3c"."""

    code: Line
    label: Line
    names: Names = NONE
    colour: Line = ""


class AttributeInput(Input, frozen=True):
    """`code`, `kind` and `scope` are chosen once; later they are passed over."""

    code: Line
    label: Line
    kind: AttributeKind
    scope: AttributeScope = AttributeScope.PRODUCT
    unit: Line = ""
    choices: tuple[ChoiceInput, ...] = ()
    is_filter: bool = True
    position: Position = 0
    translations: Translated = NONE

    def draft(self) -> AttributeDraft:
        given = {name: getattr(self, name) for name in self.__struct_fields__}
        choices = tuple(
            Choice(each.code, each.label, each.names, each.colour) for each in self.choices
        )
        return AttributeDraft(**{**given, "choices": choices})


class CollectionInput(Input, frozen=True):
    """`rule` null: filled by hand. A rule is a tree such as
    `{"is": "all", "of": [{"is": "tag", "tag": "New"}, {"is": "price", "high": 50000}]}`; there are
    all, any, not, tag, category, price, available, on_sale, attribute and created."""

    title: Title
    description: Text = ""
    rule: dict[str, Any] | None = None
    is_shown: bool = True
    position: Position = 0
    slug: Line = ""
    translations: Translated = NONE

    def draft(self) -> CollectionDraft:
        return CollectionDraft(**{name: getattr(self, name) for name in self.__struct_fields__})


class GoodsInput(Input, frozen=True):
    """The products of the collection in their order, and no others."""

    products: Annotated[tuple[UUID, ...], told(max_items=MOST_BY_HAND)]


@get("/attributes", opt=_VIEW)
async def list_attributes(desk: DeskHere, services: ServicesHere) -> list[AttributeView]:
    async with services.db.tenant_read(desk.tenant) as tx:
        return [AttributeView.of(each) for each in await attribute_queries.attributes(tx)]


@post("/attributes", opt=_EDIT)
async def create_attribute(
    desk: DeskHere, once: OnceHere, data: JSONBody[AttributeInput]
) -> AttributeView:
    async def create(tx: TenantTx) -> AttributeView:
        return AttributeView.of(await service.create_attribute(tx, data.draft()))

    return await once.run(create, AttributeView)


@put("/attributes/{attribute_id:uuid}", opt=_EDIT)
async def change_attribute(
    desk: DeskHere,
    services: ServicesHere,
    attribute_id: FromPath[UUID],
    data: JSONBody[AttributeInput],
) -> AttributeView:
    async with services.db.tenant(desk.tenant) as tx:
        return AttributeView.of(await service.change_attribute(tx, attribute_id, data.draft()))


@delete("/attributes/{attribute_id:uuid}", opt=_EDIT)
async def remove_attribute(
    desk: DeskHere, services: ServicesHere, attribute_id: FromPath[UUID]
) -> None:
    """With its values on all goods."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.remove_attribute(tx, attribute_id)


@get("/collections", opt=_VIEW)
async def list_collections(desk: DeskHere, services: ServicesHere) -> list[CollectionView]:
    """Without their goods."""
    async with services.db.tenant_read(desk.tenant) as tx:
        return [CollectionView.of(each) for each in await collection_queries.collections(tx)]


@get("/collections/{collection_id:uuid}", opt=_VIEW)
async def show_collection(
    desk: DeskHere, services: ServicesHere, collection_id: FromPath[UUID]
) -> CollectionView:
    """With what was put in by hand."""
    async with services.db.tenant_read(desk.tenant) as tx:
        collection = await tx.get(Collection, collection_id)
        if collection is None:
            raise CollectionMissing
        return CollectionView.of(
            collection, await collection_queries.products_of(tx, collection_id)
        )


@post("/collections", opt=_EDIT)
async def create_collection(
    desk: DeskHere, once: OnceHere, data: JSONBody[CollectionInput]
) -> CollectionView:
    async def create(tx: TenantTx) -> CollectionView:
        return CollectionView.of(await service.create_collection(tx, data.draft()))

    return await once.run(create, CollectionView)


@put("/collections/{collection_id:uuid}", opt=_EDIT)
async def change_collection(
    desk: DeskHere,
    services: ServicesHere,
    collection_id: FromPath[UUID],
    data: JSONBody[CollectionInput],
) -> CollectionView:
    async with services.db.tenant(desk.tenant) as tx:
        changed = await service.change_collection(tx, collection_id, data.draft())
        return CollectionView.of(changed, await collection_queries.products_of(tx, collection_id))


@put("/collections/{collection_id:uuid}/products", opt=_EDIT)
async def arrange_collection(
    desk: DeskHere,
    services: ServicesHere,
    collection_id: FromPath[UUID],
    data: JSONBody[GoodsInput],
) -> None:
    async with services.db.tenant(desk.tenant) as tx:
        await service.arrange_collection(tx, collection_id, data.products)


@delete("/collections/{collection_id:uuid}", opt=_EDIT)
async def remove_collection(
    desk: DeskHere, services: ServicesHere, collection_id: FromPath[UUID]
) -> None:
    """Its products stay."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.remove_collection(tx, collection_id)


ATTRIBUTES = [list_attributes, create_attribute, change_attribute, remove_attribute]
COLLECTIONS = [
    list_collections,
    show_collection,
    create_collection,
    change_collection,
    arrange_collection,
    remove_collection,
]
