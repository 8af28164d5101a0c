"""Taps on an order's card: the same steps, by the same functions, as in the dashboard."""

from collections.abc import Mapping
from types import MappingProxyType

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from kram.bot.answer import Answer
from kram.bot.manager.desk import TapOnCard, actor_of, admit, hold, whole
from kram.bot.manager.shipping import ask_tracking
from kram.integrations.notify.buttons import OrderTap, Tap, keyboard
from kram.integrations.notify.wording import status_word, step_word
from kram.integrations.telegram.bots import ShopBot
from kram.integrations.telegram.texts import Texts, Words
from kram.kit.db.tx import TenantTx
from kram.shop.orders import service
from kram.shop.orders.models import Order
from kram.tenants.permissions import Permission
from kram.tenants.queries import StaffMember

_NEEDED: Mapping[Tap, Permission] = MappingProxyType(
    {
        Tap.ACCEPT: Permission.ORDERS_ACCEPT,
        Tap.ASK_SHIP: Permission.ORDERS_SHIP,
        Tap.SHIP: Permission.ORDERS_SHIP,
        Tap.DELIVER: Permission.ORDERS_SHIP,
        Tap.ASK_CANCEL: Permission.ORDERS_CANCEL,
        Tap.CANCEL: Permission.ORDERS_CANCEL,
        Tap.SHOW: Permission.ORDERS_VIEW,
    }
)


def register(router: Router) -> None:
    router.callback_query.register(tapped, OrderTap.filter())


async def tapped(
    query: CallbackQuery,
    callback_data: OrderTap,
    tx: TenantTx,
    staff: StaffMember | None,
    shop: ShopBot,
    words: Words,
    texts: Texts,
    state: FSMContext,
) -> Answer:
    """Of two who tap at once the second waits for the first one's commit, and is told."""
    member = admit(staff, _NEEDED[callback_data.tap], shop, query.from_user.id)
    order = await hold(tx, callback_data.order)
    if not isinstance(query.message, Message):
        return Answer.of(query.answer(words("This card is too old: open the dashboard")))
    tap = TapOnCard(query, query.message, member, shop, words, texts.words(shop.language), state)
    if order.status != callback_data.seen:
        return await _overtaken(tx, tap, order)
    return await _done(tx, tap, order, callback_data.tap)


async def _done(tx: TenantTx, tap: TapOnCard, order: Order, wanted: Tap) -> Answer:
    match wanted:
        case Tap.ASK_SHIP:
            return ask_tracking(tap, order)
        case Tap.ASK_CANCEL:
            return _ask_cancel(tap, order)
        case Tap.SHOW:
            shown = tap.edited_card(await whole(tx, order.id))
            return Answer.of(tap.query.answer(), shown).followed_by(tap.state.clear)
        case _:
            await _step(tx, order, wanted, tap.member)
    # The card is edited by who hears the event: a group takes 20 edits a minute, not two a tap.
    return Answer.of(tap.query.answer(status_word(order.status, tap.words))).followed_by(
        tap.state.clear
    )


async def _step(tx: TenantTx, order: Order, wanted: Tap, member: StaffMember) -> None:
    actor = actor_of(member)
    match wanted:
        case Tap.ACCEPT:
            await service.accept(tx, order.id, actor)
        case Tap.SHIP:
            await service.ship(tx, order.id, actor)
        case Tap.DELIVER:
            await service.deliver(tx, order.id, actor)
        case Tap.CANCEL:
            await service.cancel(tx, order.id, actor, "")
        case _:
            raise ValueError(f"{wanted} is no step of an order")


def _ask_cancel(tap: TapOnCard, order: Order) -> Answer:
    asked = keyboard(order, [Tap.CANCEL, Tap.SHOW], tap.card_words)
    return Answer.of(tap.query.answer(), tap.card.edit_reply_markup(reply_markup=asked))


async def _overtaken(tx: TenantTx, tap: TapOnCard, order: Order) -> Answer:
    """The card was behind the order: who was quicker, and the card as it should be."""
    now = await whole(tx, order.id)
    last = now.steps[-1]
    said = tap.words(
        "Already done: %(step)s, %(name)s",
        step=step_word(last.kind, tap.words),
        name=last.actor_name,
    )
    return Answer.of(tap.query.answer(said, show_alert=True), tap.edited_card(now))
