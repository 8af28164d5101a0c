"""What every tap on an order needs: who may, the order held, its card afterwards."""

from dataclasses import dataclass
from uuid import UUID

import structlog
from aiogram.fsm.context import FSMContext
from aiogram.methods import EditMessageText
from aiogram.types import CallbackQuery, Message

from kram.bot.errors import NotStaff
from kram.integrations.notify.card import card_of
from kram.integrations.telegram.bots import ShopBot
from kram.integrations.telegram.texts import Words
from kram.kit.db.tx import TenantTx
from kram.shop.orders.errors import OrderMissing
from kram.shop.orders.models import Order
from kram.shop.orders.queries import order_with_lines
from kram.tenants.actor import Actor, ActorKind
from kram.tenants.models import Role
from kram.tenants.permissions import Permission, require
from kram.tenants.queries import StaffMember

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class TapOnCard:
    """`words` are the member's, `card_words` the shop's: many people read one card."""

    query: CallbackQuery
    card: Message
    member: StaffMember
    shop: ShopBot
    words: Words
    card_words: Words
    state: FSMContext

    def edited_card(self, order: Order) -> EditMessageText:
        """`order` with its lines and timeline."""
        card = card_of(order, self.card_words, self.shop.timezone)
        return EditMessageText(
            chat_id=self.card.chat.id,
            message_id=self.card.message_id,
            text=card.text,
            reply_markup=card.keyboard,
        )


def admit(
    staff: StaffMember | None, permission: Permission, shop: ShopBot, telegram_id: int
) -> StaffMember:
    """Raises: NotStaff, NotAllowed; a stranger's attempt is written down."""
    if staff is None:
        _log.warning("stranger tapped an order", shop=shop.tenant.slug, telegram_id=telegram_id)
        raise NotStaff
    require(Role(staff.role), permission)
    return staff


async def hold(tx: TenantTx, order_id: UUID) -> Order:
    """The order, ours until the commit. Raises: OrderMissing, for another shop's order too."""
    order = await tx.get(Order, order_id, lock=True)
    if order is None:
        raise OrderMissing
    return order


async def whole(tx: TenantTx, order_id: UUID) -> Order:
    """With its lines and timeline as they are now."""
    await tx.flush()
    order = await order_with_lines(tx, order_id)
    if order is None:
        raise OrderMissing
    return order


def actor_of(member: StaffMember) -> Actor:
    return Actor(ActorKind.MERCHANT, str(member.merchant_id), member.name)
