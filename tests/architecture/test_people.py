"""Nobody in the house keeps something about people in secret."""

from kram.app import models
from kram.integrations.people.holders import HOLDERS
from kram.kit.db.base import TenantBase

# A gift card is whose hand it is in, and names nobody.
_ABOUT_NOBODY = frozenset({"gift_card_move"})


def test_every_table_that_points_to_a_person_has_its_holder() -> None:
    """A new table with people in it: give its slice a `personal.py`, and list it in holders.py."""
    assert models.__all__
    held = {table for holder in HOLDERS for table in holder.tables}
    pointing = {
        table.name
        for table in TenantBase.metadata.tables.values()
        if "customer_id" in table.columns
        or "order_id" in table.columns
        or any(key.column.table.name == "customer" for key in table.foreign_keys)
    }
    assert pointing - _ABOUT_NOBODY <= held
    assert held <= set(TenantBase.metadata.tables)


def test_no_table_is_held_twice() -> None:
    tables = [table for holder in HOLDERS for table in holder.tables]
    assert len(tables) == len(set(tables))
