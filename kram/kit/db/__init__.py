"""The only way to rows.

`scope.py` says whose rows, `engine.py` opens transactions in exactly that scope, `tx.py` is what
use cases receive, `lanes.py` is the read-only fast path for a short list of storefront statements.
"""
