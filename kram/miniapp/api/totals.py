"""What a cart costs, as the script shows it: rows, codes and why not, card and points."""

import msgspec

from kram.billing.checkout.delivery import delivery_price
from kram.kit.db.tx import TenantRead
from kram.kit.i18n import Translator
from kram.kit.money import Money
from kram.kit.money_text import format_money
from kram.miniapp.api.order_steps import moment
from kram.miniapp.api.shopper import Shopper
from kram.shop.cart.extras import Extras
from kram.shop.cart.view import CartView
from kram.shop.orders.models import DeliveryMethod
from kram.shop.orders.pricing import Goods, Quote, quote
from kram.shop.orders.pricing.parts import PART_WORDS, Part, parts_of_quote
from kram.shop.promotions.refusals import REFUSAL_MESSAGES, Refusal, WhyNot
from kram.tenants.registry import ShopCard


class PartAnswer(msgspec.Struct, frozen=True):
    """`kind` is a `PartKind`; discounts and tenders are negative."""

    kind: str
    name: str
    minor: int


class CodeAnswer(msgspec.Struct, frozen=True):
    """`note` says why it gives nothing; empty when it works."""

    code: str
    note: str


class PointsAnswer(msgspec.Struct, frozen=True):
    balance_minor: int
    spendable_minor: int
    is_on: bool


class TotalsAnswer(msgspec.Struct, frozen=True):
    """`hint` is what an automatic promotion still asks for, `gift_card_note` why the card gives
    nothing."""

    parts: list[PartAnswer] = []
    total_minor: int = 0
    to_pay_minor: int = 0
    codes: list[CodeAnswer] = []
    gift_card: str = ""
    gift_card_note: str = ""
    points: PointsAnswer | None = None
    hint: str = ""


async def totals(
    tx: TenantRead,
    shopper: Shopper,
    view: CartView,
    extras: Extras,
    delivery: DeliveryMethod | None,
) -> TotalsAnswer:
    """Nothing for an empty cart."""
    goods = [
        Goods(
            line.variant_id,
            line.product_id,
            line.sku,
            line.price.minor,
            line.quantity,
            line.is_gift_card,
        )
        for line in view.lines
        if line.product_id is not None and line.quantity
    ]
    if not goods or not view.payable:
        return TotalsAnswer(codes=[CodeAnswer(code, "") for code in extras.codes])
    shop = shopper.shop
    priced = await quote(
        tx,
        goods,
        currency=shop.currency,
        customer_id=shopper.customer_id,
        delivery_minor=_delivery(view, delivery, shop),
        extras=extras,
        channel=shopper.channel,
    )
    return _answer(priced, extras, shop, shopper.words)


def _delivery(view: CartView, delivery: DeliveryMethod | None, shop: ShopCard) -> int | None:
    if delivery is None or not view.is_sent:
        return None
    return delivery_price(delivery, shop.currency).minor


def _answer(priced: Quote, extras: Extras, shop: ShopCard, words: Translator) -> TotalsAnswer:
    notes = {each.code: why_not(each, shop, words) for each in priced.refused}
    return TotalsAnswer(
        parts=[part_answer(part, words) for part in parts_of_quote(priced)],
        total_minor=priced.total_minor,
        to_pay_minor=priced.to_pay_minor,
        codes=[CodeAnswer(code, notes.get(code, "")) for code in extras.codes],
        gift_card=priced.gift_card.last4 if priced.gift_card else "",
        gift_card_note=_card_note(priced, words),
        points=_points(priced, extras),
        hint=_hint(priced, words),
    )


def _card_note(priced: Quote, words: Translator) -> str:
    if priced.gift_card is None or priced.gift_card_minor or not priced.total_minor:
        return ""
    return words.gettext("A gift card does not pay for gift cards")


def part_answer(part: Part, words: Translator) -> PartAnswer:
    name = words.gettext(PART_WORDS[part.kind], name=part.name)
    return PartAnswer(part.kind, name, part.minor)


def why_not(refusal: Refusal, shop: ShopCard, words: Translator) -> str:
    missing: object = refusal.missing
    if refusal.why is WhyNot.MINIMUM_SUM:
        missing = _written(refusal.missing, shop.currency, words)
    at = moment(refusal.at, shop.timezone, words) if refusal.at else ""
    return words.gettext(REFUSAL_MESSAGES[refusal.why], missing=missing, other=refusal.other, at=at)


def _points(priced: Quote, extras: Extras) -> PointsAnswer | None:
    if not priced.spendable_points:
        return None
    return PointsAnswer(priced.points_balance, priced.spendable_points, extras.use_points)


def _hint(priced: Quote, words: Translator) -> str:
    if priced.nearly is None:
        return ""
    missing = _written(priced.nearly.missing, priced.currency, words)
    return words.gettext(
        "Add goods for %(missing)s more to get “%(name)s”",
        missing=missing,
        name=priced.nearly.other,
    )


def _written(minor: int, currency: str, words: Translator) -> str:
    return format_money(Money(minor, currency), words.language, trim_zeros=True)
