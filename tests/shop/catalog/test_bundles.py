"""Goods sold together."""

from collections.abc import Mapping
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kram.kit.db.tx import TenantTx
from kram.kit.errors import InvalidInput
from kram.kit.ids import new_id
from kram.kit.money import Money
from kram.shop.cart.store import Cart, CartLine
from kram.shop.cart.view import view
from kram.shop.catalog import bundles, service
from kram.shop.catalog.errors import BundleNested, VariantMissing
from kram.shop.catalog.models import VariantKind
from kram.shop.catalog.queries import Component, Offer, offers
from kram.shop.inventory.errors import OutOfStock
from kram.shop.inventory.service import available
from kram.shop.orders import service as orders
from tests.factories.catalog import make_product, make_variant
from tests.factories.customers import make_customer
from tests.factories.inventory import stock_of
from tests.factories.orders import SHOPPER, make_order, order_draft

pytestmark = pytest.mark.anyio


async def make_bundle(tx: TenantTx, parts: Mapping[UUID, int]) -> UUID:
    bundle = await make_variant(tx, price_minor=1_000)
    await service.set_components(tx, bundle, parts)
    return bundle


async def test_one_unit_left_and_two_needed_is_refused(tx: TenantTx) -> None:
    """Property 4: a bundle and its component in one cart are summed."""
    cup = await make_variant(tx, stock=1)
    saucer = await make_variant(tx, stock=9)
    bundle = await make_bundle(tx, {cup: 1, saucer: 1})
    buyer = await make_customer(tx)
    with pytest.raises(OutOfStock) as refused:
        await orders.place(tx, order_draft(buyer.id, {bundle: 1, cup: 1}), SHOPPER)
    assert [(each.variant_id, each.wanted, each.left) for each in refused.value.shortages] == [
        (cup, 2, 1)
    ]
    assert await available(tx, [cup, saucer]) == {cup: 1, saucer: 9}


async def test_a_bundle_reserves_its_components(tx: TenantTx) -> None:
    cup, saucer = await make_variant(tx, stock=5), await make_variant(tx, stock=9)
    bundle = await make_bundle(tx, {cup: 1, saucer: 2})
    order = await make_order(tx, lines={bundle: 2, cup: 1})
    assert await stock_of(tx, cup) == (5, 3)
    assert await stock_of(tx, saucer) == (9, 4)
    units = {line.variant_id: line.shelf_units(line.quantity) for line in order.lines}
    assert units == {bundle: {cup: 2, saucer: 4}, cup: {cup: 1}}
    await orders.cancel(tx, order.id, SHOPPER, "changed my mind")
    assert await available(tx, [cup, saucer]) == {cup: 5, saucer: 9}


async def test_a_sent_bundle_takes_its_components_along(tx: TenantTx) -> None:
    cup, saucer = await make_variant(tx, stock=5), await make_variant(tx, stock=9)
    bundle = await make_bundle(tx, {cup: 1, saucer: 2})
    order = await make_order(tx, lines={bundle: 2})
    await orders.accept(tx, order.id, SHOPPER)
    await service.set_components(tx, bundle, {cup: 5})  # what was bought stays what it was
    await orders.ship(tx, order.id, SHOPPER)
    assert await stock_of(tx, cup) == (3, 0)
    assert await stock_of(tx, saucer) == (5, 0)


async def test_a_cart_shares_units_between_a_bundle_and_its_component(tx: TenantTx) -> None:
    cup = await make_variant(tx, stock=3)
    bundle = await make_bundle(tx, {cup: 2})
    price = Money(1, "UAH")
    lines = (CartLine(bundle, 1, "", price), CartLine(cup, 2, "", price))
    shown = await view(tx, Cart(lines), "UAH")
    assert [(line.left, line.quantity) for line in shown.lines] == [(1, 1), (1, 1)]


async def test_bundles_do_not_nest(tx: TenantTx) -> None:
    cup = await make_variant(tx)
    bundle = await make_bundle(tx, {cup: 1})
    other = await make_variant(tx)
    with pytest.raises(BundleNested):
        await service.set_components(tx, other, {bundle: 1})
    with pytest.raises(BundleNested):
        await service.set_components(tx, cup, {other: 1})
    await service.set_components(tx, bundle, {})
    await service.set_components(tx, cup, {other: 1})
    found = await offers(tx, [bundle, cup])
    assert found[bundle].kind is VariantKind.GOODS
    assert found[cup].components == (Component(other, 1),)


async def test_wrong_components_are_refused(tx: TenantTx) -> None:
    bundle, cup = await make_variant(tx), await make_variant(tx)
    for parts in ({bundle: 1}, {cup: 0}, {cup: 1000}, {new_id(): 1 for _ in range(21)}):
        with pytest.raises(InvalidInput):
            await service.set_components(tx, bundle, parts)
    with pytest.raises(VariantMissing):
        await service.set_components(tx, bundle, {new_id(): 1})


async def test_a_bundle_with_an_archived_component_is_not_sold(tx: TenantTx) -> None:
    product = await make_product(tx, stock=5)
    cup = product.variants[0].id
    bundle = await make_bundle(tx, {cup: 1})
    assert bundle in await offers(tx, [bundle])
    product.variants[0].archived_at = tx.now
    await tx.flush()
    assert await offers(tx, [bundle]) == {}


PARTS = st.dictionaries(st.integers(0, 4), st.integers(1, 5), min_size=1, max_size=4)


@given(PARTS, st.dictionaries(st.integers(0, 4), st.integers(0, 40)), st.integers(1, 9))
def test_as_many_bundles_as_the_scarcest_component_allows(
    parts: dict[int, int], free: dict[int, int], more: int
) -> None:
    ids = [UUID(int=number) for number in range(6)]
    offer = Offer(
        ids[5], ids[5], "", "", "", "", Money(1, "UAH"), None, None, VariantKind.BUNDLE,
        tuple(Component(ids[part], each) for part, each in parts.items()),
    )  # fmt: skip
    shelves = {ids[part]: units for part, units in free.items()}
    count = bundles.left(offer, shelves)
    for wanted in (count, count + more):
        needed = bundles.units({ids[5]: wanted}, {ids[5]: offer})
        fits = all(shelves.get(part, 0) >= each for part, each in needed.items())
        assert fits == (wanted <= count)
