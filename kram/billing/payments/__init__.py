"""Attempts to collect an order's money, and what providers say about them.

Owns `payment` and `refund` (`billing.refunds` acts on the latter).

`rules.py` joins what is known with what a provider says: the same end for any order and number of
messages · `service/advance.py` the one function that the webhook, the shopper's return and the
sweeper all call, under the order's row lock · `service/open.py` begins attempts ·
`service/held.py` what a person decides about another amount than was asked for ·
`service/ledger.py` promises money back · `tasks.py` talks to providers, between transactions.

Invariants: an order is marked paid by one payment only; any other money is promised back in the
transaction that learns of it; refunds given and promised never exceed what was captured.

Events out: `payment.check_due.v1` (a timer: ask the provider), `payment.failed.v1`,
`payment.held.v1` (another amount came: a person decides), `refund.requested.v1`.
Events in: `order.delivered.v1` (cash was collected), `order.cancelled.v1`; inbox kind "payment".
"""
