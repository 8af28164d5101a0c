"""Who can collect money.

`contract.py` what payments and refunds ask of any of them · `cod.py` cash on delivery ·
`hosted/` an adapter for acquirers with a signed hosted page · `sandbox.py` the acquirer of the
development stack, over that adapter · `shops.py` which providers a shop has.

A new provider is a module here, a line in `shops.py`, and passes `tests/billing/conformance.py`.
"""
