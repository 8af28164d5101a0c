"""What a variant costs: for whom, how many, in which currency, when.

The price is the lowest of those that apply: the variant's own, its sale price while the sale
lasts, and the prices of lists that hold now for this currency, one of the shopper's groups (or for
everybody) and this many units. `queries.py` has that rule once, as SQL that offers, carts and the
storefront share. `lists.py` keeps the lists, `history.py` what prices were.

A list for everybody in the shop's currency begins with two units: a lower price of one unit is a
sale, since shoppers are then told the lowest price of the 30 days before (Directive 98/6/EC, 6a).
"""
