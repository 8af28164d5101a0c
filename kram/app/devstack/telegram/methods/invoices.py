"""An invoice out of a call's parameters, with the limits of the Bot API."""

import secrets
from typing import Any

from kram.app.devstack.telegram.errors import bad_request
from kram.app.devstack.telegram.methods.arguments import Arguments
from kram.app.devstack.telegram.methods.call import Call
from kram.app.devstack.telegram.state.records import InvoiceRecord
from kram.app.devstack.telegram.wire.payments import LabeledPrice

STARS = "XTR"
MONTH_SECONDS = 2_592_000
MAX_SUBSCRIPTION_STARS = 10_000
# https://core.telegram.org/bots/payments#supported-currencies
CURRENCIES = frozenset(
    "AED AFN ALL AMD ARS AUD AZN BAM BDT BGN BHD BND BOB BRL BYN CAD CHF CLP CNY COP CRC CZK DKK"
    " DOP DZD EGP ETB EUR GBP GEL GHS GTQ HKD HNL HRK HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES"
    " KGS KRW KZT LBP LKR MAD MDL MMK MNT MOP MUR MVR MXN MYR MZN NGN NIO NOK NPR NZD PAB PEN PHP"
    " PKR PLN PYG QAR RON RSD RUB SAR SEK SGD SYP THB TJS TND TRY TTD TWD TZS UAH UGX USD UYU UZS"
    f" VES VND XOF YER ZAR ZMW {STARS}".split()
)


def invoice_from(call: Call, *, may_subscribe: bool) -> InvoiceRecord:
    """The invoice a bot describes. Raises Telegram's refusals."""
    arguments = call.arguments
    currency = arguments.required_text("currency")
    if currency not in CURRENCIES:
        raise bad_request("CURRENCY_INVALID")
    invoice = InvoiceRecord(
        slug=secrets.token_urlsafe(24),
        bot_id=call.bot.id,
        title=_limited(arguments, "title", 32, "TITLE"),
        description=_limited(arguments, "description", 255, "DESCRIPTION"),
        payload=_payload(arguments),
        currency=currency,
        prices=_prices(arguments, currency),
        photo_url=arguments.text("photo_url") or None,
    )
    if currency == STARS:
        if may_subscribe:
            _read_subscription(invoice, arguments)
        return invoice
    if not arguments.text("provider_token"):
        raise bad_request("PAYMENT_PROVIDER_INVALID")
    _read_order_fields(invoice, arguments)
    return invoice


def _read_order_fields(invoice: InvoiceRecord, arguments: Arguments) -> None:
    invoice.need_name = arguments.flag("need_name")
    invoice.need_phone_number = arguments.flag("need_phone_number")
    invoice.need_email = arguments.flag("need_email")
    invoice.is_flexible = arguments.flag("is_flexible")
    invoice.need_shipping_address = arguments.flag("need_shipping_address") or invoice.is_flexible
    invoice.max_tip_amount = arguments.integer("max_tip_amount")
    tips: Any = arguments.struct("suggested_tip_amounts", list[int], "suggested tip amounts")
    invoice.suggested_tip_amounts = tips or []


def _read_subscription(invoice: InvoiceRecord, arguments: Arguments) -> None:
    """Thirty days is the only period, and 10,000 Stars the highest price, that Telegram takes."""
    if not arguments.has("subscription_period"):
        return
    if arguments.integer("subscription_period") != MONTH_SECONDS:
        raise bad_request("SUBSCRIPTION_PERIOD_INVALID")
    if invoice.total_amount > MAX_SUBSCRIPTION_STARS:
        raise bad_request("SUBSCRIPTION_PRICE_INVALID")
    invoice.subscription_period = MONTH_SECONDS


def _limited(arguments: Arguments, name: str, limit: int, code: str) -> str:
    text = arguments.required_text(name)
    if len(text) > limit:
        raise bad_request(f"INVOICE_{code}_TOO_LONG")
    return text


def _payload(arguments: Arguments) -> str:
    payload = arguments.required_text("payload")
    if len(payload.encode()) > 128:
        raise bad_request("INVOICE_PAYLOAD_INVALID")
    return payload


def _prices(arguments: Arguments, currency: str) -> list[LabeledPrice]:
    prices = arguments.struct("prices", list[LabeledPrice], "labeled prices")
    if not prices:
        raise bad_request("there must be at least one price")
    if currency == STARS and len(prices) != 1:
        raise bad_request("STARS_INVOICE_INVALID")
    if sum(price.amount for price in prices) <= 0:
        raise bad_request("CURRENCY_TOTAL_AMOUNT_INVALID")
    return prices
