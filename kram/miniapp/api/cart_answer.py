"""The cart as the script shows it."""

import msgspec

from kram.kit.i18n import Translator
from kram.kit.money_text import format_money
from kram.miniapp.api.totals import TotalsAnswer
from kram.miniapp.pages.pictures import Pictures, PictureView
from kram.shop.cart.errors import OrderTooLarge
from kram.shop.cart.view import CHANGE_MESSAGES, CartView, Change, ViewedLine
from kram.shop.configurator.problems import TROUBLE_MESSAGES


class LineAnswer(msgspec.Struct, frozen=True):
    """`key` names the line, `notes` tell what changed since it was put in; amounts are minor units.
    `design` is the code of what was put together, to be opened again."""

    key: str
    variant_id: str
    design: str
    slug: str
    title: str
    variant_title: str
    picture: PictureView
    price_minor: int
    quantity: int
    left: int
    total_minor: int
    notes: list[str]


class CartAnswer(msgspec.Struct, frozen=True):
    """`problem` says why it cannot be ordered as it is; empty if it can. `aside` is kept for
    another time. `known` is False where there is no cart: there never was one, or it is lost.
    `is_sent`: some of it needs a delivery.
    """

    lines: list[LineAnswer]
    units: int
    subtotal_minor: int
    problem: str
    totals: TotalsAnswer
    aside: list[LineAnswer]
    known: bool
    is_sent: bool


def cart_answer(
    view: CartView, totals: TotalsAnswer, pictures: Pictures, words: Translator
) -> CartAnswer:
    return CartAnswer(
        lines=[_line(line, pictures, words) for line in view.lines],
        units=view.units,
        subtotal_minor=view.subtotal.minor,
        problem="" if view.payable else words.gettext(OrderTooLarge.title),
        totals=totals,
        aside=[_line(line, pictures, words) for line in view.aside],
        known=view.is_known,
        is_sent=view.is_sent,
    )


def _line(line: ViewedLine, pictures: Pictures, words: Translator) -> LineAnswer:
    return LineAnswer(
        key=line.key.written,
        variant_id=str(line.variant_id),
        design=line.design,
        slug=line.slug,
        title=line.title,
        variant_title=line.variant_title,
        picture=pictures.of(line.picture, line.title),
        price_minor=line.price.minor,
        quantity=line.quantity,
        left=line.left,
        total_minor=line.total.minor,
        notes=[
            *(_note(change, line, words) for change in line.changes),
            *(words.gettext(TROUBLE_MESSAGES[each.why], **each.values) for each in line.troubles),
        ],
    )


def _note(change: Change, line: ViewedLine, words: Translator) -> str:
    return words.gettext(
        CHANGE_MESSAGES[change],
        before=format_money(line.seen_price, words.language, trim_zeros=True),
        now=format_money(line.price, words.language, trim_zeros=True),
        left=line.left,
    )
