"""A person pays an invoice: delivery options, the bot's last word, then the money moves."""

import secrets

import msgspec

from kram.app.devstack.telegram.chats import private_chat
from kram.app.devstack.telegram.identities import person_user
from kram.app.devstack.telegram.people.errors import ImpossibleActionError, UnknownPartyError
from kram.app.devstack.telegram.posting import deliver, draft, post
from kram.app.devstack.telegram.state.records import Bot, InvoiceRecord, Payment, Person
from kram.app.devstack.telegram.telegram import Telegram
from kram.app.devstack.telegram.updates import tell
from kram.app.devstack.telegram.wire.payments import (
    OrderInfo,
    PreCheckoutQuery,
    ShippingAddress,
    ShippingOption,
    ShippingQuery,
    SuccessfulPayment,
)

ANSWER_SECONDS = 10.0


class PaySheet(msgspec.Struct, kw_only=True):
    """What the person filled in; amounts in minor units."""

    order_info: OrderInfo | None = None
    shipping_option: ShippingOption | None = None
    tip_amount: int = 0


class PayResult(msgspec.Struct, kw_only=True):
    """How paying ended: `paid` or `failed`, with the bot's reason for a refusal."""

    status: str
    error: str | None = None
    charge_id: str | None = None


class ShippingResult(msgspec.Struct, kw_only=True):
    """The ways of delivery the bot offers, or its reason for offering none."""

    options: list[ShippingOption] = []
    error: str | None = None


def find_invoice(telegram: Telegram, slug: str) -> tuple[InvoiceRecord, Bot]:
    invoice = telegram.world.invoices.get(slug)
    if invoice is None:
        raise UnknownPartyError("there is no such invoice")
    return invoice, telegram.world.bots[invoice.bot_id]


async def ask_shipping(
    telegram: Telegram, slug: str, person: Person, address: ShippingAddress
) -> ShippingResult:
    """Asks the bot for ways of delivery to the address; it has 10 seconds."""
    invoice, bot = find_invoice(telegram, slug)
    question = telegram.questions.ask("shipping", bot.id, person.id, ANSWER_SECONDS)
    query = ShippingQuery(
        id=question.id,
        from_=person_user(person),
        invoice_payload=invoice.payload,
        shipping_address=address,
    )
    tell(telegram, bot, "shipping_query", query, f"checkout:{person.id}")
    answer = await telegram.questions.wait(question)
    if not answer:
        return ShippingResult(error="BOT_SHIPPING_TIMEOUT")
    if not answer["ok"]:
        return ShippingResult(error=answer["error_message"])
    return ShippingResult(options=answer["shipping_options"])


async def pay(telegram: Telegram, slug: str, person: Person, sheet: PaySheet) -> PayResult:
    """Pays after the bot agreed within 10 seconds; otherwise no money moves."""
    invoice, bot = find_invoice(telegram, slug)
    _check_sheet(invoice, sheet)
    amount = _amount(invoice, sheet)
    question = telegram.questions.ask("pre_checkout", bot.id, person.id, ANSWER_SECONDS)
    query = PreCheckoutQuery(
        id=question.id,
        from_=person_user(person),
        currency=invoice.currency,
        total_amount=amount,
        invoice_payload=invoice.payload,
        shipping_option_id=sheet.shipping_option.id if sheet.shipping_option else None,
        order_info=sheet.order_info,
    )
    tell(telegram, bot, "pre_checkout_query", query, f"checkout:{person.id}")
    answer = await telegram.questions.wait(question)
    if not answer:
        return PayResult(status="failed", error="BOT_PRECHECKOUT_TIMEOUT")
    if not answer["ok"]:
        return PayResult(status="failed", error=answer["error_message"])
    return _take_money(telegram, bot, person, invoice, sheet)


def renew(telegram: Telegram, payment: Payment) -> PayResult:
    """Takes the next month of a Stars subscription, without asking the bot, as Telegram does."""
    if not payment.subscription_period or payment.is_canceled:
        raise ImpossibleActionError("this payment is not an active subscription")
    bot, person = telegram.world.bots[payment.bot_id], telegram.world.people[payment.person_id]
    invoice = next(
        row
        for row in telegram.world.invoices
        if (row.bot_id, row.payload) == (payment.bot_id, payment.payload)
    )
    return _take_money(telegram, bot, person, invoice, PaySheet(), is_first=False)


def _take_money(
    telegram: Telegram,
    bot: Bot,
    person: Person,
    invoice: InvoiceRecord,
    sheet: PaySheet,
    is_first: bool = True,
) -> PayResult:
    payment = _record_payment(telegram, bot, person, invoice, _amount(invoice, sheet))
    is_subscription = invoice.subscription_period is not None
    chat = private_chat(telegram.world, bot, person.id)
    message = draft(telegram, chat, person)
    message.successful_payment = SuccessfulPayment(
        currency=payment.currency,
        total_amount=payment.amount,
        invoice_payload=payment.payload,
        telegram_payment_charge_id=payment.charge_id,
        provider_payment_charge_id=payment.provider_charge_id,
        subscription_expiration_date=payment.expires_at,
        is_recurring=True if is_subscription else None,
        is_first_recurring=True if is_subscription and is_first else None,
        shipping_option_id=sheet.shipping_option.id if sheet.shipping_option else None,
        order_info=sheet.order_info,
    )
    deliver(telegram, chat, post(telegram, chat, message))
    return PayResult(status="paid", charge_id=payment.charge_id)


def _record_payment(
    telegram: Telegram, bot: Bot, person: Person, invoice: InvoiceRecord, amount: int
) -> Payment:
    period = invoice.subscription_period
    invoice.paid_by.append(person.id)
    telegram.world.invoices.put(invoice)
    return telegram.world.payments.put(
        Payment(
            charge_id="stx" + secrets.token_urlsafe(40)
            if invoice.currency == "XTR"
            else f"{bot.id}_{person.id}_{secrets.randbits(40)}_{secrets.randbits(50)}",
            provider_charge_id=f"{person.id}_{secrets.randbits(32)}",
            bot_id=bot.id,
            person_id=person.id,
            currency=invoice.currency,
            amount=amount,
            payload=invoice.payload,
            date=telegram.now,
            subscription_period=period,
            expires_at=telegram.now + period if period else None,
        )
    )


def _amount(invoice: InvoiceRecord, sheet: PaySheet) -> int:
    delivery = sheet.shipping_option.prices if sheet.shipping_option else []
    return invoice.total_amount + sum(price.amount for price in delivery) + sheet.tip_amount


def _check_sheet(invoice: InvoiceRecord, sheet: PaySheet) -> None:
    info = sheet.order_info or OrderInfo()
    missing = [
        name
        for name, is_needed, value in (
            ("name", invoice.need_name, info.name),
            ("phone number", invoice.need_phone_number, info.phone_number),
            ("e-mail", invoice.need_email, info.email),
            ("address", invoice.need_shipping_address, info.shipping_address),
            ("way of delivery", invoice.is_flexible, sheet.shipping_option),
        )
        if is_needed and not value
    ]
    if missing:
        raise ImpossibleActionError(f"the invoice needs: {', '.join(missing)}")
    if not 0 <= sheet.tip_amount <= invoice.max_tip_amount:
        raise ImpossibleActionError("the tip is beyond what the invoice allows")
