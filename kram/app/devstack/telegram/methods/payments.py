"""Invoices, their answers, and Stars."""

from typing import Any

from kram.app.devstack.telegram.errors import bad_request
from kram.app.devstack.telegram.methods.call import Call, method
from kram.app.devstack.telegram.methods.invoices import invoice_from
from kram.app.devstack.telegram.methods.markup import reply_markup
from kram.app.devstack.telegram.methods.sending import send, start_message
from kram.app.devstack.telegram.state.records import message_key
from kram.app.devstack.telegram.wire.keyboards import InlineButton, InlineKeyboard
from kram.app.devstack.telegram.wire.messages import Message
from kram.app.devstack.telegram.wire.payments import Invoice, ShippingOption


@method("createInvoiceLink")
async def create_invoice_link(call: Call) -> str:
    invoice = invoice_from(call, may_subscribe=True)
    call.world.invoices.put(invoice)
    return f"https://t.me/${invoice.slug}"


@method("sendInvoice")
async def send_invoice(call: Call) -> Message:
    """Without a keyboard of its own the message gets a Pay button."""
    chat, message = start_message(call)
    invoice = invoice_from(call, may_subscribe=False)
    message.invoice = Invoice(
        title=invoice.title,
        description=invoice.description,
        start_parameter=call.arguments.text("start_parameter"),
        currency=invoice.currency,
        total_amount=invoice.total_amount,
    )
    message.reply_markup = _pay_keyboard(call)
    call.world.invoices.put(invoice)
    sent = send(call, chat, message)
    stored = call.world.messages[message_key(chat.key, sent.message_id)]
    stored.invoice_slug = invoice.slug
    call.world.messages.put(stored)
    return sent


@method("answerPreCheckoutQuery")
async def answer_pre_checkout_query(call: Call) -> bool:
    query_id = call.arguments.required_text("pre_checkout_query_id")
    call.telegram.questions.answer("pre_checkout", call.bot.id, query_id, _verdict(call))
    return True


@method("answerShippingQuery")
async def answer_shipping_query(call: Call) -> bool:
    answer = _verdict(call)
    if answer["ok"]:
        options = call.arguments.struct(
            "shipping_options", list[ShippingOption], "shipping options"
        )
        if not options:
            raise bad_request("shipping options are not specified")
        answer["shipping_options"] = options
    query_id = call.arguments.required_text("shipping_query_id")
    call.telegram.questions.answer("shipping", call.bot.id, query_id, answer)
    return True


def _verdict(call: Call) -> dict[str, Any]:
    is_ok = call.arguments.flag("ok")
    return {
        "ok": is_ok,
        "error_message": "" if is_ok else call.arguments.required_text("error_message"),
    }


def _pay_keyboard(call: Call) -> InlineKeyboard:
    markup = reply_markup(call.arguments, None)
    if not isinstance(markup, InlineKeyboard) or not any(markup.inline_keyboard):
        return InlineKeyboard(inline_keyboard=[[InlineButton(text="Pay", pay=True)]])
    if not markup.inline_keyboard[0][0].pay:
        raise bad_request("the first button of an invoice must be a Pay button")
    return markup
