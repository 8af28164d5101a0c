"""The bodies of the "signed hosted payment" contract. Amounts are whole minor units."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from kram.kit.money import LARGEST_PAYABLE

Minor = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_PAYABLE)]
Currency = Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]


class Body(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Fields that we do not know are ignored: an acquirer may add some."""


class Customer(Body, frozen=True, kw_only=True, omit_defaults=True):
    email: str = ""
    phone: str = ""
    locale: str = ""


class Item(Body, frozen=True, kw_only=True, omit_defaults=True):
    title: str
    quantity: int
    amount_minor: Minor


class CreatePayment(Body, frozen=True, kw_only=True, omit_defaults=True):
    merchant_id: str
    payment_id: UUID
    order_number: str
    amount_minor: Minor
    currency: Currency
    description: str
    return_url: str
    cancel_url: str
    callback_url: str
    expires_at: datetime
    customer: Customer = Customer()
    items: tuple[Item, ...] = ()


class CreatedPayment(Body, frozen=True, kw_only=True, omit_defaults=True):
    provider_payment_id: str
    status: str
    redirect_url: str


class CreateRefund(Body, frozen=True, kw_only=True, omit_defaults=True):
    merchant_id: str
    payment_id: UUID
    refund_id: UUID
    amount_minor: Minor
    currency: Currency
    reason: str = ""


class RefundView(Body, frozen=True, kw_only=True, omit_defaults=True):
    """`refund_id` is absent for a refund that was made in the acquirer's own cabinet."""

    provider_refund_id: str
    status: str
    amount_minor: Minor
    currency: Currency
    refund_id: UUID | None = None
    failure: str = ""


class PaymentView(Body, frozen=True, kw_only=True, omit_defaults=True):
    """The answer of the status address."""

    provider_payment_id: str
    payment_id: UUID
    status: str
    amount_minor: Minor
    currency: Currency
    failure: str = ""
    refunds: tuple[RefundView, ...] = ()


class Callback(Body, frozen=True, kw_only=True, omit_defaults=True):
    event: str
    provider_payment_id: str
    payment_id: UUID
    amount_minor: Minor
    currency: Currency
    occurred_at: datetime
    failure: str = ""


class Refusal(Body, frozen=True, kw_only=True, omit_defaults=True):
    """What the acquirer answers with a status of 4xx."""

    code: str = ""
    detail: str = ""
