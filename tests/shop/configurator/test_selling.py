"""A design on its way from the cart to the order."""

import msgspec
import pytest

from kram.kit.db.database import Database
from kram.kit.db.tx import TenantTx
from kram.kit.money import Money
from kram.shop.cart.store import Cart, CartLine
from kram.shop.cart.view import CartView, Change, view
from kram.shop.configurator import service
from kram.shop.configurator.errors import DesignChanged, DesignImpossible
from kram.shop.configurator.lines import LineKey, seal_of, sold
from kram.shop.configurator.problems import Why
from kram.shop.inventory.errors import OutOfStock
from kram.shop.inventory.service import available
from kram.shop.orders import service as orders
from kram.shop.orders.drafts import OrderDraft
from kram.shop.orders.service import OrderEdit
from tests.factories.catalog import make_variant
from tests.factories.configurator import (
    LIT,
    OAK,
    define_table,
    designed,
    make_table,
    product_of,
    table,
)
from tests.factories.customers import make_customer
from tests.factories.inventory import stock_of
from tests.factories.orders import SHOPPER, make_order, order_draft
from tests.statements import statements

pytestmark = pytest.mark.anyio


async def cart_of(tx: TenantTx, *keys: LineKey, quantity: int = 1) -> Cart:
    """As the store writes it when they are put in now."""
    found = (await sold(tx, dict.fromkeys(keys, quantity))).offers
    return Cart(
        tuple(
            CartLine(
                key.variant_id,
                quantity,
                found[key].title,
                found[key].price,
                key.design,
                seal_of(found[key]),
            )
            for key in keys
        )
    )


def settled(cart: Cart, shown: CartView) -> Cart:
    after = {line.key: line for line in cart.lines} | {
        line.key: line for line in shown.settled.lines
    }
    return Cart(tuple(line for line in after.values() if line.quantity))


async def checkout(tx: TenantTx, cart: Cart) -> OrderDraft:
    """What a door places: seals and all."""
    buyer = await make_customer(tx)
    draft = order_draft(buyer.id, {line.key: line.quantity for line in cart.lines})
    sealed = tuple(
        msgspec.structs.replace(line, seal=seen.seal)
        for line, seen in zip(draft.lines, cart.lines, strict=True)
    )
    return msgspec.structs.replace(draft, lines=sealed)


async def test_an_order_keeps_words_price_and_parts(tx: TenantTx) -> None:
    brass = await make_variant(tx, stock=9)
    plain = await make_table(tx, stock=9, price_minor=10_000, brass=brass)
    lit, oak = await designed(tx, plain, LIT), await designed(tx, plain, OAK)
    order = await make_order(tx, lines={lit: 2, oak: 1})
    first, second = order.lines
    assert (first.unit_price_minor, second.unit_price_minor) == (16_600, 15_000)
    assert first.variant_title == "Wood: Oak; Extras: Wheels, Lamp"
    assert first.chosen
    assert [word.said for word in first.chosen.words] == ["Oak", "Wheels, Lamp"]
    assert (first.key, second.key) == (lit, oak)
    assert first.shelf_units(2) == {plain.variant_id: 2, brass: 4}
    assert await stock_of(tx, plain.variant_id) == (9, 3)
    assert await stock_of(tx, brass) == (9, 4)
    await service.undefine(tx, await product_of(tx, plain))
    await orders.cancel(tx, order.id, SHOPPER, "changed my mind")
    assert await available(tx, [plain.variant_id, brass]) == {plain.variant_id: 9, brass: 9}


async def test_parts_and_the_same_goods_bought_alone_are_summed(tx: TenantTx) -> None:
    brass = await make_variant(tx, stock=3)
    lit = await designed(tx, await make_table(tx, stock=9, brass=brass), LIT)
    cart = await cart_of(tx, lit, LineKey(brass), quantity=1)
    assert [line.quantity for line in (await view(tx, cart, "UAH")).lines] == [1, 1]
    cart = await cart_of(tx, lit, LineKey(brass), quantity=2)
    assert [line.quantity for line in (await view(tx, cart, "UAH")).lines] == [1, 1]
    with pytest.raises(OutOfStock) as refused:
        await orders.place(tx, await checkout(tx, cart), SHOPPER)
    assert [(each.variant_id, each.wanted, each.left) for each in refused.value.shortages] == [
        (brass, 6, 3)
    ]


async def test_what_cannot_be_made_cannot_be_placed(tx: TenantTx) -> None:
    """Whatever a store held or somebody wrote into it."""
    plain = await make_table(tx, stock=9)
    foreign = await designed(tx, await make_table(tx, stock=9))
    buyer = await make_customer(tx)
    for key in (plain, LineKey(plain.variant_id, foreign.design), LineKey(plain.variant_id, "X")):
        with pytest.raises(DesignImpossible) as refused:
            await orders.place(tx, order_draft(buyer.id, {key: 1}), SHOPPER)
        assert refused.value.extra["lines"] == (key,)
    assert await available(tx, [plain.variant_id]) == {plain.variant_id: 9}


async def test_another_definition_between_cart_and_order_is_refused(tx: TenantTx) -> None:
    """The price stays, so that the total alone would not tell."""
    key = await designed(tx, await make_table(tx, stock=9))
    cart = await cart_of(tx, key)
    renamed = table().steps[0]
    wood = msgspec.structs.replace(
        renamed, choices=(msgspec.structs.replace(renamed.choices[0], title="Ash"),)
    )  # type: ignore[arg-type, union-attr]
    await service.define(
        tx, await product_of(tx, key), msgspec.structs.replace(table(), steps=(wood,), rules=())
    )
    with pytest.raises(DesignChanged):
        await orders.place(tx, await checkout(tx, cart), SHOPPER)
    shown = await view(tx, cart, "UAH")
    assert [line.changes for line in shown.lines] == [(Change.OTHERWISE,)]
    order = await orders.place(tx, await checkout(tx, settled(cart, shown)), SHOPPER)
    assert order.lines[0].variant_title == "Wood: Ash"


async def test_without_seals_the_shopper_would_get_something_else(tx: TenantTx) -> None:
    """The negative control of the one before."""
    key = await designed(tx, await make_table(tx, stock=9))
    draft = await checkout(tx, await cart_of(tx, key))
    unsealed = tuple(msgspec.structs.replace(line, seal=None) for line in draft.lines)
    await define_table(tx, await product_of(tx, key), oak_minor=0)
    order = await orders.place(tx, msgspec.structs.replace(draft, lines=unsealed), SHOPPER)
    assert order.lines[0].unit_price_minor == 12_500


async def test_a_cart_tells_what_became_of_a_design(tx: TenantTx) -> None:
    plain = await make_table(tx, stock=9)
    key, product_id = await designed(tx, plain), await product_of(tx, plain)
    cart = await cart_of(tx, key)
    assert (await view(tx, cart, "UAH")).unchanged
    await define_table(tx, product_id, oak_minor=6_000)
    shown = await view(tx, cart, "UAH")
    assert shown.lines[0].changes == (Change.OTHERWISE, Change.DEARER)
    assert (await view(tx, settled(cart, shown), "UAH")).unchanged
    await service.define(
        tx, product_id, msgspec.structs.replace(table(), steps=table().steps[1:], rules=())
    )
    [line] = (await view(tx, cart, "UAH")).lines
    assert (line.changes, line.quantity, line.slug) == ((Change.IMPOSSIBLE,), 0, "table")
    assert [each.why for each in line.troubles] == [Why.UNKNOWN]
    assert line.total == Money.zero("UAH")


async def test_more_units_in_an_edit_are_of_the_same_design(tx: TenantTx) -> None:
    brass = await make_variant(tx, stock=9)
    lit = await designed(tx, await make_table(tx, stock=9, brass=brass), LIT)
    order = await make_order(tx, lines={lit: 1})
    wanted = OrderEdit(version=1, quantities={order.lines[0].id: 3})
    edited = await orders.edit(tx, order.id, wanted, SHOPPER)
    assert edited.subtotal_minor == 3 * 19_100
    assert await stock_of(tx, brass) == (9, 6)


async def test_many_designs_in_a_cart_cost_no_more_statements(db: Database, tx: TenantTx) -> None:
    keys = []
    for _ in range(3):
        plain = await make_table(tx, stock=9, brass=await make_variant(tx, stock=9))
        keys += [await designed(tx, plain, LIT), await designed(tx, plain, OAK)]
    counts = []
    for wanted in (keys[:1], keys):
        cart = await cart_of(tx, *wanted)
        with statements(db) as seen:
            assert (await view(tx, cart, "UAH")).unchanged
        counts.append(len(seen))
    assert counts == [4, 4]


async def test_placing_many_designs_costs_no_more_statements(db: Database, tx: TenantTx) -> None:
    keys = [
        await designed(
            tx, await make_table(tx, stock=9, brass=await make_variant(tx, stock=9)), LIT
        )
        for _ in range(4)
    ]
    counts = set()
    for wanted in (keys[:1], keys):
        draft = await checkout(tx, await cart_of(tx, *wanted))
        with statements(db) as seen:
            await orders.place(tx, draft, SHOPPER)
        counts.add(len(seen))
    assert len(counts) == 1
