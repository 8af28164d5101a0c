"""What was bought, frozen, and how far it has come.

Owns `orders`, `order_line`, `order_step`, `order_counter`, `fulfilment` (parcels).

An order is placed with prices read from the catalogue in that very transaction, and holds its
units from then on. Cash on delivery makes it `placed` at once; otherwise it is `awaiting_payment`
until the money comes or its reservation ends. `rules.py` is the whole state machine.

Invariants:
- once accepted, its status follows from its parcels (`rules.status_after`): packed, then shipped,
  then delivered, each partly before wholly; units leave the stock with their parcel;
- what is not sent (`shop.digital`) is in no parcel: it is given by the payment, which delivers an
  order of nothing else, and taken back with the order or its money;
- a line counts its units: in parcels, sent, never to be sent, returned (CHECKs keep them apart);
  what some of them cost is the difference of two prefixes (`rules.share`): parts sum exactly;
- totals are whole minor units and add up (CHECKs); a line keeps its title, SKU and price for ever;
- every change happens under the order's row lock and leaves an entry in the timeline with its
  actor; asking again for what is done changes nothing, asking for the impossible raises;
- `number` is gapless: it is taken as the last statement, when the order first reaches the staff,
  and a rolled back transaction gives it back; an order that nobody paid never had one;
- locks are taken in one order: the order's row, its stock in the order of variant ids, the number.

Events in: `reservation.due.v1` cancels an order that is still unpaid and frees its units;
`stock.backorder_filled.v1` gives keys that a paid order waits for.
Events out: `order.placed.v1` (it has a number and waits for the staff), `order.paid.v1`,
`order.accepted.v1`, `order.shipped.v1`, `order.delivered.v1`, `order.cancelled.v1`,
`order.refunded.v1`, `order.packed.v1`, `order.parcel_shipped.v1`, `order.parcel_delivered.v1`,
`order.rest_cancelled.v1`, `order.edited.v1`, `order.noted.v1`, `order.digital_given.v1`,
`order.digital_revoked.v1`; `order.balance_due.v1` asks `billing` to bring what was paid and what it
costs together.
"""
