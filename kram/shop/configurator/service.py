"""Define what can be chosen, price what was, save it, open it again."""

from collections.abc import Collection, Iterator, Mapping
from uuid import UUID

import msgspec

from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.ids import public_code
from kram.shop.catalog.changes import mark_changed
from kram.shop.catalog.errors import ProductMissing
from kram.shop.catalog.models import Product
from kram.shop.configurator import queries
from kram.shop.configurator.definition import Definition, PickOne, PickSeveral
from kram.shop.configurator.errors import (
    ConfiguratorMissing,
    DefinitionChanged,
    DefinitionRefused,
    DesignImpossible,
    DesignMissing,
)
from kram.shop.configurator.lines import design_code
from kram.shop.configurator.models import Configurator, Design
from kram.shop.configurator.problems import Trouble, Why
from kram.shop.configurator.rules import barred, priced, troubles
from kram.shop.configurator.selection import Outcome, Selection, digest
from kram.shop.configurator.soundness import faults
from kram.shop.digital.errors import KindOfDesign
from kram.shop.inventory.service import available

_LETTERS = 16
"""80 random bits: a link cannot be guessed."""


class Priced(msgspec.Struct, frozen=True):
    """`troubles` empty: it can be saved and sold. `barred` choices cannot be added to it."""

    outcome: Outcome
    troubles: tuple[Trouble, ...]
    barred: Mapping[str, Trouble]


class OpenDesign(msgspec.Struct, frozen=True):
    """A saved design at the definition of today."""

    code: str
    product_id: UUID
    selection: Selection
    priced: Priced


async def define(
    tx: TenantTx, product_id: UUID, definition: Definition, *, version: int | None = None
) -> Configurator:
    """Replaces what can be chosen of the product. `version` is the one that the person saw, 0 for
    none. Locks the product. Raises: ProductMissing, DefinitionChanged, DefinitionRefused,
    KindOfDesign (it is given by files or keys).
    """
    product = await _product(tx, product_id)
    stored = await queries.configurator(tx, product_id)
    if version not in (None, stored.version if stored else 0):
        raise DefinitionChanged(version=stored.version if stored else 0)
    definition = definition.tidy()
    found = (*faults(definition), *await _strange(tx, product_id, definition))
    if found:
        raise DefinitionRefused(found)
    if await queries.has_unsent(tx, product_id):
        raise KindOfDesign
    if stored is None:
        stored = Configurator(product_id=product_id, version=0)
        tx.add(stored)
    stored.definition = msgspec.to_builtins(definition)
    stored.version += 1
    stored.updated_at = tx.now
    product.is_configurable = True
    await tx.flush()
    await mark_changed(tx)
    return stored


async def undefine(tx: TenantTx, product_id: UUID) -> None:
    """The product comes as it is again; lines with a design of it can no longer be bought.

    Raises: ProductMissing, ConfiguratorMissing.
    """
    product = await _product(tx, product_id)
    stored = await queries.configurator(tx, product_id)
    if stored is None:
        raise ConfiguratorMissing
    await tx.delete(stored)
    product.is_configurable = False
    await tx.flush()
    await mark_changed(tx)


async def definition_of(tx: TenantRead, product_id: UUID) -> Definition:
    """Raises: ConfiguratorMissing."""
    return read(await configurator_of(tx, product_id))


async def configurator_of(tx: TenantRead, product_id: UUID) -> Configurator:
    """Raises: ConfiguratorMissing."""
    found = await queries.configurator(tx, product_id)
    if found is None:
        raise ConfiguratorMissing
    return found


def read(stored: Configurator) -> Definition:
    return msgspec.convert(stored.definition, Definition)


async def price(tx: TenantRead, product_id: UUID, selection: Selection) -> Priced:
    """What it comes to on top of the variant's price, whole or not. Raises: ConfiguratorMissing."""
    return await _priced(tx, await definition_of(tx, product_id), selection)


async def save(tx: TenantTx, product_id: UUID, selection: Selection) -> Design:
    """The same selection, called the same, gives the same design.

    Raises: ConfiguratorMissing, DesignImpossible.
    """
    selection = selection.tidy()
    found = await _priced(tx, await definition_of(tx, product_id), selection)
    if found.troubles:
        raise DesignImpossible(found.troubles)
    design = Design(
        code=public_code(_LETTERS),
        product_id=product_id,
        selection=msgspec.to_builtins(selection),
        words=msgspec.to_builtins(found.outcome.words),
        digest=digest(selection, found.outcome),
        created_at=tx.now,
    )
    return await queries.save(tx, design)


async def open_design(tx: TenantRead, code: str) -> OpenDesign:
    """Raises: DesignMissing, ConfiguratorMissing (the product comes as it is now)."""
    try:
        design = await queries.design(tx, design_code(code))
    except ValueError:
        design = None
    if design is None:
        raise DesignMissing
    selection = msgspec.convert(design.selection, Selection)
    found = await price(tx, design.product_id, selection)
    return OpenDesign(design.code, design.product_id, selection, found)


async def _priced(tx: TenantRead, definition: Definition, selection: Selection) -> Priced:
    short = await _short(tx, definition)
    return Priced(
        priced(definition, selection),
        troubles(definition, selection, short),
        barred(definition, selection, short),
    )


async def _short(tx: TenantRead, definition: Definition) -> set[UUID]:
    """The components of which not even one choice can be made now."""
    parts = definition.components
    if not parts:
        return set()
    sold, free = await queries.on_sale(tx, parts), await available(tx, parts)
    return {
        choice.component
        for choice in definition.choices()
        if choice.component is not None
        and (choice.component not in sold or free.get(choice.component, 0) < choice.units)
    }


async def _strange(tx: TenantRead, product_id: UUID, definition: Definition) -> tuple[Trouble, ...]:
    """Choices whose part or picture is none that the shop, or the product, has."""
    parts = definition.components
    sold = await queries.on_sale(tx, parts) if parts else set()
    pictures = await queries.pictures_of(tx, product_id)
    return tuple(_strangers(definition, sold, pictures))


def _strangers(
    definition: Definition, sold: Collection[UUID], pictures: Collection[UUID]
) -> Iterator[Trouble]:
    for place, step in enumerate(definition.steps):
        if isinstance(step, PickOne | PickSeveral):
            for at, choice in enumerate(step.choices):
                here, values = f"/steps/{place}/choices/{at}", {"choice": choice.title}
                if choice.component is not None and choice.component not in sold:
                    yield Trouble(f"{here}/component", Why.COMPONENT_UNKNOWN, step.id, values)
                if choice.picture is not None and choice.picture not in pictures:
                    yield Trouble(f"{here}/picture", Why.PICTURE_UNKNOWN, step.id, values)


async def _product(tx: TenantTx, product_id: UUID) -> Product:
    product = await tx.get(Product, product_id, lock=True)
    if product is None:
        raise ProductMissing
    return product
