"""The door of Telegram: every shop's bot, served by one process from one inbox.

In, inside the web process and without the Telegram library: `webhook.py` verifies and stores an
update · `envelope.py` the little it must know of it · `inbox.py` its row. `polling.py` feeds the
same rows where there is no public address.

Through, in the bots' process: `queries.py` leases each chat's oldest row · `lane.py` many chats at
once, taps apart · `runtime.py` one update from row to answer · `people.py` who is behind it ·
`dispatch.py` and `shelf.py` into its shop's router · `transaction.py` the handler's transaction ·
`saying.py` what is said after the commit (`answer.py`, `apology.py`) · `retry.py` what fails.

A shop's router: `assemble.py` from `shopper/`, `manager/`, `checkout.py` and its settings.

Around: `setup.py` makes a bot a shop's · `upkeep.py` does so when one is connected, and puts
webhooks right · `process.py` wires it all · `connect.py` the same at once, for commands.

Invariants: an update is answered with 200 only as a row; a chat's updates are handled in order and
one at a time, by whatever process; an effect in a shop commits with its mark and happens once;
nothing is said inside a transaction; a button proves nothing about who taps it.
"""
