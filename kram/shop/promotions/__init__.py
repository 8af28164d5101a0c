"""What makes an order cheaper, and why a code does not.

Owns `promotion`, `promo_code`, `promo_use`, `promo_buyer`.

`rule.py` the tree of a promotion: its effect, its goods, its conditions · `basket.py` what it is
judged by · `conditions.py` whether it is for a basket · `effects.py` how much each kind takes off ·
`engine.py` which of them a basket gets · `refusals.py` why not, in words. All of these are pure.
"""
