"""Adapter for "signed hosted payment": the neutral contract for an acquirer with a page of its own.

`wire.py` the bodies that travel · `signing.py` Standard Webhooks signatures, in both directions ·
`client.py` calls with time limits and the rule for repeating · `provider.py` the contract of
`providers/contract.py` over these.
"""
