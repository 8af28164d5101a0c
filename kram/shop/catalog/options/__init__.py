"""Options of a product (size, colour) and the variants that are made of them.

`shape.py` how they are kept and typed · `matrix.py` pure: which variants a product then has ·
`service.py` saving them, and changing thousands of variants at once · `queries.py`.

A value keeps its number for life, so renaming it, adding others or another option changes no SKU
and loses no stock: variants are matched by numbers, never by names. What is removed stays behind
as `gone`; its variants are archived, and come back with it.
"""
