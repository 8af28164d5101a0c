"""The only way to rows.

`scope.py` says whose rows, `engine.py` opens transactions in exactly that scope, `tx.py` is what
use cases receive, `hot.py` and `written.py` are what it does faster for constant statements and the
rows that they insert, `lanes.py` is the read-only fast path for a short list of storefront
statements.
"""
