"""What a promotion is judged by. Anything about the customer may be unknown."""

from uuid import UUID

import msgspec


class Line(msgspec.Struct, frozen=True):
    """`categories` are the product's own one and all above it. What is a gift card is money: no
    promotion sees it."""

    variant_id: UUID
    product_id: UUID
    unit_price_minor: int
    quantity: int
    categories: frozenset[UUID] = frozenset()
    collections: frozenset[UUID] = frozenset()
    tags: frozenset[str] = frozenset()
    is_gift_card: bool = False

    @property
    def total_minor(self) -> int:
        return self.unit_price_minor * self.quantity


class Buyer(msgspec.Struct, frozen=True):
    """None: not known, and then no promotion that asks for it is given."""

    orders: int | None = None
    spent_minor: int | None = None
    segments: frozenset[UUID] | None = None
    groups: frozenset[UUID] | None = None


class Basket(msgspec.Struct, frozen=True):
    """`delivery_minor` is None as long as the shopper has not chosen how to get the goods."""

    lines: tuple[Line, ...]
    delivery_minor: int | None = None
    buyer: Buyer = Buyer()
    channel: str | None = None
