"""Facts that travel between processes as rows.

`event.py` what a fact is · `outbox.py` written with the change that it tells · `relay.py` hands
rows to handlers until each has said, in its own transaction, that it is done · `handling.py` that
transaction · `inbox.py` what came from outside, stored before it is answered · `tables.py`.

A row is finished only when `relay.handled` names every subscriber; queues merely wake workers and
may lose everything at any moment.
"""
