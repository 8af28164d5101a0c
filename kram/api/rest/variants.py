"""A product's options, and its variants by the hundred."""

from typing import Annotated, Any
from uuid import UUID

from litestar import patch, put
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, UnsetType

from kram.api.rest.caller import DeskHere, needs
from kram.api.rest.inputs import NONE, Input, Instant, Line, Names, told
from kram.api.rest.products import view_of
from kram.api.rest.services import ServicesHere
from kram.api.rest.views.goods import ProductView
from kram.shop.catalog import service
from kram.shop.catalog.options.changes import Sale
from kram.shop.catalog.options.shape import MOST_OPTIONS, MOST_VALUES
from kram.shop.catalog.service import OptionDraft, ValueDraft, VariantChange
from kram.tenants.permissions import Permission

_EDIT = needs(Permission.CATALOG_EDIT)

Minor = Annotated[int, told("Minor units of the shop's currency", minimum=0)]
Measure = Annotated[int, told(minimum=0)]


class ValueInput(Input, frozen=True):
    """`id` names a value that exists; without it its name does."""

    name: Line
    id: int | None = None
    names: Names = NONE
    colour: Line = ""


class OptionInput(Input, frozen=True):
    """`id` names an option that exists; without it its name does."""

    name: Line
    values: Annotated[tuple[ValueInput, ...], told(min_items=1, max_items=MOST_VALUES)]
    id: int | None = None
    names: Names = NONE


class OptionsInput(Input, frozen=True):
    """All options of the product, in order; those left out go, with what only they told apart."""

    options: Annotated[tuple[OptionInput, ...], told(max_items=MOST_OPTIONS)]


class SaleInput(Input, frozen=True):
    """`begins` null: now; `ends` null: for good."""

    minor: Minor
    begins: Instant | None = None
    ends: Instant | None = None


class VariantChangeInput(Input, frozen=True):
    """What is left out stays as it is; null takes a value away."""

    id: UUID
    sku: Line | UnsetType = UNSET
    price_minor: Minor | UnsetType = UNSET
    barcode: Line | UnsetType = UNSET
    weight_grams: Measure | UnsetType | None = UNSET
    length_mm: Measure | UnsetType | None = UNSET
    width_mm: Measure | UnsetType | None = UNSET
    height_mm: Measure | UnsetType | None = UNSET
    compare_at_minor: Minor | UnsetType | None = UNSET
    cost_minor: Minor | UnsetType | None = UNSET
    sale: SaleInput | UnsetType | None = UNSET
    media_id: UUID | UnsetType | None = UNSET
    attributes: dict[str, Any] | UnsetType = UNSET
    archived: bool | UnsetType = UNSET

    def change(self) -> VariantChange:
        given = {name: getattr(self, name) for name in self.__struct_fields__}
        if isinstance(self.sale, SaleInput):
            given["sale"] = Sale(self.sale.minor, self.sale.begins, self.sale.ends)
        return VariantChange(**given)


class VariantChangesInput(Input, frozen=True):
    variants: tuple[VariantChangeInput, ...]


class ComponentInput(Input, frozen=True):
    variant_id: UUID
    quantity: Annotated[int, told(minimum=1, maximum=999)]


class ComponentsInput(Input, frozen=True):
    """What one bundle consists of; nothing makes it an ordinary variant again."""

    components: tuple[ComponentInput, ...]


@put("/products/{product_id:uuid}/options", opt=_EDIT)
async def set_options(
    desk: DeskHere,
    services: ServicesHere,
    product_id: FromPath[UUID],
    data: JSONBody[OptionsInput],
) -> ProductView:
    """Makes a variant of every combination; what is there keeps its SKU, price and stock."""
    drafts = [
        OptionDraft(
            id=option.id,
            name=option.name,
            names=option.names,
            values=tuple(
                ValueDraft(id=value.id, name=value.name, names=value.names, colour=value.colour)
                for value in option.values
            ),
        )
        for option in data.options
    ]
    async with services.db.tenant(desk.tenant) as tx:
        await service.set_options(tx, product_id, drafts)
        return await view_of(tx, services, product_id)


@patch("/products/{product_id:uuid}/variants", opt=_EDIT)
async def change_variants(
    desk: DeskHere,
    services: ServicesHere,
    product_id: FromPath[UUID],
    data: JSONBody[VariantChangesInput],
) -> ProductView:
    """Up to 2,000 at once, all or none."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.change_variants(tx, product_id, [each.change() for each in data.variants])
        return await view_of(tx, services, product_id)


@put("/products/{product_id:uuid}/variants/{variant_id:uuid}/components", opt=_EDIT)
async def set_components(
    desk: DeskHere,
    services: ServicesHere,
    product_id: FromPath[UUID],
    variant_id: FromPath[UUID],
    data: JSONBody[ComponentsInput],
) -> ProductView:
    """Makes the variant a bundle, whose stock is what its components allow."""
    parts: dict[UUID, int] = {}
    for each in data.components:
        parts[each.variant_id] = parts.get(each.variant_id, 0) + each.quantity
    async with services.db.tenant(desk.tenant) as tx:
        await service.set_components(tx, variant_id, parts, product_id=product_id)
        return await view_of(tx, services, product_id)


ROUTES = [set_options, change_variants, set_components]
