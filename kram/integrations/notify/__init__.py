"""Tells what happened to an order: the staff by a card with buttons, the shopper by messages.

Owns `notification`: one row per message that must go out once, claimed before it is sent.

`wording.py` how orders are called · `card.py` and `buttons.py` the staff's card · `queries.py` the
claims · `tasks/` what hears the events: `outbox.py` sends one message once, `staff.py` sends and
renews cards and tells of money in trouble, `staff_chat.py` knows where, `shopper.py` writes to the
shopper in their language, `goods.py` tells what runs low and what is there again.

Invariants:
- one message per (kind, subject, chat); after a crash between Telegram's answer and our record it
  may go out a second time and never a third, because Telegram takes no key for a message;
- what certainly was not sent is sent later, as often as it takes;
- who cannot be reached is marked so and not tried again until they come back themselves.

Events in: `order.placed.v1`, `order.paid.v1`, `order.accepted.v1`, `order.shipped.v1`,
`order.delivered.v1`, `order.cancelled.v1`, `order.refunded.v1`, `payment.held.v1`,
`refund.failed.v1`, `stock.low.v1`, `stock.back_in_stock.v1`. Events out: none.
"""
