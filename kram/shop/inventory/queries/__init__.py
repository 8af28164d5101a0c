"""Every statement on the stock.

`promises.py` what orders hold · `owed.py` what they wait for · `shelves.py` units and the ledger ·
`places.py` warehouses · `policies.py` how variants are sold and watched · `documents.py` transfers
and stocktakes · `waiting.py` who wants to hear of goods · `lists.py` the staff's pages.

The ones that change units are each a single statement: lock the rows in the order of (variant,
warehouse) ids, judge all of them, then change all or none. In one message, so that a row is locked
for no round trip. Whoever changes how much of a variant is free locks all its rows; after them its
row of `stock_policy`. Awaited reservations are locked before held ones and by SKIP LOCKED after
those rows: so there is no circle.
"""

from kram.shop.inventory.queries.promises import held_until, overdue
from kram.shop.inventory.queries.shelves import levels, moves

__all__ = ["held_until", "levels", "moves", "overdue"]
