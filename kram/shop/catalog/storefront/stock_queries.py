"""Whether there are units, for the storefront's statements.

The table belongs to `shop.inventory`, a slice above, whose models may not be imported here; the
storefront reads it in the same statement all the same, because a second one would cost as much as
all the rest. A test compares what is named here with the real table.
"""

from uuid import UUID

from sqlalchemy import BigInteger, Column, ColumnElement, MetaData, Table, Uuid, exists
from sqlalchemy.orm import InstrumentedAttribute

STOCK = Table(
    "stock",
    MetaData(),
    Column("variant_id", Uuid()),
    Column("on_hand", BigInteger()),
    Column("reserved", BigInteger()),
)


def has_units(variant_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    return exists().where(STOCK.c.variant_id == variant_id, STOCK.c.on_hand > STOCK.c.reserved)
