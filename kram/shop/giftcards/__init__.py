"""Money paid in before: a balance under a code.

Owns `gift_card`, `gift_card_move`.
"""
