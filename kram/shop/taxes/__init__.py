"""What of a price is tax.

Owns `tax_settings`: one row with the shop's mode, its rounding rule and its rates.

`rules.py` pure: which rate a line has, and how much of its sum is tax, rounded by line or by order
· `contract.py` what an outside tax service must do; it is asked before the order's transaction,
with a time limit, and the shop's own rates answer when it does not.
"""
