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
from kram.shop.orders.models import DeliveryMethod, Order, StepKind
from kram.shop.orders.pricing import ReturnCredit
from kram.shop.orders.service.rest import ask_balance
from kram.shop.orders.service.step import write_down
from kram.shop.returns.errors import ReturnMoved
from kram.shop.returns.models import ReturnRequest, ReturnState
from kram.shop.returns.service.close import RETURNED, close
from kram.shop.returns.service.locked import hold
from kram.tenants.actor import Actor


async def exchange(
    tx: TenantTx, return_id: UUID, wanted: Mapping[UUID, int], actor: Actor
) -> tuple[ReturnRequest, DraftOrder]:
    """Closes a received return into a draft of these units at today's prices, less what came back.

    The staff looks the draft over and places it like any other; what came back and is worth more
    goes back as money then. Raises: ReturnMissing, ReturnMoved, OrderEmpty, GoodsGone.
    """
    held = await hold(tx, return_id)
    if held.back.state != ReturnState.RECEIVED:
        raise ReturnMoved(state=held.back.state)
    if not wanted:
        raise OrderEmpty
    back = await close(tx, return_id, actor, refunds_money=False)
    content = await _content(tx, held.order, back, wanted)
    draft = await desk.open_draft(tx, content, actor, return_id)
    back.exchange_id = draft.id
    return back, draft


async def pay_out(
    tx: TenantTx,
    return_id: UUID,
    refund_id: UUID,
    amount_minor: int,
    actor: Actor,
    *,
    ends: bool,
) -> None:
    """What no new order takes of what came back goes back as money: parts that were left over, and
    the rest when the exchange `ends`, which it does once.

    Raises: ReturnMissing.
    """
    held = await hold(tx, return_id)
    back, order = held.back, held.order
    if ends and back.exchange_id is None:
        return
    if ends:
        back.exchange_id = None
    back.updated_at = order.updated_at = tx.now
    if amount_minor:
        detail = {"return": back.code}
        write_down(tx, order, StepKind.RETURN_PAID_OUT, actor, "", amount_minor, detail)
        ask_balance(tx, order, amount_minor, RETURNED, actor, refund_id)


async def _content(
    tx: TenantTx, order: Order, back: ReturnRequest, wanted: Mapping[UUID, int]
) -> DraftContent:
    content = DraftContent(
        lines=tuple(DeskLine(variant_id, units) for variant_id, units in wanted.items()),
        customer_id=order.customer_id,
        recipient=order.recipient,
        phone=order.phone,
        address=order.address,
        language=order.language,
        delivery_method=DeliveryMethod(order.delivery_method),
        credit=ReturnCredit(back.id, back.code, back.refund_minor),
    )
    _, found = await desk.quoted(tx, content, order.currency)
    sold = whole(found, [each.key for each in content.lines])
    agreed = tuple(
        msgspec.structs.replace(each, agreed_minor=sold[each.key].price.minor)
        for each in content.lines
    )
    return msgspec.structs.replace(content, lines=agreed)
