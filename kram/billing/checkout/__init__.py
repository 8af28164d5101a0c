"""From a cart to an order, once.

Owns `idempotency_key`.

`tasks.py` the three steps that a door starts: claim the key · in ONE transaction freeze the cart,
reserve, place the order, write the payment and the answer · ask the provider · `requests.py` what
the shopper sends and how it is checked (no price among it) · `delivery.py` the ways to get the
goods and their prices · `service.py` the one transaction · `idempotency.py` the key's life.

A key belongs to an actor and an operation. Its row comes first, in a commit of its own, with a
lease: whoever comes while the first one runs is told to wait, whoever comes after it gets the same
answer, and after a crash the lease ends and the next one runs. A refusal frees the key.
"""
