"""An acquirer of our own for development and tests: real pages and callbacks, no real money.

It speaks the "signed hosted payment" contract (`billing/providers/hosted`) from the other side and
shares no code with it but the bodies: signatures are made by the Standard Webhooks library.

`records.py` what it knows of a payment · `book.py` all of it, in memory and in a journal ·
`rules.py` what may happen to a payment · `cards.py` the test cards · `callbacks.py` tells the
merchant, again and again · `merchant_api.py` create, look, refund · `pages.py` what the shopper
sees · `control.py` the levers for tests: faults, held and shuffled callbacks · `server.py` puts it
together.
"""
