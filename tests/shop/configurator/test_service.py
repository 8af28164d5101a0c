"""Defining, saving and opening."""

from dataclasses import dataclass
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.catalog import service as catalog
from kram.shop.catalog.errors import ProductMissing
from kram.shop.catalog.events import CatalogChanged
from kram.shop.catalog.models import Product
from kram.shop.configurator import service
from kram.shop.configurator.definition import Choice, ChoiceRule, Definition, PickOne, RuleKind
from kram.shop.configurator.errors import (
    ConfiguratorMissing,
    DefinitionChanged,
    DefinitionRefused,
    DesignImpossible,
    DesignMissing,
)
from kram.shop.configurator.models import Configurator, Design
from kram.shop.configurator.problems import Why
from kram.shop.configurator.selection import Selection
from tests.factories.catalog import make_picture, make_product, make_variant
from tests.factories.configurator import LIT, OAK, define_table, make_design, table

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Bench:
    product: Product
    brass: UUID


@pytest.fixture
async def bench(tx: TenantTx) -> Bench:
    """A table whose lamp takes two of the five brass parts there are."""
    product = await make_product(tx, title="Table", stock=9)
    brass = await make_variant(tx, stock=5)
    await define_table(tx, product.id, brass=brass)
    return Bench(product, brass)


async def count(tx: TenantTx, of: type) -> int:
    return int(await tx.scalar(select(func.count()).select_from(of)))


async def test_a_definition_is_kept_and_counted(tx: TenantTx, bench: Bench) -> None:
    stored = await service.configurator_of(tx, bench.product.id)
    assert (stored.version, service.read(stored)) == (1, table(brass=bench.brass))
    assert bench.product.is_configurable
    assert any(isinstance(each.event, CatalogChanged) for each in tx.pending_events)
    changed = await service.define(tx, bench.product.id, table(oak_minor=1), version=1)
    assert changed.version == 2
    with pytest.raises(DefinitionChanged) as refused:
        await service.define(tx, bench.product.id, table(), version=1)
    assert refused.value.extra == {"version": 2}


async def test_taking_it_away_leaves_the_product(tx: TenantTx, bench: Bench) -> None:
    await service.undefine(tx, bench.product.id)
    assert not bench.product.is_configurable
    for attempt in (service.undefine(tx, bench.product.id), service.price(tx, new_id(), OAK)):
        with pytest.raises(ConfiguratorMissing):
            await attempt
    for attempt in (service.define(tx, new_id(), table()), service.undefine(tx, new_id())):
        with pytest.raises(ProductMissing):
            await attempt


async def test_what_contradicts_itself_is_refused_with_names(tx: TenantTx) -> None:
    product = await make_product(tx)
    wood = PickOne(id="wood", title="Wood", choices=(Choice("oak", " Oak "), Choice("ash", "Ash")))
    feet = PickOne(id="feet", title="Feet", choices=(Choice("iron", "Iron"),))
    wrong = Definition((wood, feet), (ChoiceRule(RuleKind.EXCLUDES, "oak", ("iron",)),))
    with pytest.raises(DefinitionRefused) as refused:
        await service.define(tx, product.id, wrong)
    assert [(each.pointer, each.code, each.detail) for each in refused.value.errors] == [
        ("/steps/0/choices/0", "never", "“Oak” can never be chosen: its rules contradict")
    ]
    assert await count(tx, Configurator) == 0


async def test_parts_and_pictures_must_be_the_shops(tx: TenantTx) -> None:
    product, other = await make_product(tx), await make_product(tx)
    bundle, cup = await make_variant(tx), await make_variant(tx)
    await catalog.set_components(tx, bundle, {cup: 1})
    picture, foreign = await make_picture(tx, product.id), await make_picture(tx, other.id)
    for component, shown, expected in (
        (new_id(), None, [Why.COMPONENT_UNKNOWN]),
        (bundle, picture.id, [Why.COMPONENT_UNKNOWN]),
        (cup, foreign.id, [Why.PICTURE_UNKNOWN]),
        (cup, picture.id, []),
    ):
        choice = Choice("a", "A", component=component, picture=shown)
        wanted = Definition((PickOne(id="s", title="S", choices=(choice,)),))
        found: list[Why] = []
        try:
            await service.define(tx, product.id, wanted)
        except DefinitionRefused as refused:
            found = [each.why for each in refused.troubles]
        assert found == expected


async def test_the_same_is_saved_once(tx: TenantTx, bench: Bench) -> None:
    first = await make_design(tx, bench.product.id, Selection(("wheels", "oak")))
    again = await make_design(tx, bench.product.id, Selection(("oak", "wheels", "wheels")))
    other = await make_design(tx, bench.product.id, OAK)
    assert (first.code == again.code, first.code == other.code) == (True, False)
    assert await count(tx, Design) == 2


async def test_a_renamed_choice_makes_another_design(tx: TenantTx, bench: Bench) -> None:
    before = await make_design(tx, bench.product.id, OAK)
    await define_table(tx, bench.product.id, oak_minor=1)
    after = await make_design(tx, bench.product.id, OAK)
    assert before.code != after.code
    assert before.words == [{"step": "Wood", "said": "Oak", "price_minor": 5_000}]


async def test_a_design_cannot_be_changed_by_the_shops_role(tx: TenantTx, bench: Bench) -> None:
    design = await make_design(tx, bench.product.id)
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with tx.attempt():
            await tx.execute(
                text("UPDATE design SET digest = 'x' WHERE code = :code"), {"code": design.code}
            )


@pytest.mark.parametrize(
    ("selection", "why"),
    [
        (Selection(), Why.UNANSWERED),
        (Selection(("pine", "drawer")), Why.EXCLUDED),
        (Selection(("oak", "lamp")), Why.NEEDS),
        (Selection(("oak", "no-such")), Why.UNKNOWN),
        (Selection(("oak",), {"words": "a\0b"}), Why.BAD_CHARACTER),
    ],
)
async def test_the_impossible_is_not_saved(
    tx: TenantTx, bench: Bench, selection: Selection, why: Why
) -> None:
    with pytest.raises(DesignImpossible) as refused:
        await service.save(tx, bench.product.id, selection)
    assert [each.why for each in refused.value.troubles] == [why]
    assert await count(tx, Design) == 0


async def test_a_link_opens_what_was_saved_at_todays_definition(tx: TenantTx, bench: Bench) -> None:
    design = await make_design(tx, bench.product.id, LIT)
    opened = await service.open_design(tx, f" {design.code.lower()} ")
    assert (opened.code, opened.product_id) == (design.code, bench.product.id)
    assert (opened.selection, opened.priced.outcome.price_minor) == (LIT.tidy(), 6_600)
    assert opened.priced.troubles == ()
    steps = table().steps[1:]
    await service.define(tx, bench.product.id, Definition(steps, table().rules[1:]))
    assert [each.why for each in (await service.open_design(tx, design.code)).priced.troubles] == [
        Why.UNKNOWN
    ]
    for code in ("0" * 16, "", "\0", "’"):
        with pytest.raises(DesignMissing):
            await service.open_design(tx, code)


async def test_what_ran_out_is_shut(tx: TenantTx, bench: Bench) -> None:
    few = await make_variant(tx, stock=1)
    await define_table(tx, bench.product.id, brass=few)
    found = await service.price(tx, bench.product.id, LIT)
    assert [each.why for each in found.troubles] == [Why.SOLD_OUT]
    assert set(found.barred) == {"lamp"}


async def test_a_stored_definition_reads_back_the_same(tx: TenantTx, bench: Bench) -> None:
    stored = await service.configurator_of(tx, bench.product.id)
    assert msgspec.convert(stored.definition, Definition) == table(brass=bench.brass)
