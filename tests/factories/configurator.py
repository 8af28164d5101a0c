"""Products that a shopper puts together."""

from uuid import UUID

from sqlalchemy import select

from kram.kit.db.tx import TenantTx
from kram.shop.catalog.models import Variant
from kram.shop.configurator import service
from kram.shop.configurator.definition import (
    Choice,
    ChoiceRule,
    Definition,
    GiveNumber,
    PickOne,
    PickSeveral,
    RuleKind,
    WriteText,
)
from kram.shop.configurator.lines import LineKey
from kram.shop.configurator.models import Design
from kram.shop.configurator.selection import Selection
from tests.factories.catalog import make_product


def table(
    *, brass: UUID | None = None, oak_minor: int = 5_000, oak_picture: UUID | None = None
) -> Definition:
    """A table: its wood, extras, an engraving and its length; a lamp takes two `brass` parts."""
    return Definition(
        steps=(
            PickOne(
                id="wood",
                title="Wood",
                choices=(
                    Choice("oak", "Oak", oak_minor, picture=oak_picture),
                    Choice("pine", "Pine", -1_000),
                ),
            ),
            PickSeveral(
                id="extras",
                title="Extras",
                most=2,
                choices=(
                    Choice("drawer", "Drawer", 2_000),
                    Choice("wheels", "Wheels", 700),
                    Choice("lamp", "Lamp", 900, brass, 2),
                ),
            ),
            WriteText(id="words", title="Engraving", longest=5, price_minor=300),
            GiveNumber(id="length", title="Length", least=50, most=200, unit="cm", price_minor=10),
        ),
        rules=(
            ChoiceRule(RuleKind.EXCLUDES, "pine", ("drawer",)),
            ChoiceRule(RuleKind.REQUIRES, "lamp", ("drawer", "wheels")),
        ),
    )


OAK = Selection(("oak",))
LIT = Selection(("oak", "wheels", "lamp"))
"""Takes two brass parts; 6,600 minor units on top."""


async def define_table(
    tx: TenantTx,
    product_id: UUID,
    *,
    brass: UUID | None = None,
    oak_minor: int = 5_000,
    oak_picture: UUID | None = None,
) -> None:
    definition = table(brass=brass, oak_minor=oak_minor, oak_picture=oak_picture)
    await service.define(tx, product_id, definition)


async def make_design(tx: TenantTx, product_id: UUID, selection: Selection = OAK) -> Design:
    return await service.save(tx, product_id, selection)


async def make_table(
    tx: TenantTx, *, stock: int = 0, price_minor: int = 12_500, brass: UUID | None = None
) -> LineKey:
    """The one variant of a new product that is put together."""
    product = await make_product(tx, title="Table", stock=stock, price_minor=price_minor)
    variant = product.variants[0].id
    await define_table(tx, product.id, brass=brass)
    return LineKey(variant)


async def designed(tx: TenantTx, line: LineKey, selection: Selection = OAK) -> LineKey:
    """That variant, with the selection saved."""
    design = await service.save(tx, await product_of(tx, line), selection)
    return LineKey(line.variant_id, design.code)


async def product_of(tx: TenantTx, line: LineKey) -> UUID:
    found: UUID = await tx.scalar(select(Variant.product_id).where(Variant.id == line.variant_id))
    return found
