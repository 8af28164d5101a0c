"""What a basket costs, down to the last minor unit: the same for the cart and for the order.

`quote.py` the answer and what of it is frozen · `compute.py` pure: promotions, then points, then
taxes, then the gift card · `load.py` reads what that needs: the same number of statements for any
number of lines · `queries.py` its statements.
"""

from kram.shop.orders.pricing.load import Goods, Outside, agreed_quote, quote
from kram.shop.orders.pricing.quote import (
    Pricing,
    Quote,
    QuotedLine,
    ReturnCredit,
    goods_paid,
    priced,
    pricing_of,
)

__all__ = [
    "Goods",
    "Outside",
    "Pricing",
    "Quote",
    "QuotedLine",
    "ReturnCredit",
    "agreed_quote",
    "goods_paid",
    "priced",
    "pricing_of",
    "quote",
]
