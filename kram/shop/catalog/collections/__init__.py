"""Shelves across categories: filled by hand in an order, or by a rule.

`rules.py` what a rule may say · `conditions_queries.py` the same as SQL over products, for both
access paths · `service.py`, `queries.py`.
"""
