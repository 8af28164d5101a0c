"""Other units in an order that nobody has packed, and what it costs then."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from kram.kit.db.tx import TenantTx
from kram.kit.money import LARGEST_PAYABLE
from kram.shop.cart.errors import OrderTooLarge
from kram.shop.catalog.queries import Offer
from kram.shop.configurator.lines import LineKey
from kram.shop.inventory import service as inventory
from kram.shop.inventory.rules import sum_by_variant
from kram.shop.loyalty import service as loyalty
from kram.shop.orders.drafts import MOST_LINES
from kram.shop.orders.errors import CardForCard, GoodsGiven, LineInvalid, OrderEmpty
from kram.shop.orders.goods import sold_whole
from kram.shop.orders.models import Order, OrderLine
from kram.shop.orders.pricing import Goods, Pricing, Quote, agreed_quote, pricing_of
from kram.shop.orders.pricing.changed import changed, moved
from kram.shop.orders.pricing.quote import TaxPart
from kram.shop.orders.rules import share
from kram.shop.orders.service.free_credit import free_credit
from kram.shop.orders.service.place import new_line
from kram.tenants.actor import Actor

_SHARED = ("discount_minor", "tax_minor", "tax_added_minor", "points_minor")
"""Sums of a line of which its first units keep their part."""


async def change_goods(
    tx: TenantTx,
    order: Order,
    lines: list[OrderLine],
    quantities: Mapping[UUID, int],
    extra: Mapping[LineKey, int],
    actor: Actor,
) -> None:
    """The order has these units of its lines and the `extra` ones besides, and its sums follow.

    The caller holds the order's lock. Raises: LineInvalid, GoodsGiven, OrderEmpty, GoodsGone,
    DesignImpossible, OutOfStock, OrderTooLarge, CardForCard.
    """
    points = sum(line.points_minor for line in lines)
    discount = sum(line.discount_minor for line in lines)
    kept = [await _kept(tx, line, quantities.get(line.id, line.quantity)) for line in lines]
    first = max((line.position for line in lines), default=-1) + 1
    lines = [line for line in kept if line is not None]
    points -= sum(line.points_minor for line in lines)
    new_lines, taxes = await _sold_besides(tx, order, first, extra)
    lines += new_lines
    if not lines:
        raise OrderEmpty
    if len(lines) > MOST_LINES:
        raise LineInvalid
    frozen = pricing_of(order)
    _add_up(order, frozen, lines)
    order.pricing = msgspec.to_builtins(changed(frozen, lines, taxes, points))
    free_credit(tx, order, discount - sum(line.discount_minor for line in lines))
    await tx.flush()
    if points:
        await loyalty.give_back(tx, order.id, actor, points)
    await _reserve_anew(tx, order, lines)


async def _kept(tx: TenantTx, line: OrderLine, quantity: int) -> OrderLine | None:
    """The line with its first so many units; more of them are sold besides."""
    if quantity < line.given_quantity:
        raise GoodsGiven
    if quantity == 0:
        await tx.delete(line)
        return None
    if quantity < line.quantity:
        for name in _SHARED:
            setattr(line, name, share(getattr(line, name), line.quantity, 0, quantity))
        line.quantity, line.total_minor = quantity, line.unit_price_minor * quantity
    return line


async def _sold_besides(
    tx: TenantTx, order: Order, first: int, extra: Mapping[LineKey, int]
) -> tuple[list[OrderLine], list[TaxPart]]:
    """New lines, the first of them at that position, and their taxes by rate."""
    if not extra:
        return [], []
    sold = await sold_whole(tx, extra, order.customer_id, order.language)
    quoted = await _priced(tx, order, sold, extra)
    made = [
        new_line(order.id, first + index, each, sold[key])
        for index, (key, each) in enumerate(zip(extra, quoted.lines, strict=True))
    ]
    tx.add_all(made)
    return made, moved(quoted.taxes, first)


async def _priced(
    tx: TenantTx, order: Order, sold: Mapping[LineKey, Offer], extra: Mapping[LineKey, int]
) -> Quote:
    goods = [Goods.of(sold[key], units) for key, units in extra.items()]
    return await agreed_quote(
        tx,
        goods,
        currency=order.currency,
        delivery_minor=0,
        frozen=pricing_of(order),
    )


def _add_up(order: Order, frozen: Pricing, lines: Sequence[OrderLine]) -> None:
    order.subtotal_minor = sum(line.total_minor for line in lines)
    order.discount_minor = (
        sum(line.discount_minor for line in lines) + frozen.delivery_discount_minor
    )
    order.tax_minor = sum(line.tax_minor for line in lines) + frozen.delivery_tax_minor
    order.tax_added_minor = (
        sum(line.tax_added_minor for line in lines) + frozen.delivery_tax_added_minor
    )
    order.total_minor = (
        order.subtotal_minor - order.discount_minor + order.delivery_minor + order.tax_added_minor
    )
    if order.total_minor > LARGEST_PAYABLE:
        raise OrderTooLarge
    # What a card paid beyond that goes back with `order.balance_due.v1`.
    order.gift_card_minor = min(order.gift_card_minor, order.total_minor)
    cards = sum(line.to_pay_minor for line in lines if line.is_gift_card)
    if cards and order.gift_card_minor > order.total_minor - cards:
        raise CardForCard


async def _reserve_anew(tx: TenantTx, order: Order, lines: Sequence[OrderLine]) -> None:
    """Nobody comes between: the shelves' rows stay ours from the release to the commit.

    Of what was given already nothing is promised once more.
    """
    await inventory.release(tx, order.id)
    units = sum_by_variant(
        part
        for line in lines
        if line.quantity > line.given_quantity
        for part in line.shelf_units(line.quantity - line.given_quantity).items()
    )
    if units:
        await inventory.reserve_more(tx, order.id, units, expires_at=None)
