"""Money: how an order is placed, paid, paid back.

`providers/` who can collect (one contract, many adapters) · `payments/` attempts to collect and
what providers say about them · `refunds/` money on its way back · `checkout/` from a cart to an
order in one transaction.

Nothing here calls a provider while a row is locked: a call stands between two transactions, and
the second one asks what has changed meanwhile.
"""
