"""A phone number that a person shares: their own, or it is not theirs to share."""

from aiogram import Router
from aiogram.filters import Filter
from aiogram.methods import SendMessage
from aiogram.types import Message, ReplyKeyboardRemove

from kram.bot.filters import PRIVATE
from kram.bot.shopper.customer import CUSTOMER
from kram.integrations.telegram.texts import Words
from kram.kit.db.tx import TenantTx
from kram.shop.customers.models import Customer, IdentityKind
from kram.shop.customers.rules import normal_phone
from kram.shop.customers.service import prove
from kram.tenants.actor import Actor, ActorKind


class SharesContact(Filter):
    async def __call__(self, message: Message) -> bool:
        return message.contact is not None


def register(router: Router) -> None:
    router.message.register(take, PRIVATE, SharesContact(), flags=CUSTOMER)


async def take(message: Message, tx: TenantTx, customer: Customer, words: Words) -> SendMessage:
    contact, sender = message.contact, message.from_user
    assert contact is not None
    assert sender is not None
    # Anybody's card can be sent; Telegram marks only the sender's own with the sender's id.
    if contact.user_id != sender.id:
        return message.answer(words.html("Share your own number, please"))
    number = _international(contact.phone_number)
    if normal_phone(number) is None:  # Telegram's own anonymous numbers (+888) are none to call
        customer.phone = number
    else:
        shopper = Actor(ActorKind.SHOPPER, str(customer.id), "")
        await prove(tx, customer.id, IdentityKind.PHONE, number, "bot", shopper)
    return message.answer(
        words.html("Thank you, your number is saved"), reply_markup=ReplyKeyboardRemove()
    )


def _international(number: str) -> str:
    """Clients send it with or without the plus."""
    return f"+{number.strip().lstrip('+')}"
