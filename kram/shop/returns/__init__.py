"""Goods on their way back.

Owns `return_request`: what a shopper or the staff wants to give back of an order, with a reason
and photos. requested → approved or declined → received → closed; `rules.py` says what leads where.

Invariants:
- everything happens under the order's row lock; a line's `returned_quantity` grows when a return is
  asked for and shrinks when it is declined or less has come, so two requests never take one unit;
- money: closing asks `billing` by `order.balance_due.v1` with the return's own id, once, for the
  exact share of the units that came (`orders.rules.share`), with the delivery's price or without;
- an exchange spends that money on a draft order (`credit`); what the draft leaves of it, or all of
  it when the draft is dropped or its order cancelled, goes back like a refund;
- units go back on the shelf only where the one who received them said so.

Events out: `return.requested.v1`, `return.approved.v1`, `return.declined.v1`, `return.received.v1`,
`return.closed.v1`; `return.photo_taken.v1` is a timer of our own.
"""
