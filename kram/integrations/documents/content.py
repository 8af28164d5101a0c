"""What papers say, from an order's rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from kram.billing.invoices.content import InvoiceContent
from kram.billing.invoices.models import Invoice
from kram.billing.payments.models import Payment, PaymentStatus, Refund, RefundStatus
from kram.shop.orders.models import Fulfilment, Order
from kram.shop.orders.settings import Seller


class Paper(msgspec.Struct, frozen=True):
    """`template` of `templates/documents/`; `name` is the file's without its ending."""

    template: str
    name: str
    language: str
    at: datetime
    content: dict[str, Any]


def invoice_paper(invoice: Invoice) -> Paper:
    content = msgspec.convert(invoice.content, InvoiceContent)
    return Paper(
        "invoice.html",
        f"invoice-{invoice.name}",
        content.language,
        invoice.issued_at,
        {"number": invoice.name, "invoice": content},
    )


def packing_slip(order: Order, parcel: Fulfilment, shop: str) -> Paper:
    """Without prices: it travels inside the parcel. `order` with its lines."""
    units = parcel.units
    return Paper(
        "packing_slip.html",
        f"packing-{order.number or order.code}-{parcel.number}",
        order.language,
        parcel.created_at,
        {
            "shop": shop,
            "order": order,
            "parcel": parcel,
            "lines": [(line, units[line.id]) for line in order.lines if line.id in units],
        },
    )


def receipt(
    order: Order,
    payments: Sequence[Payment],
    refunds: Sequence[Refund],
    seller: Seller,
    shop: str,
) -> Paper | None:
    """What was paid and what went back; None: nothing was paid. `order` with its lines."""
    paid = [payment for payment in payments if payment.status == PaymentStatus.SUCCEEDED]
    if not paid:
        return None
    ids = {payment.id for payment in paid}
    given = [
        refund
        for refund in refunds
        if refund.status == RefundStatus.SUCCEEDED and refund.payment_id in ids
    ]
    return Paper(
        "receipt.html",
        f"receipt-{order.number or order.code}",
        order.language,
        max([row.updated_at for row in paid] + [row.updated_at for row in given]),
        {
            "shop": shop,
            "seller": seller,
            "order": order,
            "payments": paid,
            "refunds": given,
            "kept": sum(payment.captured_minor - payment.refunded_minor for payment in paid),
        },
    )
