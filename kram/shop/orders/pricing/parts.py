"""The rows under a list of goods: what the sum to pay is made of, as people read it."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType

import msgspec

from kram.kit.messages import gettext_noop
from kram.shop.orders.models import DeliveryMethod, Order
from kram.shop.orders.pricing.quote import Pricing, Quote, pricing_of
from kram.shop.taxes.rules import TaxMode


class PartKind(StrEnum):
    GOODS = "goods"
    PROMOTION = "promotion"
    AGREED = "agreed"
    POINTS = "points"
    DELIVERY = "delivery"
    TAX = "tax"
    CANCELLED = "cancelled"
    GIFT_CARD = "gift_card"
    TAX_INSIDE = "tax_inside"


class Part(msgspec.Struct, frozen=True):
    """Discounts and tenders are negative: all parts but `TAX_INSIDE` make up the sum to pay."""

    kind: PartKind
    minor: int
    name: str = ""


PART_WORDS: Mapping[PartKind, str] = MappingProxyType(
    {
        PartKind.GOODS: gettext_noop("Goods"),
        PartKind.PROMOTION: "%(name)s",
        PartKind.AGREED: gettext_noop("Discount"),
        PartKind.POINTS: gettext_noop("Bonus points"),
        PartKind.DELIVERY: gettext_noop("Delivery"),
        PartKind.TAX: "%(name)s",
        PartKind.CANCELLED: gettext_noop("Not sent"),
        PartKind.GIFT_CARD: gettext_noop("Gift card ••%(name)s"),
        PartKind.TAX_INSIDE: gettext_noop("%(name)s, inside the price"),
    }
)
"""To be translated and filled by the door."""


def parts_of_quote(quote: Quote) -> tuple[Part, ...]:
    return tuple(
        _parts(quote.frozen, quote.subtotal_minor, quote.delivery_minor, 0, quote.gift_card_minor)
    )


def parts_of_order(order: Order) -> tuple[Part, ...]:
    return tuple(
        _parts(
            pricing_of(order),
            order.subtotal_minor,
            None if order.delivery_method == DeliveryMethod.DIGITAL else order.delivery_minor,
            order.cancelled_minor,
            order.gift_card_minor,
        )
    )


def _parts(
    pricing: Pricing, goods: int, delivery: int | None, cancelled: int, gift_card: int
) -> Iterator[Part]:
    yield Part(PartKind.GOODS, goods)
    yield from _discounts(pricing)
    if delivery is not None:
        yield Part(PartKind.DELIVERY, delivery)
    added = pricing.tax_mode is TaxMode.ADDED
    taxes = [tax for tax in pricing.taxes if tax.tax_minor]
    if added:
        yield from (Part(PartKind.TAX, tax.tax_minor, tax.name) for tax in taxes)
    if cancelled:
        yield Part(PartKind.CANCELLED, -cancelled)
    if gift_card:
        yield Part(PartKind.GIFT_CARD, -gift_card, pricing.gift_card_last4)
    if not added:
        yield from (Part(PartKind.TAX_INSIDE, tax.tax_minor, tax.name) for tax in taxes)


def _discounts(pricing: Pricing) -> Iterator[Part]:
    for each in pricing.promotions:
        if each.amount_minor:
            name = f"{each.name} ({each.code})" if each.code else each.name
            yield Part(PartKind.PROMOTION, -each.amount_minor, name)
    if pricing.agreed is not None and pricing.agreed.amount_minor:
        # Why it was given is the staff's own.
        yield Part(PartKind.AGREED, -pricing.agreed.amount_minor)
    if pricing.points:
        yield Part(PartKind.POINTS, -pricing.points)
