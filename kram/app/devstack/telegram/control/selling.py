"""Invoices and Mini Apps: paid, opened, shared."""

from typing import Any

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from kram.app.devstack.telegram.control.parties import (
    find_bot,
    find_chat,
    find_message,
    find_person,
)
from kram.app.devstack.telegram.init_data import contact_data, public_key_hex
from kram.app.devstack.telegram.injection import OurTelegram
from kram.app.devstack.telegram.people import opening, paying, sharing, subscribing
from kram.app.devstack.telegram.people.errors import UnknownPartyError
from kram.app.devstack.telegram.people.paying import PayResult, PaySheet, ShippingResult
from kram.app.devstack.telegram.state.records import InvoiceRecord
from kram.app.devstack.telegram.wire.messages import Message
from kram.app.devstack.telegram.wire.payments import ShippingAddress


class Pay(PaySheet, kw_only=True):
    """An invoice to be paid, by the slug of its link (`https://t.me/$slug`)."""

    slug: str
    user_id: int


class AskShipping(msgspec.Struct, kw_only=True):
    """An address to ask the bot about."""

    slug: str
    user_id: int
    address: ShippingAddress


class SubscriptionChange(msgspec.Struct, kw_only=True):
    """What happens to a subscription: `renew`, `cancel`, `resume` or `fail`."""

    charge_id: str
    change: str


class OpenApp(msgspec.Struct, kw_only=True):
    """A Mini App to be opened by a person, and how (see `people/opening.py`)."""

    bot: int | str
    user_id: int
    url: str | None = None
    start_param: str | None = None
    direct_link: bool = False
    keyboard_button: bool = False
    age_seconds: int = 0
    platform: str = "ios"
    version: str = opening.CLIENT_VERSION
    color_scheme: str = "light"


class Share(msgspec.Struct, kw_only=True):
    """A prepared message to be shared into a chat."""

    id: str
    user_id: int
    chat: str


class InlineAsk(msgspec.Struct, kw_only=True):
    """Words after a bot's name; with `chat` the result `choose` is sent there."""

    bot: int | str
    user_id: int
    query: str
    chat: str | None = None
    choose: int = 0


@get("/invoices/{slug:str}")
async def show_invoice(slug: FromPath[str], telegram: OurTelegram) -> InvoiceRecord:
    return paying.find_invoice(telegram, slug)[0]


@get("/messages/{message_id:int}/invoice")
async def show_message_invoice(
    message_id: FromPath[int], chat: FromQuery[str], telegram: OurTelegram
) -> InvoiceRecord:
    """The invoice that a message offers."""
    stored = find_message(telegram, find_chat(telegram, chat), message_id)
    if stored.invoice_slug is None:
        raise UnknownPartyError("the message offers no invoice")
    return paying.find_invoice(telegram, stored.invoice_slug)[0]


@post("/shipping")
async def ask_shipping(data: JSONBody[AskShipping], telegram: OurTelegram) -> ShippingResult:
    person = find_person(telegram, data.user_id)
    return await paying.ask_shipping(telegram, data.slug, person, data.address)


@post("/pay")
async def pay(data: JSONBody[Pay], telegram: OurTelegram) -> PayResult:
    person = find_person(telegram, data.user_id)
    return await paying.pay(telegram, data.slug, person, data)


@post("/subscription")
async def change_subscription(
    data: JSONBody[SubscriptionChange], telegram: OurTelegram
) -> PayResult:
    return subscribing.change(telegram, data.charge_id, data.change)


@get("/public-key")
async def public_key(telegram: OurTelegram) -> dict[str, str]:
    """The Ed25519 key (hex) that stands in for Telegram's."""
    return {"public_key": public_key_hex(telegram.world.signing_key)}


@post("/launch")
async def launch(data: JSONBody[OpenApp], telegram: OurTelegram) -> opening.OpenedApp:
    bot, person = find_bot(telegram, data.bot), find_person(telegram, data.user_id)
    way = opening.Opening(
        url=data.url,
        start_param=data.start_param,
        direct_link=data.direct_link,
        keyboard_button=data.keyboard_button,
        age_seconds=data.age_seconds,
        platform=data.platform,
        version=data.version,
        color_scheme=data.color_scheme,
    )
    return opening.open_app(telegram, bot, person, way)


@get("/contact-data")
async def show_contact_data(
    bot: FromQuery[str], user_id: FromQuery[int], telegram: OurTelegram
) -> dict[str, str]:
    """What requestContact gives the Mini App after the contact was sent."""
    person = find_person(telegram, user_id)
    return {"contact": contact_data(telegram, find_bot(telegram, bot), person)}


@get("/prepared/{prepared_id:str}")
async def show_prepared(
    prepared_id: FromPath[str], user_id: FromQuery[int], telegram: OurTelegram
) -> dict[str, Any]:
    person = find_person(telegram, user_id)
    return sharing.find_prepared(telegram, prepared_id, person).result


@post("/share")
async def share(data: JSONBody[Share], telegram: OurTelegram) -> Message:
    person = find_person(telegram, data.user_id)
    prepared = sharing.find_prepared(telegram, data.id, person)
    return await sharing.share(telegram, prepared, person, find_chat(telegram, data.chat))


@post("/inline")
async def ask_inline(data: JSONBody[InlineAsk], telegram: OurTelegram) -> list[dict[str, Any]]:
    bot, person = find_bot(telegram, data.bot), find_person(telegram, data.user_id)
    results = await sharing.ask_inline(telegram, bot, person, data.query)
    if data.chat is not None and results:
        chat, chosen = find_chat(telegram, data.chat), results[data.choose]
        await sharing.choose_inline(telegram, bot, person, chat, chosen, data.query)
    return results


selling = Router(
    "/",
    route_handlers=[
        show_invoice,
        show_message_invoice,
        ask_shipping,
        pay,
        change_subscription,
        public_key,
        launch,
        show_contact_data,
        show_prepared,
        share,
        ask_inline,
    ],
)
