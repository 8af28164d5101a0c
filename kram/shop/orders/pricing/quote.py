"""The parts of a price."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from kram.kit.money import Money
from kram.shop.giftcards.service import CardFacts
from kram.shop.orders.models import Order, OrderLine
from kram.shop.orders.rules import Priced
from kram.shop.promotions.engine import Applied
from kram.shop.promotions.refusals import Refusal
from kram.shop.taxes.rules import TaxMode, TaxRounding


class QuotedLine(msgspec.Struct, frozen=True):
    """Sums are for the whole line; `total_minor` is before the discount and the added tax, `points`
    the part of the discount that is paid in points."""

    variant_id: UUID
    unit_price_minor: int
    quantity: int
    total_minor: int
    discount_minor: int
    tax_minor: int
    tax_added_minor: int
    points: int = 0

    @property
    def to_pay_minor(self) -> int:
        return self.total_minor - self.discount_minor + self.tax_added_minor


class TaxPart(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that one rate brought in: the tax of the lines at these positions, and the delivery's."""

    name: str
    rate_ppm: int
    tax_minor: int
    positions: tuple[int, ...] = ()
    of_delivery: bool = False


class GivenPromotion(msgspec.Struct, frozen=True, omit_defaults=True):
    """`delivery_minor` of the amount is off the delivery."""

    name: str
    amount_minor: int
    code: str = ""
    delivery_minor: int = 0


class AgreedDiscount(msgspec.Struct, frozen=True):
    """What the staff took off by hand."""

    reason: str
    amount_minor: int


class ReturnCredit(msgspec.Struct, frozen=True):
    """What goods that came back with this return pay of others; in an order it is a part of the
    discount `of_minor`."""

    return_id: UUID
    code: str
    amount_minor: int
    of_minor: int = 0


class Pricing(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an order keeps of how its amounts came about, so that later rules change nothing.

    `credit` is a part of what was `agreed` to be off.
    """

    tax_mode: TaxMode = TaxMode.NONE
    tax_rounding: TaxRounding = TaxRounding.LINE
    tax_source: str = ""
    taxes: tuple[TaxPart, ...] = ()
    delivery_discount_minor: int = 0
    delivery_tax_minor: int = 0
    delivery_tax_added_minor: int = 0
    promotions: tuple[GivenPromotion, ...] = ()
    points: int = 0
    gift_card_last4: str = ""
    agreed: AgreedDiscount | None = None
    credit: ReturnCredit | None = None


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """`points` are spent here, `spendable_points` could be; `delivery_minor` is before discounts,
    and None as long as none is chosen."""

    currency: str
    lines: tuple[QuotedLine, ...]
    delivery_minor: int | None
    delivery_discount_minor: int
    delivery_tax_minor: int
    delivery_tax_added_minor: int
    points: int
    spendable_points: int
    points_balance: int
    gift_card: CardFacts | None
    gift_card_minor: int
    applied: tuple[Applied, ...]
    refused: tuple[Refusal, ...]
    nearly: Refusal | None
    taxes: tuple[TaxPart, ...]
    tax_mode: TaxMode
    tax_rounding: TaxRounding
    tax_source: str

    @property
    def subtotal_minor(self) -> int:
        return sum(line.total_minor for line in self.lines)

    @property
    def discount_minor(self) -> int:
        """Promotions and points, on goods and on delivery."""
        return sum(line.discount_minor for line in self.lines) + self.delivery_discount_minor

    @property
    def tax_minor(self) -> int:
        return sum(line.tax_minor for line in self.lines) + self.delivery_tax_minor

    @property
    def tax_added_minor(self) -> int:
        return sum(line.tax_added_minor for line in self.lines) + self.delivery_tax_added_minor

    @property
    def total_minor(self) -> int:
        delivery = self.delivery_minor or 0
        return self.subtotal_minor - self.discount_minor + delivery + self.tax_added_minor

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)

    @property
    def to_pay_minor(self) -> int:
        return self.total_minor - self.gift_card_minor

    @property
    def frozen(self) -> Pricing:
        return Pricing(
            tax_mode=self.tax_mode,
            tax_rounding=self.tax_rounding,
            tax_source=self.tax_source,
            taxes=self.taxes,
            delivery_discount_minor=self.delivery_discount_minor,
            delivery_tax_minor=self.delivery_tax_minor,
            delivery_tax_added_minor=self.delivery_tax_added_minor,
            promotions=tuple(
                GivenPromotion(each.name, each.total_minor, each.code, each.delivery_minor)
                for each in self.applied
            ),
            points=self.points,
            gift_card_last4=self.gift_card.last4 if self.gift_card and self.gift_card_minor else "",
        )


def pricing_of(order: Order) -> Pricing:
    """What the order froze; all zero for one of the release before."""
    return msgspec.convert(order.pricing, Pricing)


def goods_paid(order: Order, lines: Sequence[OrderLine]) -> int:
    """What the goods cost that points are earned for: not the delivery, nor gift cards, nor what
    was never sent."""
    pricing = pricing_of(order)
    delivery = (
        order.delivery_minor - pricing.delivery_discount_minor + pricing.delivery_tax_added_minor
    )
    cards = sum(_kept_minor(line) for line in lines if line.is_gift_card)
    return max(order.total_minor - order.cancelled_minor - delivery - cards, 0)


def _kept_minor(line: OrderLine) -> int:
    """What is still to be paid for it."""
    return line.to_pay_minor - priced(line).cost(0, line.credited_quantity)


def priced(line: OrderLine) -> Priced:
    return Priced(line.quantity, line.total_minor, line.discount_minor, line.tax_added_minor)
