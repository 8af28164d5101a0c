"""What an invoice says, frozen when it is issued."""

import msgspec

from kram.shop.orders.models import Order
from kram.shop.orders.settings import Seller


class InvoicedLine(msgspec.Struct, frozen=True):
    """Sums are for the whole line, in minor units; `to_pay_minor` is after discount, with tax."""

    title: str
    sku: str
    quantity: int
    unit_price_minor: int
    discount_minor: int
    tax_minor: int
    to_pay_minor: int


class InvoicedTax(msgspec.Struct, frozen=True):
    name: str
    rate_ppm: int
    tax_minor: int


class InvoiceContent(msgspec.Struct, frozen=True, kw_only=True):
    seller: Seller
    shop: str
    buyer: str
    buyer_phone: str
    buyer_address: str
    order_name: str
    currency: str
    language: str
    lines: tuple[InvoicedLine, ...]
    taxes: tuple[InvoicedTax, ...]
    subtotal_minor: int
    discount_minor: int
    delivery_minor: int
    tax_minor: int
    tax_added_minor: int
    total_minor: int


def content_of(order: Order, seller: Seller, shop: str) -> InvoiceContent:
    """`order` with its lines. Cancelled units stay: they are taken off by a refund of their own."""
    return InvoiceContent(
        seller=seller,
        shop=shop,
        buyer=order.recipient,
        buyer_phone=order.phone,
        buyer_address=order.address,
        order_name=str(order.number or order.code),
        currency=order.currency,
        language=order.language,
        lines=tuple(
            InvoicedLine(
                title=f"{line.shown_title} · {line.shown_variant_title}"
                if line.shown_variant_title
                else line.shown_title,
                sku=line.sku,
                quantity=line.quantity,
                unit_price_minor=line.unit_price_minor,
                discount_minor=line.discount_minor,
                tax_minor=line.tax_minor,
                to_pay_minor=line.to_pay_minor,
            )
            for line in order.lines
        ),
        taxes=msgspec.convert(order.pricing.get("taxes", []), tuple[InvoicedTax, ...]),
        subtotal_minor=order.subtotal_minor,
        discount_minor=order.discount_minor,
        delivery_minor=order.delivery_minor,
        tax_minor=order.tax_minor,
        tax_added_minor=order.tax_added_minor,
        total_minor=order.total_minor,
    )
