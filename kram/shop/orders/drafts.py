"""What checkout asks for, before it is an order."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import msgspec

from kram.kit.errors import FieldError, InvalidInput
from kram.kit.money import Money
from kram.kit.text import line, lines, refused
from kram.shop.cart.extras import Extras
from kram.shop.configurator.lines import LineKey
from kram.shop.orders.errors import LineInvalid, OrderEmpty
from kram.shop.orders.models import DeliveryMethod
from kram.shop.orders.pricing import Outside, ReturnCredit

MOST_LINES = 100
MOST_UNITS = 999
_LONGEST = {"recipient": 200, "phone": 32, "address": 500, "comment": 1000}
_NEEDED = ("recipient", "phone")


class DraftLine(msgspec.Struct, frozen=True):
    """`seal` is of what was chosen as the shopper saw it; None: whatever it comes to now."""

    variant_id: UUID
    quantity: int
    design: str = ""
    seal: str | None = None

    @property
    def key(self) -> LineKey:
        return LineKey(self.variant_id, self.design)


class Agreement(msgspec.Struct, frozen=True):
    """What the staff and a customer agreed to instead of the catalogue's prices and promotions.

    `prices` are minor units by line, of those that differ. `credit` pays what the discount leaves
    of the goods.
    """

    prices: dict[LineKey, int] = {}
    discount_minor: int = 0
    reason: str = ""
    credit: ReturnCredit | None = None

    def off(self, goods_minor: int) -> tuple[int, int]:
        """The discount and what the credit pays, of goods that cost so much."""
        discount = min(self.discount_minor, goods_minor)
        credit = self.credit.amount_minor if self.credit else 0
        return discount, min(credit, goods_minor - discount)


class OrderDraft(msgspec.Struct, frozen=True, kw_only=True):
    """`pay_until` None: paid on delivery, so it is placed at once and holds its units for good.

    `delivery` is in the shop's currency, which becomes the order's. `expected_total` is the sum
    that the shopper saw, `expected_to_pay` what of it a gift card leaves: others are refused.
    `outside` is what a tax service said before the transaction.
    """

    customer_id: UUID
    lines: tuple[DraftLine, ...]
    payment_method: str
    delivery_method: DeliveryMethod = DeliveryMethod.COURIER
    pay_until: datetime | None
    delivery: Money
    recipient: str
    phone: str
    address: str
    pickup_point_id: UUID | None = None
    comment: str = ""
    language: str
    expected_total: Money | None = None
    expected_to_pay: Money | None = None
    extras: Extras = Extras()
    channel: str | None = None
    outside: Outside | None = None
    agreed: Agreement | None = None


def cleaned(draft: OrderDraft) -> OrderDraft:
    """The draft as it is kept. Raises: OrderEmpty, LineInvalid, InvalidInput, AmountNegative."""
    if not draft.lines:
        raise OrderEmpty
    if len(draft.lines) > MOST_LINES:
        raise LineInvalid
    if not all(0 < line.quantity <= MOST_UNITS for line in draft.lines):
        raise LineInvalid
    draft.delivery.not_negative()
    clean = msgspec.structs.replace(
        draft,
        recipient=line(draft.recipient),
        phone=line(draft.phone),
        address=lines(draft.address),
        comment=lines(draft.comment),
    )
    errors = tuple(_refused_fields(clean))
    if errors:
        raise InvalidInput(errors=errors)
    return clean


def _refused_fields(draft: OrderDraft) -> Iterator[FieldError]:
    for name, longest in _LONGEST.items():
        needed = _is_needed(name, draft)
        yield from refused(f"/{name}", getattr(draft, name), longest, needed=needed)


def _is_needed(name: str, draft: OrderDraft) -> bool:
    if name == "address":
        return draft.delivery_method is DeliveryMethod.COURIER
    return name in _NEEDED
