"""Goods that are not sent: files, licence keys and gift cards.

Owns `digital_file`, `licence_key`, `digital_grant`.

What a unit of an order gives is a grant. Grants are made by `shop.orders`, under the order's lock,
in the transaction that makes the order paid; its lines say what kind they are and by which terms.

Invariants:
- the units on hand of a variant of keys are its keys that were not given: keys come and go with
  their move in the stock's ledger, and nothing else moves such a variant;
- a key is given once: by one conditional statement, under the lock of its shelf; it goes back to
  the pool only if it is taken back before somebody saw it;
- a unit of a line has one grant that stands (an index), whoever asks how often;
- a file has no public address: it is fetched by a signed link of a few minutes, each time counted
  by one conditional statement that knows the limit;
- keys and the codes of gift cards are stored sealed, bound to their row, and open for the order's
  page alone: no event, message, log or export has them.

Locks, after the order's row: its shelves, then keys, then grants.

Events out: `digital.file_removed.v1`; what was given is told by `order.digital_given.v1`.
Events in: that one issues the gift cards (`issue_cards`), whose codes have to be sealed.
"""
