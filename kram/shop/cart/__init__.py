"""What a shopper has chosen so far, shared by all of their devices.

Owns no table: a cart is a hash in Valkey under `cart:{tenant id}:{customer id}`, one field a
variant, kept for 30 days after the last change; codes, a gift card and the wish to pay with points
lie beside it under `cart-extras:…`. Valkey may be emptied at any moment; then the cart
is empty, and nothing else is lost.

Invariants: at most 100 lines and 999 units of each, kept by one script on the server however many
devices write; of two writes to a line the later wins, other lines are untouched; nothing here
reserves stock or fixes a price. Each line remembers the title and price at which it was put in, so
that the view can say what has changed since: dearer, cheaper, fewer left, gone.

`store.py` the hash · `extras.py` what lies beside it · `view.py` the cart against the catalogue and
stock of this moment, pure apart from one function that reads · `errors.py`. Events: none.
"""
