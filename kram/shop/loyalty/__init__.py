"""Bonus points: earned by orders, spent on the next ones, given for bringing a friend.

Owns `loyalty_settings`, `point_account`, `point_move`.

A point is a minor unit of the shop's currency, so that nothing is ever converted. Spent points are
a discount on goods, and come back with the units for which they were spent. Earned ones come when
the order is delivered, and go with its goods and with money given back for goodwill, in the same
proportion, as far as the customer still has them.

Invariants: a balance is the sum of the customer's moves and never below zero (one conditional
UPDATE together with its move); moves are never changed (by grant); an order earns once; points
expire first in, first out. A friend is remembered before the first order, never oneself, and
rewarded once, when that order is delivered.
"""
