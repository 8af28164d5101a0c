"""The staff changes an order that nobody has packed yet.

Units that stay keep their price, discount and tax; units that come are sold at today's price.
Promotions are not judged anew: they were promised for what was bought.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from kram.kit.db.tx import TenantTx
from kram.kit.errors import FieldError, InvalidInput
from kram.kit.messages import gettext_noop
from kram.kit.money import LARGEST_PAYABLE
from kram.kit.text import line as as_line
from kram.kit.text import lines as as_lines
from kram.shop.cart.errors import OrderTooLarge
from kram.shop.catalog.queries import Offer, offers
from kram.shop.inventory import service as inventory
from kram.shop.inventory.rules import sum_by_variant
from kram.shop.orders import queries
from kram.shop.orders.drafts import MOST_LINES, MOST_UNITS
from kram.shop.orders.errors import GoodsGone, LineInvalid, LineMissing, OrderChanged, OrderEmpty
from kram.shop.orders.events import OrderEdited
from kram.shop.orders.models import Order, OrderLine, PaymentState, StepKind
from kram.shop.orders.pricing import Goods, Pricing, Quote, agreed_quote
from kram.shop.orders.rules import Action, after, share
from kram.shop.orders.service import benefits
from kram.shop.orders.service.place import new_line
from kram.shop.orders.service.rest import ask_balance
from kram.shop.orders.service.step import facts, lock, standing, write_down
from kram.tenants.actor import Actor

EDITED = "edited"
"""The reason of the refund that may follow."""
_LONGEST = {"recipient": 200, "phone": 32, "address": 500, "comment": 1000}


class OrderEdit(msgspec.Struct, frozen=True, kw_only=True):
    """`version` is the order's that the person saw. `quantities` are the new ones by line, 0 takes
    it away; `added` units by variant. None: that text stays."""

    version: int
    quantities: Mapping[UUID, int] = {}
    added: Mapping[UUID, int] = {}
    recipient: str | None = None
    phone: str | None = None
    address: str | None = None
    comment: str | None = None
    reason: str = ""


async def edit(tx: TenantTx, order_id: UUID, wanted: OrderEdit, actor: Actor) -> Order:
    """All of it or nothing. More to pay: the order waits for the difference; less: it goes back.

    When it raises, leave the transaction. Raises: OrderMissing, OrderChanged, StepImpossible,
    LineMissing, LineInvalid, OrderEmpty, GoodsGone, OutOfStock, OrderTooLarge, InvalidInput.
    """
    order = await lock(tx, order_id)
    if order.version != wanted.version:
        raise OrderChanged(version=order.version)
    after(standing(order), Action.EDIT)
    lines = list(await queries.lines_of(tx, order_id))
    before, was = _photo(order, lines), order.to_pay_minor
    _write_texts(order, wanted)
    extra = _check(lines, wanted)
    if wanted.quantities or wanted.added:
        await _change_goods(tx, order, lines, wanted.quantities, extra, actor)
    order.version += 1
    order.updated_at = tx.now
    difference = order.to_pay_minor - was
    detail = {"before": before, "after": _photo(order, await queries.lines_of(tx, order_id))}
    write_down(
        tx, order, StepKind.EDITED, actor, as_line(wanted.reason), difference or None, detail
    )
    _settle(tx, order, difference, actor)
    tx.publish(OrderEdited(**facts(order), difference_minor=difference))
    return order


def _check(lines: Sequence[OrderLine], wanted: OrderEdit) -> dict[UUID, int]:
    """Units to sell besides, by variant."""
    known = {line.id: line for line in lines}
    for line_id, quantity in wanted.quantities.items():
        if line_id not in known:
            raise LineMissing
        if not 0 <= quantity <= MOST_UNITS:
            raise LineInvalid
    if not all(0 < units <= MOST_UNITS for units in wanted.added.values()):
        raise LineInvalid
    grown = [
        (known[line_id].variant_id, quantity - known[line_id].quantity)
        for line_id, quantity in wanted.quantities.items()
        if quantity > known[line_id].quantity
    ]
    return sum_by_variant([*wanted.added.items(), *grown])


async def _change_goods(
    tx: TenantTx,
    order: Order,
    lines: list[OrderLine],
    quantities: Mapping[UUID, int],
    extra: Mapping[UUID, int],
    actor: Actor,
) -> None:
    kept = [await _kept(tx, line, quantities.get(line.id, line.quantity)) for line in lines]
    lines = [line for line in kept if line is not None]
    lines += await _sold_besides(tx, order, lines, extra)
    if not lines:
        raise OrderEmpty
    if len(lines) > MOST_LINES:
        raise LineInvalid
    await _add_up(tx, order, lines, actor)
    await tx.flush()
    await _reserve_anew(tx, order, lines)


async def _kept(tx: TenantTx, line: OrderLine, quantity: int) -> OrderLine | None:
    """The line with its first so many units; more of them are sold besides."""
    if quantity == 0:
        await tx.delete(line)
        return None
    if quantity < line.quantity:
        for name in ("discount_minor", "tax_minor", "tax_added_minor"):
            setattr(line, name, share(getattr(line, name), line.quantity, 0, quantity))
        line.quantity, line.total_minor = quantity, line.unit_price_minor * quantity
    return line


async def _sold_besides(
    tx: TenantTx, order: Order, lines: Sequence[OrderLine], extra: Mapping[UUID, int]
) -> list[OrderLine]:
    if not extra:
        return []
    sold = await offers(tx, extra, customer_id=order.customer_id)
    gone = [variant_id for variant_id in extra if variant_id not in sold]
    if gone:
        raise GoodsGone(variant_ids=gone)
    quoted = await _priced(tx, order, sold, extra)
    first = max((line.position for line in lines), default=-1) + 1
    made = [
        new_line(order.id, first + index, each, sold[each.variant_id])
        for index, each in enumerate(quoted.lines)
    ]
    tx.add_all(made)
    return made


async def _priced(
    tx: TenantTx, order: Order, sold: Mapping[UUID, Offer], extra: Mapping[UUID, int]
) -> Quote:
    goods = [
        Goods(variant_id, sold[variant_id].product_id, sold[variant_id].sku, price, units)
        for variant_id, units in extra.items()
        for price in [sold[variant_id].price.minor]
    ]
    return await agreed_quote(
        tx,
        goods,
        currency=order.currency,
        delivery_minor=0,
        frozen=msgspec.convert(order.pricing, Pricing, strict=False),
    )


async def _add_up(tx: TenantTx, order: Order, lines: Sequence[OrderLine], actor: Actor) -> None:
    pricing = msgspec.convert(order.pricing, Pricing, strict=False)
    order.subtotal_minor = sum(line.total_minor for line in lines)
    order.discount_minor = (
        sum(line.discount_minor for line in lines) + pricing.delivery_discount_minor
    )
    order.tax_minor = sum(line.tax_minor for line in lines) + pricing.delivery_tax_minor
    order.tax_added_minor = (
        sum(line.tax_added_minor for line in lines) + pricing.delivery_tax_added_minor
    )
    order.total_minor = (
        order.subtotal_minor - order.discount_minor + order.delivery_minor + order.tax_added_minor
    )
    if order.total_minor > LARGEST_PAYABLE:
        raise OrderTooLarge
    # By rate it is no longer known: a line keeps its tax, not the rate that made it.
    order.pricing = {name: kept for name, kept in order.pricing.items() if name != "taxes"}
    over = order.gift_card_minor - order.total_minor
    if over > 0:
        order.gift_card_minor = order.total_minor
        await benefits.refund_to_card(tx, order, over, actor)


async def _reserve_anew(tx: TenantTx, order: Order, lines: Sequence[OrderLine]) -> None:
    """Nobody comes between: the shelves' rows stay ours from the release to the commit."""
    await inventory.release(tx, order.id)
    units = sum_by_variant(
        part for line in lines for part in line.shelf_units(line.quantity).items()
    )
    if units:
        await inventory.reserve(tx, order.id, units, expires_at=None)


def _settle(tx: TenantTx, order: Order, difference: int, actor: Actor) -> None:
    back = 0
    if order.payment_state == PaymentState.PAID:
        if difference > 0:
            order.payment_state = PaymentState.PARTLY_PAID
        back = max(-difference, 0)
    if difference:
        ask_balance(tx, order, back, EDITED, actor)


def _write_texts(order: Order, wanted: OrderEdit) -> None:
    errors = []
    for name, longest in _LONGEST.items():
        typed: str | None = getattr(wanted, name)
        if typed is None:
            continue
        said = as_lines(typed) if name in ("address", "comment") else as_line(typed)
        if len(said) > longest or "\0" in said:
            errors.append(FieldError(f"/{name}", "too_long", gettext_noop("Make this shorter")))
        elif not said and name in ("recipient", "phone"):
            errors.append(FieldError(f"/{name}", "required", gettext_noop("Fill this in")))
        else:
            setattr(order, name, said)
    if errors:
        raise InvalidInput(errors=errors)


def _photo(order: Order, lines: Sequence[OrderLine]) -> dict[str, object]:
    """What an edit may change, for the timeline."""
    return {
        "lines": [
            {
                "title": line.title,
                "sku": line.sku,
                "quantity": line.quantity,
                "unit_price_minor": line.unit_price_minor,
            }
            for line in lines
        ],
        "total_minor": order.total_minor,
        **{name: getattr(order, name) for name in _LONGEST},
    }
