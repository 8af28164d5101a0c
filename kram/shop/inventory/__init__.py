"""How many units there are, where, and to whom they are promised.

Owns `warehouse`, `stock`, `stock_policy`, `stock_move`, `reservation`, `stock_document`,
`stock_document_line`, `stock_subscription`.

Invariants, each held by the database itself:
- 0 ≤ reserved ≤ on_hand for every row of `stock` (a CHECK; every write is conditional besides);
- on_hand is the sum of the shelf's `stock_move` deltas; the ledger's rows are never changed;
- reserved is the sum of the shelf's `held` reservations;
- backordered is the sum of the variant's `awaited` reservations, and within its limit (a CHECK);
- a cart is reserved whole or not at all, by one statement.

A variant without a row has no units. What a shopper may buy is what is free in the active
warehouses, and the room for units that are still to come where `stock_policy` allows that.

Locks, in this order, after the order's own row and before its number: its `awaited` reservations,
its `held` ones, the variants' stock by (variant, warehouse) ids, the variants' policies by id.
Arriving units go to waiting orders under the last two, passing over orders that are locked: so
nobody waits in a circle, and a task looks again (`stock.fill_due.v1`).

Changes are deltas with a cause; a count on the shelf is turned into one against what the books
said at that moment, so what is sold during a stocktake is not undone.

Events out: `reservation.due.v1`, a timer for when a promise ends (`shop.orders` decides what then
becomes of the order) · `stock.availability_changed.v1` when a variant sold out or is back ·
`stock.low.v1`, once until units come · `stock.backordered.v1`, `stock.backorder_filled.v1` ·
`stock.back_in_stock.v1` for one shopper who asked.
Events in: `stock.availability_changed.v1` renews the catalogue's version and wakes who asked to be
told. It is not done in the reserving transaction: all checkouts would queue behind one row, and
behind the merchant's edits.
"""
