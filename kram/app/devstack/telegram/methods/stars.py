"""Refunds, the ledger of Stars, and subscriptions paid in them."""

from typing import Any

from kram.app.devstack.telegram.chats import private_chat
from kram.app.devstack.telegram.errors import bad_request
from kram.app.devstack.telegram.identities import person_user
from kram.app.devstack.telegram.methods.call import Call, method
from kram.app.devstack.telegram.methods.invoices import STARS
from kram.app.devstack.telegram.posting import deliver, draft, post
from kram.app.devstack.telegram.state.records import Payment
from kram.app.devstack.telegram.wire.base import to_builtins
from kram.app.devstack.telegram.wire.payments import RefundedPayment


@method("refundStarPayment")
async def refund_star_payment(call: Call) -> bool:
    payment = _payment(call)
    if payment.refunded_at is not None:
        raise bad_request("CHARGE_ALREADY_REFUNDED")
    payment.refunded_at = call.telegram.now
    call.world.payments.put(payment)
    _tell_refund(call, payment)
    return True


@method("editUserStarSubscription")
async def edit_user_star_subscription(call: Call) -> bool:
    payment = _payment(call)
    if payment.subscription_period is None:
        raise bad_request("SUBSCRIPTION_NOT_FOUND")
    payment.is_canceled = call.arguments.flag("is_canceled")
    call.world.payments.put(payment)
    return True


@method("getStarTransactions")
async def get_star_transactions(call: Call) -> dict[str, Any]:
    """Newest first; a refund repeats the id of its payment, with a receiver."""
    entries = [entry for payment in _star_payments(call) for entry in _entries(call, payment)]
    entries.sort(key=lambda entry: -entry["date"])
    offset = call.arguments.integer("offset")
    limit = min(100, max(1, call.arguments.integer("limit", 100)))
    return {"transactions": entries[offset : offset + limit]}


@method("getMyStarBalance")
async def get_my_star_balance(call: Call) -> dict[str, int]:
    kept = (row.amount for row in _star_payments(call) if row.refunded_at is None)
    return {"amount": sum(kept)}


def _payment(call: Call) -> Payment:
    payment = call.world.payments.get(call.arguments.text("telegram_payment_charge_id"))
    if payment is None or payment.bot_id != call.bot.id or payment.currency != STARS:
        raise bad_request("CHARGE_NOT_FOUND")
    if payment.person_id != call.arguments.integer("user_id"):
        raise bad_request("USER_ID_INVALID")
    return payment


def _star_payments(call: Call) -> list[Payment]:
    return [
        row for row in call.world.payments if (row.bot_id, row.currency) == (call.bot.id, STARS)
    ]


def _entries(call: Call, payment: Payment) -> list[dict[str, Any]]:
    partner = {
        "type": "user",
        "transaction_type": "invoice_payment",
        "user": to_builtins(person_user(call.world.people[payment.person_id])),
        "invoice_payload": payment.payload,
    }
    if payment.subscription_period:
        partner["subscription_period"] = payment.subscription_period
    common = {"id": payment.charge_id, "amount": payment.amount}
    entries = [{**common, "date": payment.date, "source": partner}]
    if payment.refunded_at is not None:
        entries.append({**common, "date": payment.refunded_at, "receiver": partner})
    return entries


def _tell_refund(call: Call, payment: Payment) -> None:
    person = call.world.people[payment.person_id]
    chat = private_chat(call.world, call.bot, person.id)
    message = draft(call.telegram, chat, person)
    message.refunded_payment = RefundedPayment(
        currency=payment.currency,
        total_amount=payment.amount,
        invoice_payload=payment.payload,
        telegram_payment_charge_id=payment.charge_id,
        provider_payment_charge_id=payment.provider_charge_id,
    )
    deliver(call.telegram, chat, post(call.telegram, chat, message))
