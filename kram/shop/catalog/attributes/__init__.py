"""Typed properties of goods: defined once in a shop, filled in for products or variants.

`rules.py` pure: what a definition and a value may be · `filters.py` what a shopper narrows a list
by, as one JSON path · `service.py`, `queries.py`. Values stand in `product.attributes` and
`variant.attributes` by code: texts, numbers, dates as "2026-01-31", references as product ids;
choices and colours as lists of codes.
"""
