"""Lines with a design, as offers."""

import pytest

from kram.kit.db.database import Database
from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.kit.money import Money
from kram.shop.catalog import bundles
from kram.shop.configurator import service
from kram.shop.configurator.lines import LineKey, sold
from kram.shop.configurator.problems import Why
from kram.shop.configurator.selection import Selection
from tests.factories.catalog import make_product, make_variant
from tests.factories.configurator import LIT, OAK, designed, make_table, product_of
from tests.statements import statements

pytestmark = pytest.mark.anyio


async def test_what_was_chosen_is_inside_the_offer(tx: TenantTx) -> None:
    brass = await make_variant(tx, stock=9)
    key = await designed(tx, await make_table(tx, price_minor=10_000, brass=brass), LIT)
    offer = (await sold(tx, {key: 3})).offers[key]
    assert (offer.price, offer.regular) == (Money(16_600, "UAH"), Money(16_600, "UAH"))
    assert offer.variant_title == "Wood: Oak; Extras: Wheels, Lamp"
    assert bundles.shelf(offer) == {key.variant_id: 1, brass: 2}
    assert bundles.units({key: 3}, {key: offer}) == {key.variant_id: 3, brass: 6}
    assert bundles.left(offer, {key.variant_id: 9, brass: 5}) == 2


async def test_a_choice_may_cost_nothing_but_not_less(tx: TenantTx) -> None:
    free = await designed(tx, await make_table(tx, price_minor=1_000), Selection(("pine",)))
    less = await designed(tx, await make_table(tx, price_minor=999), Selection(("pine",)))
    found = await sold(tx, {free: 1, less: 1})
    assert found.offers[free].price == Money.zero("UAH")
    assert [each.why for each in found.impossible[less].troubles] == [Why.TOO_CHEAP]


async def test_what_cannot_be_made_is_told(tx: TenantTx) -> None:
    lamps = await make_product(tx, stock=9)
    brass = lamps.variants[0]
    own, other = await make_table(tx, brass=brass.id), await make_table(tx)
    plain = LineKey(await make_variant(tx))
    foreign, lit = (await designed(tx, other)).design, await designed(tx, own, LIT)
    brass.archived_at = tx.now
    await tx.flush()
    expected = {
        own: Why.UNANSWERED,
        LineKey(own.variant_id, foreign): Why.UNKNOWN,
        LineKey(own.variant_id, "0" * 16): Why.UNKNOWN,
        lit: Why.SOLD_OUT,
        LineKey(plain.variant_id, foreign): Why.UNKNOWN,
    }
    found = await sold(tx, dict.fromkeys([*expected, LineKey(new_id()), plain], 1))
    assert {key: wrong.troubles[0].why for key, wrong in found.impossible.items()} == expected
    assert list(found.offers) == [plain]


async def test_without_a_definition_designs_are_no_more(tx: TenantTx) -> None:
    plain = await make_table(tx)
    key = await designed(tx, plain)
    await service.undefine(tx, await product_of(tx, plain))
    found = await sold(tx, {key: 1, plain: 1})
    assert (set(found.impossible), set(found.offers)) == ({key}, {plain})


async def test_many_lines_cost_no_more_statements_than_one(db: Database, tx: TenantTx) -> None:
    keys = []
    for _ in range(4):
        line = await make_table(tx, brass=await make_variant(tx, stock=9))
        keys += [await designed(tx, line, OAK), await designed(tx, line, LIT)]
    plain = LineKey(await make_variant(tx))
    for wanted, expected in (([plain], 1), (keys[1:2], 3), ([*keys, plain], 3)):
        with statements(db) as seen:
            found = await sold(tx, dict.fromkeys(wanted, 1))
        assert (len(found.offers), len(seen)) == (len(wanted), expected)
