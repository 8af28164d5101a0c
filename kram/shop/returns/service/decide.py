"""The staff agrees to a return, or does not."""

from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.kit.text import lines
from kram.shop.orders.models import StepKind
from kram.shop.returns.events import ReturnApproved, ReturnDeclined
from kram.shop.returns.models import ReturnRequest
from kram.shop.returns.rules import ReturnAction
from kram.shop.returns.service.locked import facts, hold, write
from kram.tenants.actor import Actor

LONGEST_ANSWER = 1000


async def approve(tx: TenantTx, return_id: UUID, actor: Actor, answer: str = "") -> ReturnRequest:
    """`answer` tells the shopper how to send it. Raises: ReturnMissing, ReturnMoved."""
    held = await hold(tx, return_id)
    reached = held.reached(ReturnAction.APPROVE)
    if reached is not None:
        held.back.answer = _tidy(answer)
        write(tx, held, reached, StepKind.RETURN_APPROVED, actor, held.back.answer)
        tx.publish(ReturnApproved(**facts(held.back, held.order)))
    return held.back


async def decline(tx: TenantTx, return_id: UUID, actor: Actor, answer: str) -> ReturnRequest:
    """The units may be asked for again. Raises: ReturnMissing, ReturnMoved."""
    held = await hold(tx, return_id)
    reached = held.reached(ReturnAction.DECLINE)
    if reached is not None:
        for line in held.units:
            held.lines[line.line_id].returned_quantity -= line.quantity
        held.back.answer = _tidy(answer)
        write(tx, held, reached, StepKind.RETURN_DECLINED, actor, held.back.answer)
        tx.publish(ReturnDeclined(**facts(held.back, held.order)))
    return held.back


def _tidy(answer: str) -> str:
    return lines(answer.replace("\0", ""))[:LONGEST_ANSWER]
