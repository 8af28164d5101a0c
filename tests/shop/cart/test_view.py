"""What has changed since the cart was filled."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from kram.kit.clock import utc_now
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.kit.money import Money
from kram.shop.cart.store import Cart, CartLine, CartStore
from kram.shop.cart.view import Change, compare, view
from kram.shop.catalog import service as catalog
from kram.shop.catalog.queries import Offer, offers
from kram.shop.configurator.lines import LineKey, Sold
from kram.shop.inventory import service as inventory
from tests.factories.catalog import (
    make_picture,
    make_product,
    make_variant,
    product_draft,
    variant_draft,
)
from tests.statements import statements

pytestmark = pytest.mark.anyio


async def cart_of(tx: TenantTx, *wanted: tuple[object, int]) -> Cart:
    """A cart filled at the prices of this moment."""
    quantities = dict(wanted)
    sold = await offers(tx, quantities)  # type: ignore[arg-type]
    return Cart(
        tuple(
            CartLine(each.variant_id, quantities[each.variant_id], each.title, each.price)
            for each in sorted(sold.values(), key=lambda offer: offer.variant_id)
        )
    )


async def test_an_unchanged_cart(tx: TenantTx) -> None:
    product = await make_product(tx, title="Cup", price_minor=300, stock=5)
    variant = product.variants[0].id
    picture = await make_picture(tx, product.id)
    shown = await view(tx, await cart_of(tx, (variant, 2)), "UAH")
    [line] = shown.lines
    assert (line.title, line.slug, line.picture) == ("Cup", "cup", picture.key)
    assert (line.wanted, line.quantity, line.left) == (2, 2, 5)
    assert (line.price, line.total) == (Money(300, "UAH"), Money(600, "UAH"))
    assert (shown.units, shown.subtotal, shown.unchanged) == (2, Money(600, "UAH"), True)
    assert shown.settled == Cart()


async def test_every_change_is_told(tx: TenantTx) -> None:
    products = [await make_product(tx, price_minor=100, stock=5) for _ in range(5)]
    dearer, cheaper, fewer, none, gone = products
    wanted = [(product.variants[0].id, 3) for product in products]
    cart = await cart_of(tx, *wanted)
    for product, price in ((dearer, 150), (cheaper, 70)):
        variant = product.variants[0]
        draft = variant_draft(sku=variant.sku, price_minor=price, variant_id=variant.id)
        await catalog.update_product(tx, product.id, product_draft(draft))
    await inventory.reserve(tx, new_id(), {fewer.variants[0].id: 4, none.variants[0].id: 5}, None)
    await catalog.archive_product(tx, gone.id)
    shown = await view(tx, cart, "UAH")
    assert [(line.changes, line.quantity, line.left) for line in shown.lines] == [
        ((Change.DEARER,), 3, 5),
        ((Change.CHEAPER,), 3, 5),
        ((Change.FEWER_LEFT,), 1, 1),
        ((Change.SOLD_OUT,), 0, 0),
        ((Change.GONE,), 0, 0),
    ]
    assert [(line.seen_price.minor, line.price.minor) for line in shown.lines] == [
        (100, 150),
        (100, 70),
        (100, 100),
        (100, 100),
        (100, 100),
    ]
    assert (shown.units, shown.subtotal) == (7, Money(3 * 150 + 3 * 70 + 100, "UAH"))
    assert not shown.unchanged


async def test_a_settled_cart_is_unchanged(tx: TenantTx, valkey: Redis) -> None:
    store, customer = CartStore(valkey), new_id()
    plenty, scarce, none = [await make_variant(tx, stock=units) for units in (9, 1, 0)]
    sold = await offers(tx, [plenty, scarce, none])
    await store.put_lines(tx.tenant.id, customer, [(offer, 3) for offer in sold.values()])
    before = await view(tx, await store.get(tx.tenant.id, customer), "UAH")
    await store.settle(tx.tenant.id, customer, before.settled, utc_now())
    after = await view(tx, await store.get(tx.tenant.id, customer), "UAH")
    assert {line.variant_id: line.quantity for line in after.lines} == {plenty: 3, scarce: 1}
    assert after.unchanged
    assert after.subtotal == before.subtotal


async def test_an_empty_cart_costs_nothing(tx: TenantTx) -> None:
    shown = await view(tx, Cart(), "KWD")
    assert (shown.lines, shown.units, shown.subtotal) == ((), 0, Money(0, "KWD"))


async def test_two_statements_for_any_number_of_lines(db: Database, tenant: Tenant) -> None:
    counts = []
    for total in (1, 100):
        async with db.tenant(tenant) as tx:
            cart = await cart_of(tx, *[(await make_variant(tx, stock=1), 1) for _ in range(total)])
        async with db.tenant_read(tenant) as reading:
            with statements(db) as sent:
                shown = await view(reading, Cart(cart.lines[:50], cart.lines[50:]), "UAH")
            assert len(shown.lines) + len(shown.aside) == total
            counts.append(len(sent))
    assert counts == [2, 2]


async def test_another_shops_goods_are_gone(
    db: Database, tenant: Tenant, other_tenant: Tenant
) -> None:
    async with db.tenant(other_tenant) as tx:
        cart = await cart_of(tx, (await make_variant(tx, stock=5), 1))
    async with db.tenant_read(tenant) as reading:
        shown = await view(reading, cart, "UAH")
    assert [line.changes for line in shown.lines] == [(Change.GONE,)]
    assert shown.subtotal == Money(0, "UAH")


@given(
    st.lists(
        st.tuples(
            st.integers(1, 999),
            st.integers(0, 10**13),
            st.integers(0, 10**13),
            st.integers(0, 2000),
            st.booleans(),
        ),
        max_size=100,
    )
)
def test_the_view_is_what_can_be_bought(lines: list[tuple[int, int, int, int, bool]]) -> None:
    cart, sold, left = [], {}, {}
    for quantity, seen, price, free, is_sold in lines:
        variant = new_id()
        cart.append(CartLine(variant, quantity, "Cup", Money(seen, "UAH")))
        left[variant] = free
        if is_sold:
            offer = Offer(variant, new_id(), "cup", "Cup", "", "C", Money(price, "UAH"), None)
            sold[LineKey(variant)] = offer
    found = Sold(sold)
    shown = compare(Cart(tuple(cart)), found, left, "UAH")
    exact = sum(min(q, free) * price for q, _, price, free, is_sold in lines if is_sold)
    assert shown.subtotal == Money(exact, "UAH")
    assert all(line.quantity <= min(line.wanted, line.left) for line in shown.lines)
    settled = {line.variant_id: line for line in cart} | {
        line.variant_id: line for line in shown.settled.lines
    }
    again = Cart(tuple(line for line in settled.values() if line.quantity))
    assert compare(again, found, left, "UAH").unchanged
    assert compare(again, found, left, "UAH").subtotal == shown.subtotal


async def test_goods_aside_cost_nothing_take_no_stock_and_tell_what_changed(tx: TenantTx) -> None:
    variant = await make_variant(tx, stock=2, price_minor=100)
    [line] = (await cart_of(tx, (variant, 2))).lines
    dear = msgspec.structs.replace(line, price=Money(150, "UAH"))
    shown = await view(tx, Cart((line,), (dear,)), "UAH")
    assert (shown.units, shown.subtotal) == (2, Money(200, "UAH"))
    [aside] = shown.aside
    assert (aside.left, aside.quantity, aside.changes) == (2, 2, (Change.CHEAPER,))
    assert shown.settled == Cart((), (line,))


async def test_goods_aside_wait_there_while_they_are_sold_out(tx: TenantTx) -> None:
    variant = await make_variant(tx, stock=0)
    [line] = (await cart_of(tx, (variant, 3))).lines
    shown = await view(tx, Cart((), (line,)), "UAH")
    assert [each.changes for each in shown.aside] == [(Change.SOLD_OUT,)]
    assert shown.settled == Cart((), (line,))
