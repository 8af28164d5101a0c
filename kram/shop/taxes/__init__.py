"""What of a price is tax.

Owns `tax_settings`.
"""
