"""Invoices and what became of them. Amounts are whole minor units of the currency."""

from kram.app.devstack.telegram.wire.base import Wire
from kram.app.devstack.telegram.wire.people import User


class LabeledPrice(Wire, kw_only=True):
    """A part of an invoice's total."""

    label: str
    amount: int


class Invoice(Wire, kw_only=True):
    """An invoice as a message shows it."""

    title: str
    description: str
    start_parameter: str
    currency: str
    total_amount: int


class ShippingAddress(Wire, kw_only=True):
    """Where the shopper wants the goods."""

    country_code: str
    state: str
    city: str
    street_line1: str
    street_line2: str
    post_code: str


class OrderInfo(Wire, kw_only=True):
    """What the shopper filled in on the invoice sheet."""

    name: str | None = None
    phone_number: str | None = None
    email: str | None = None
    shipping_address: ShippingAddress | None = None


class ShippingOption(Wire, kw_only=True):
    """A way of delivery that the bot offers."""

    id: str
    title: str
    prices: list[LabeledPrice]


class ShippingQuery(Wire, kw_only=True):
    """Asks the bot for ways of delivery to an address."""

    id: str
    from_: User
    invoice_payload: str
    shipping_address: ShippingAddress


class PreCheckoutQuery(Wire, kw_only=True):
    """Asks the bot, before money moves, whether the order still stands."""

    id: str
    from_: User
    currency: str
    total_amount: int
    invoice_payload: str
    shipping_option_id: str | None = None
    order_info: OrderInfo | None = None


class SuccessfulPayment(Wire, kw_only=True):
    """A service message: the money has moved."""

    currency: str
    total_amount: int
    invoice_payload: str
    telegram_payment_charge_id: str
    provider_payment_charge_id: str
    subscription_expiration_date: int | None = None
    is_recurring: bool | None = None
    is_first_recurring: bool | None = None
    shipping_option_id: str | None = None
    order_info: OrderInfo | None = None


class RefundedPayment(Wire, kw_only=True):
    """A service message: the money went back."""

    currency: str
    total_amount: int
    invoice_payload: str
    telegram_payment_charge_id: str
    provider_payment_charge_id: str | None = None


class BotSubscriptionUpdated(Wire, kw_only=True):
    """A subscription was cancelled, taken up again, or could not be renewed."""

    user: User
    invoice_payload: str
    state: str
