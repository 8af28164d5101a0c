"""What a shopper has chosen so far, shared by all of their devices.

Owns no table: a cart is a hash in Valkey under `cart:{tenant id}:{customer id}`, one field a
variant or a design of it, kept for 30 days after the last change; codes, a gift card and the wish
to pay with points lie beside it under `cart-extras:…`. Valkey may be emptied at any moment; then
the cart is not known (`Cart.is_known`; one that was ordered or emptied is), and the shopper is told
so.

Invariants: at most 100 lines and 999 units of each, kept by one script on the server however many
devices write; a line lies in the cart, or aside for another time, or is out; of two wishes for a
line the one that was wanted later wins, in whatever order they arrive: a phone that was offline
says how long ago (`wanted_at`), and settling counts as of when the cart was read; other lines are
untouched; nothing here reserves stock or fixes a price. Each line remembers the title, price and
seal (of what was chosen) with which it was put in, so that the view can say what has changed since:
dearer, cheaper, fewer left, gone, put together otherwise, no longer possible so. An order empties
the cart; what lies aside stays.

`store.py` the hash · `entries.py` what its fields hold · `scripts.py` how they change · `extras.py`
what lies beside it · `view.py` the cart against the catalogue and stock of this moment, pure apart
from one function that reads · `errors.py`. Events: none.
"""
