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
from kram.kit.text import line as as_line
from kram.kit.text import lines as as_lines
from kram.shop.configurator.lines import LineKey
from kram.shop.inventory.rules import sum_by_variant
from kram.shop.orders import queries
from kram.shop.orders.drafts import MOST_UNITS
from kram.shop.orders.errors import LineInvalid, LineMissing, OrderChanged
from kram.shop.orders.events import OrderEdited
from kram.shop.orders.models import Order, OrderLine, PaymentState, StepKind
from kram.shop.orders.rules import Action, after
from kram.shop.orders.service.change_goods import change_goods
from kram.shop.orders.service.give import announce_given, give
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
    LineMissing, LineInvalid, GoodsGiven, OrderEmpty, GoodsGone, DesignImpossible, OutOfStock,
    OrderTooLarge,
    InvalidInput.
    """
    order = await lock(tx, order_id)
    if order.version != wanted.version:
        raise OrderChanged(version=order.version)
    after(standing(order), Action.EDIT)
    lines = list(await queries.lines_of(tx, order_id))
    before, was = _photo(order, lines), order.total_minor
    _write_texts(order, wanted)
    extra = _check(lines, wanted)
    if wanted.quantities or wanted.added:
        await change_goods(tx, order, lines, wanted.quantities, extra, actor)
    order.version += 1
    order.updated_at = tx.now
    difference = order.total_minor - was
    detail = {"before": before, "after": _photo(order, await queries.lines_of(tx, order_id))}
    write_down(
        tx, order, StepKind.EDITED, actor, as_line(wanted.reason), difference or None, detail
    )
    _settle(tx, order, difference, actor)
    tx.publish(OrderEdited(**facts(order), difference_minor=difference))
    await announce_given(tx, order, await give(tx, order, actor), actor)
    return order


def _check(lines: Sequence[OrderLine], wanted: OrderEdit) -> dict[LineKey, int]:
    """Units to sell besides."""
    known = {line.id: line for line in lines}
    for line_id, quantity in wanted.quantities.items():
        if line_id not in known:
            raise LineMissing
        if not 0 <= quantity <= MOST_UNITS:
            raise LineInvalid
    if not all(0 < units <= MOST_UNITS for units in wanted.added.values()):
        raise LineInvalid
    grown = [
        (known[line_id].key, quantity - known[line_id].quantity)
        for line_id, quantity in wanted.quantities.items()
        if quantity > known[line_id].quantity
    ]
    added = [(LineKey(variant_id), units) for variant_id, units in wanted.added.items()]
    return sum_by_variant([*added, *grown])


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
