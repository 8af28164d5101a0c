"""How many units there are, and to whom they are promised.

Owns `warehouse`, `stock`, `stock_move`, `reservation`.

Invariants, each held by the database itself:
- 0 ≤ reserved ≤ on_hand for every row of `stock` (a CHECK; every write is conditional besides);
- on_hand is the sum of the variant's `stock_move` deltas; the ledger's rows are never changed;
- reserved is the sum of its `held` reservations;
- a cart is reserved whole or not at all, by one statement.

A variant without a row has no units. Rows are always locked in the order of variant ids, after
the order's own row and before its number: that order, kept by everybody, leaves no deadlock.
Changes are deltas with a cause; a stock-take is turned into one under the row's lock.

Events out: `reservation.due.v1`, a timer for when a promise ends (`shop.orders` decides what then
becomes of the order) · `stock.availability_changed.v1` when a variant sold out or is back.
Events in: `stock.availability_changed.v1` renews the catalogue's version. It is not done in the
reserving transaction: all checkouts would queue behind one row, and behind the merchant's edits.
"""
