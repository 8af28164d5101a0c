"""What is sold, in the shop's own schema.

Slices, lower first: `catalog` and `customers` know nobody · `inventory` counts the catalogue's
variants · `cart` remembers what a shopper chose · `orders` freezes that and sees it through.
A slice never imports one above it; upward it speaks by events alone. Money is collected a floor
higher: nothing here knows a payment provider.
"""
