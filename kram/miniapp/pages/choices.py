"""The ways to get the goods and to pay for them, as checkout shows them."""

import msgspec

from kram.billing.checkout.delivery import delivery_offers
from kram.kit.i18n import Translator
from kram.kit.messages import gettext_noop
from kram.miniapp.pages.frame import Frame
from kram.shop.orders.models import DeliveryMethod

_DELIVERY = {
    DeliveryMethod.COURIER: gettext_noop("Courier"),
    DeliveryMethod.PICKUP: gettext_noop("Pick up at the shop"),
}
_PAYMENT = {
    "cod": gettext_noop("When you receive it"),
    "sandbox": gettext_noop("By card now"),
}
_OTHER_PAYMENT = gettext_noop("Online")


# How phone numbers begin where a currency is spent; elsewhere people know theirs.
_PHONE_BEGINS = {"UAH": "+380", "RUB": "+7", "KZT": "+7", "UZS": "+998", "PLN": "+48"}


class Choice(msgspec.Struct, frozen=True):
    """`price` is empty for what costs nothing."""

    value: str
    name: str
    icon: str
    price: str = ""
    price_minor: int = 0


def delivery_choices(frame: Frame, words: Translator) -> list[Choice]:
    return [
        Choice(
            value=offer.method.value,
            name=words.gettext(_DELIVERY[offer.method]),
            icon=offer.method.value,
            price=frame.price(offer.price) if offer.price else "",
            price_minor=offer.price.minor,
        )
        for offer in delivery_offers(frame.shop.currency)
    ]


def payment_choices(frame: Frame, words: Translator) -> list[Choice]:
    return [
        Choice(
            value=method,
            name=payment_name(method, words),
            icon="cash" if method == "cod" else "card",
        )
        for method in frame.shop.payment_methods
    ]


def phone_begins(frame: Frame) -> str:
    return _PHONE_BEGINS.get(frame.shop.currency, "+")


def payment_name(method: str, words: Translator) -> str:
    return words.gettext(_PAYMENT.get(method, _OTHER_PAYMENT))
