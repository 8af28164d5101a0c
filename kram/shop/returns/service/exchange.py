"""Other goods instead of money: what came back pays for a new order, and the difference is paid."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from kram.kit.db.tx import TenantTx
from kram.shop.orders.desk import service as desk
from kram.shop.orders.desk.content import DeskLine, DraftContent
from kram.shop.orders.desk.models import DraftOrder
from kram.shop.orders.errors import OrderEmpty
from kram.shop.orders.goods import whole
from kram.shop.orders.models import DeliveryMethod, Order
from kram.shop.orders.service.rest import ask_balance
from kram.shop.returns.errors import ReturnMoved
from kram.shop.returns.models import ReturnRequest, ReturnState
from kram.shop.returns.service.close import RETURNED, close
from kram.shop.returns.service.locked import hold
from kram.tenants.actor import Actor


async def exchange(
    tx: TenantTx, return_id: UUID, wanted: Mapping[UUID, int], actor: Actor
) -> tuple[ReturnRequest, DraftOrder]:
    """Closes a received return into a draft of these units at today's prices, less what came back.

    What came back and is worth more goes back as money. The staff looks the draft over and places
    it like any other. Raises: ReturnMissing, ReturnMoved, OrderEmpty, GoodsGone.
    """
    held = await hold(tx, return_id)
    if held.back.state != ReturnState.RECEIVED:
        raise ReturnMoved(state=held.back.state)
    if not wanted:
        raise OrderEmpty
    back = await close(tx, return_id, actor, refunds_money=False)
    content, worth = await _content(tx, held.order, back, wanted)
    draft = await desk.open_draft(tx, content, actor, return_id)
    back.exchange_id = draft.id
    rest = back.refund_minor - worth
    if rest > 0:
        ask_balance(tx, held.order, rest, RETURNED, actor, back.id)
    return back, draft


async def _content(
    tx: TenantTx, order: Order, back: ReturnRequest, wanted: Mapping[UUID, int]
) -> tuple[DraftContent, int]:
    content = DraftContent(
        lines=tuple(DeskLine(variant_id, units) for variant_id, units in wanted.items()),
        customer_id=order.customer_id,
        recipient=order.recipient,
        phone=order.phone,
        address=order.address,
        language=order.language,
        delivery_method=DeliveryMethod(order.delivery_method),
    )
    quote, found = await desk.quoted(tx, content, order.currency)
    sold = whole(found, [each.key for each in content.lines])
    worth = quote.subtotal_minor
    agreed = tuple(
        msgspec.structs.replace(each, agreed_minor=sold[each.key].price.minor)
        for each in content.lines
    )
    discount = min(worth, back.refund_minor)
    reason = f"{back.code}" if discount else ""
    return (
        msgspec.structs.replace(
            content, lines=agreed, discount_minor=discount, discount_reason=reason
        ),
        worth,
    )
