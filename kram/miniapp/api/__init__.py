"""What is one person's, as JSON: session, cart, checkout, orders.

`shopper.py` says who asks: a token made from Telegram's launch data (`session.py`), or a guest's
cookie (`guests.py`); the rest gets a `Shopper` and never an id from the request. Every text in an
answer is in the language that the request asks for. Refusals are problems (`failures.py`).
"""
