"""The tracking number of a parcel: asked by a tap on Ship, given by a reply or left out."""

from dataclasses import dataclass
from html import escape
from typing import Any
from uuid import UUID

from aiogram import Router
from aiogram.filters import Command, Filter, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.methods import SendMessage
from aiogram.types import ForceReply, Message

from kram.bot.answer import Answer
from kram.bot.errors import TrackingTooLong
from kram.bot.filters import FromStaff, PlainText
from kram.bot.manager.desk import TapOnCard, actor_of, admit, hold
from kram.integrations.notify.buttons import Tap, keyboard
from kram.integrations.notify.wording import order_name, status_word
from kram.integrations.telegram.bots import ShopBot
from kram.integrations.telegram.texts import Words
from kram.kit.db.tx import TenantTx
from kram.shop.orders import service
from kram.shop.orders.models import Order
from kram.shop.orders.rules import Action, possible_actions
from kram.shop.orders.service.step import standing
from kram.tenants.permissions import Permission
from kram.tenants.queries import StaffMember

LONGEST_TRACKING = 64


class Shipping(StatesGroup):
    tracking = State()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the question was about."""

    order_id: UUID


class HasBeenAsked(Filter):
    """This person owes us a tracking number in this chat; read before the transaction opens."""

    async def __call__(
        self, _: Message, state: FSMContext, raw_state: str | None = None
    ) -> bool | dict[str, Any]:
        if raw_state != Shipping.tracking.state:
            return False
        kept = await state.get_data()
        return {"asked": Asked(UUID(kept["order"]))} if kept else False


def register(router: Router) -> None:
    router.message.register(stop_asking, Command("cancel"), StateFilter(Shipping.tracking))
    router.message.register(take_tracking, FromStaff(), PlainText(), HasBeenAsked())


def ask_tracking(tap: TapOnCard, order: Order) -> Answer:
    """In a group only the one who tapped is asked, and only their reply is read."""

    async def remember() -> None:
        await tap.state.set_state(Shipping.tracking)
        await tap.state.set_data({"order": order.id.hex})

    choices = keyboard(order, [Tap.SHIP, Tap.SHOW], tap.card_words)
    return Answer.of(
        tap.query.answer(),
        tap.card.edit_reply_markup(reply_markup=choices),
        _question(tap, order),
    ).followed_by(remember)


def _question(tap: TapOnCard, order: Order) -> SendMessage:
    person = tap.query.from_user
    text = tap.words.html(
        "reply to this message with the tracking number of the order %(name)s",
        name=order_name(order),
    )
    return tap.card.answer(
        f'<a href="tg://user?id={person.id}">{escape(person.first_name)}</a>, {text}',
        reply_markup=ForceReply(
            selective=True, input_field_placeholder=tap.words("Tracking number")
        ),
    )


async def take_tracking(
    message: Message,
    asked: Asked,
    tx: TenantTx,
    staff: StaffMember | None,
    shop: ShopBot,
    words: Words,
    state: FSMContext,
) -> Answer:
    assert message.from_user is not None
    member = admit(staff, Permission.ORDERS_SHIP, shop, message.from_user.id)
    tracking = (message.text or "").strip()
    if len(tracking) > LONGEST_TRACKING:
        raise TrackingTooLong
    order = await hold(tx, asked.order_id)
    if Action.SHIP in possible_actions(standing(order)):
        await service.ship(tx, order.id, actor_of(member), tracking)
    return Answer.of(message.reply(_outcome(order, words))).followed_by(state.clear)


def _outcome(order: Order, words: Words) -> str:
    return words.html(
        "Order %(name)s: %(status)s %(tracking)s",
        name=order_name(order),
        status=status_word(order.status, words),
        tracking=order.tracking,
    )


async def stop_asking(message: Message, words: Words, state: FSMContext) -> Answer:
    return Answer.of(message.reply(words.html("Never mind"))).followed_by(state.clear)
