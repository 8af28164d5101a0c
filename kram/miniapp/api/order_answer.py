"""An order as its shopper reads it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from kram.billing.payments.models import Payment
from kram.billing.payments.service import awaits_payment
from kram.kit.i18n import Translator
from kram.kit.money import Money
from kram.kit.money_text import format_money
from kram.kit.pagination import Page
from kram.miniapp.api.given_answer import GivenAnswer, given_answers
from kram.miniapp.api.order_news import News, news_of, status_name
from kram.miniapp.api.order_steps import StepAnswer, moment, steps_of
from kram.miniapp.api.totals import part_answer
from kram.miniapp.pages.choices import payment_name
from kram.shop.digital.service.given import Given
from kram.shop.orders.models import Fulfilment, Order, OrderLine, OrderStatus
from kram.shop.orders.pricing.parts import Part, PartKind, parts_of_order
from kram.tenants.registry import ShopCard

_CANCELLABLE = frozenset({OrderStatus.AWAITING_PAYMENT, OrderStatus.PLACED})
_FINAL = frozenset({OrderStatus.DELIVERED, OrderStatus.CANCELLED})
_SHOWN_GOODS = 3


class SeenOrder(NamedTuple):
    """With its lines, steps and parcels; the oldest payment first; units to give back by line."""

    order: Order
    payments: Sequence[Payment]
    due_minor: int
    returnable: Mapping[UUID, int]
    expires_at: datetime | None
    given: Sequence[Given] = ()


class BoughtAnswer(msgspec.Struct, frozen=True):
    title: str
    variant: str
    quantity: int
    total: str


class SumAnswer(msgspec.Struct, frozen=True):
    """One row of what the sum to pay is made of."""

    name: str
    amount: str


class ParcelAnswer(msgspec.Struct, frozen=True):
    name: str
    tracking: str
    url: str


class ReturnableAnswer(msgspec.Struct, frozen=True):
    """`left` units of the line may be given back now."""

    line_id: UUID
    title: str
    left: int


class OrderAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`waiting`: ask again soon; `final`: nothing more will come.

    `left_seconds`: so long its units are kept for who pays, by our clock; 0: they are not, and the
    order is about to be cancelled; None: it waits for no payment. `kept_until` says it in words.
    """

    code: str
    name: str
    mood: str
    headline: str
    explanation: str
    waiting: bool
    final: bool
    steps: list[StepAnswer]
    lines: list[BoughtAnswer]
    parts: list[SumAnswer]
    total: str
    recipient: str
    phone: str
    address: str
    comment: str
    payment: str
    tracking: str
    to_pay: str
    can_pay: bool
    can_cancel: bool
    can_repeat: bool
    parcels: list[ParcelAnswer]
    returnable: list[ReturnableAnswer]
    left_seconds: int | None
    kept_until: str
    given: list[GivenAnswer]


class OrderCardAnswer(msgspec.Struct, frozen=True):
    code: str
    name: str
    status: str
    at: str
    total: str
    goods: str


class OrdersAnswer(msgspec.Struct, frozen=True):
    items: list[OrderCardAnswer]
    next_cursor: str | None


def order_answer(seen: SeenOrder, shop: ShopCard, words: Translator, now: datetime) -> OrderAnswer:
    order, payments = seen.order, seen.payments
    left = _left_seconds(seen.expires_at, now)
    news: News = news_of(order, payments, words)
    is_awaiting = order.status == OrderStatus.AWAITING_PAYMENT
    return OrderAnswer(
        code=order.code,
        name=_name(order, words),
        mood=news.mood,
        headline=news.headline,
        explanation=news.explanation,
        waiting=is_awaiting,
        final=order.status in _FINAL and all(each.ready for each in seen.given),
        steps=steps_of(order, shop.timezone, words),
        lines=[_bought(line, order, words) for line in order.lines],
        parts=[_part(part, order, words) for part in parts_of_order(order)],
        total=_written(order.to_pay_minor, order, words),
        recipient=order.recipient,
        phone=order.phone,
        address=order.address,
        comment=order.comment,
        payment=payment_name(order.payment_method, words),
        tracking=order.tracking,
        to_pay=_written(seen.due_minor, order, words),
        can_pay=awaits_payment(order) and left != 0,
        can_cancel=may_cancel(order, order.lines),
        can_repeat=order.status in _FINAL,
        parcels=[_parcel(each, words) for each in order.parcels if each.shipped_at is not None],
        returnable=[
            ReturnableAnswer(line.id, line.shown_title, seen.returnable[line.id])
            for line in order.lines
            if line.id in seen.returnable
        ],
        left_seconds=left,
        kept_until=moment(seen.expires_at, shop.timezone, words) if seen.expires_at else "",
        given=given_answers(seen.given, order, shop, words),
    )


def orders_answer(page: Page[Order], shop: ShopCard, words: Translator) -> OrdersAnswer:
    return OrdersAnswer([_card(order, shop, words) for order in page.items], page.next_cursor)


def _left_seconds(expires_at: datetime | None, now: datetime) -> int | None:
    return None if expires_at is None else max(0, int((expires_at - now).total_seconds()))


def may_cancel(order: Order, lines: Iterable[OrderLine]) -> bool:
    """The shop has not begun with it, and nothing of it is in the shopper's hands; afterwards it
    must be asked."""
    return order.status in _CANCELLABLE and not any(line.given_quantity for line in lines)


def _card(order: Order, shop: ShopCard, words: Translator) -> OrderCardAnswer:
    return OrderCardAnswer(
        code=order.code,
        name=_name(order, words),
        status=status_name(OrderStatus(order.status), words),
        at=moment(order.created_at, shop.timezone, words),
        total=_written(order.total_minor, order, words),
        goods=", ".join(line.shown_title for line in order.lines[:_SHOWN_GOODS]),
    )


def _name(order: Order, words: Translator) -> str:
    """By its number once the staff has it; before, by its code."""
    if order.number is not None:
        return words.gettext("Order %(number)s", number=f"№ {order.number}")
    return words.gettext("Order %(number)s", number=order.code)


def _bought(line: OrderLine, order: Order, words: Translator) -> BoughtAnswer:
    total = _written(line.total_minor, order, words)
    return BoughtAnswer(line.shown_title, line.shown_variant_title, line.quantity, total)


def _part(part: Part, order: Order, words: Translator) -> SumAnswer:
    named = part_answer(part, words)
    if part.kind is PartKind.DELIVERY and not part.minor:
        return SumAnswer(named.name, words.gettext("Free"))
    return SumAnswer(named.name, _written(part.minor, order, words))


def _parcel(parcel: Fulfilment, words: Translator) -> ParcelAnswer:
    name = words.gettext("Parcel %(number)s", number=str(parcel.number))
    tracking = f"{parcel.carrier} {parcel.tracking_number}".strip()
    return ParcelAnswer(name, tracking, parcel.tracking_url)


def _written(minor: int, order: Order, words: Translator) -> str:
    return format_money(Money(minor, order.currency), words.language, trim_zeros=True)
