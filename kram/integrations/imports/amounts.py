"""Amounts as a file writes them."""

from decimal import Decimal

from kram.kit.money import Money


def amount_text(amount: Money) -> str:
    """Digits and a point, exactly: what `parse_price` reads."""
    return f"{Decimal(amount.minor).scaleb(-amount.exponent):f}"
