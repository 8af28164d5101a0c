"""An order comes into being by one statement: its number, itself, its lines, its first step."""

from typing import cast

from sqlalchemy import Boolean, Table, bindparam, insert, select, update
from sqlalchemy.orm.attributes import set_committed_value

from kram.kit.db.hot import HotStatement
from kram.kit.db.tx import TenantTx
from kram.kit.db.written import arrays_of, parameters, unnested, values_of
from kram.shop.orders.models import Order, OrderCounter, OrderLine, OrderStep

_ORDER, _LINE, _STEP, _COUNTER = (
    cast("Table", model.__table__) for model in (Order, OrderLine, OrderStep, OrderCounter)
)

_TAKEN = (
    update(_COUNTER)
    .where(bindparam("is_numbered", type_=Boolean()))
    .values(next_number=_COUNTER.c.next_number + 1)
    .returning((_COUNTER.c.next_number - 1).label("number"))
    .cte("taken")
)
_PLACED = (
    insert(_ORDER)
    .values({**parameters(_ORDER, "order_"), "number": select(_TAKEN.c.number).scalar_subquery()})
    .returning(_ORDER.c.number)
    .cte("placed")
)
_LINES = insert(_LINE).from_select(_LINE.c.keys(), select(unnested(_LINE, "line_"))).cte("lines")
_BEGUN = insert(_STEP).values(parameters(_STEP, "step_")).cte("begun")
_PLACE = HotStatement(select(_PLACED.c.number).add_cte(_LINES, _BEGUN))


async def place(tx: TenantTx, order: Order, step: OrderStep, *, is_numbered: bool) -> None:
    """Writes all of it. The number is taken for good with the commit: it locks the shop's one
    counter, so do little after it."""
    values = values_of(order, "order_") | values_of(step, "step_")
    values |= arrays_of(OrderLine, order.lines, "line_")
    del values["order_number"]
    [row] = await tx.rows(_PLACE, values | {"is_numbered": is_numbered})
    set_committed_value(order, "number", row.number)
    tx.adopt(*order.lines, order)
