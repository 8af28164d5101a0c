"""Money paid in before: a balance under a code.

Owns `gift_card`, `gift_card_move`.

A card is a tender, not a discount: it pays a part of the total, and what is left goes to a
provider. Its code is shown once, when it is issued; kept are a hash and the last four letters.

Invariants: a balance is the sum of the card's moves and never below zero (one conditional UPDATE
together with its move); moves are never changed (by grant); an order gives back what it took, when
it is cancelled or refunded, and never more.
"""
