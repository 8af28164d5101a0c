"""What every shopper sees, read on the fast path and made into structs for pages to be cached.

`queries.py` and `list_queries.py` the statements, `rows.py` what they answer · `making.py` that
made into `cards.py`, what a page is given · `reader.py` the one way in. Nothing here depends on
who looks; how many units are left is the cart's to say, since a cached page would tell an old
number: here it is only whether any are.
"""

from kram.shop.catalog.storefront.cards import (
    CategoryCard,
    CategoryLink,
    CollectionLink,
    CollectionPage,
    FilterCard,
    OptionCard,
    Picture,
    ProductCard,
    ProductPage,
    Property,
    Tier,
    ValueCard,
    VariantCard,
)
from kram.shop.catalog.storefront.reader import StorefrontReader

__all__ = [
    "CategoryCard",
    "CategoryLink",
    "CollectionLink",
    "CollectionPage",
    "FilterCard",
    "OptionCard",
    "Picture",
    "ProductCard",
    "ProductPage",
    "Property",
    "StorefrontReader",
    "Tier",
    "ValueCard",
    "VariantCard",
]
