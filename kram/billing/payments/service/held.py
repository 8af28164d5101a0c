"""What a person decides about money that came in another amount than was asked for."""

from collections.abc import Iterable
from uuid import UUID

from kram.billing.payments.errors import DecisionRefused
from kram.billing.payments.models import Payment, PaymentStatus, RefundReason
from kram.billing.payments.service.ledger import left_minor, promise
from kram.billing.payments.service.locked import lock_payment
from kram.billing.payments.wording import COUNTED
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.messages import gettext_noop
from kram.shop.giftcards.errors import GiftCardSpent
from kram.shop.inventory.errors import OutOfStock
from kram.shop.loyalty.errors import PointsSpent
from kram.shop.orders import service as orders
from kram.shop.orders.errors import StepImpossible
from kram.shop.orders.models import Order, PaymentState
from kram.shop.promotions.errors import PromotionUsedUp
from kram.tenants.actor import Actor


async def held_money(tx: TenantRead, payments: Iterable[Payment]) -> dict[UUID, int]:
    """Minor units that wait for a decision, by payment; without those of which none do."""
    held = {
        payment.id: await left_minor(tx, payment)
        for payment in payments
        if payment.status == PaymentStatus.HELD
    }
    return {payment_id: left for payment_id, left in held.items() if left > 0}


async def count_as_paid(tx: TenantTx, payment_id: UUID, actor: Actor) -> Payment:
    """What came counts as the order's whole price, unless it came in another currency.

    Asked for again it changes nothing.

    Raises: PaymentMissing, DecisionRefused.
    """
    payment, order = await lock_payment(tx, payment_id)
    if payment.status == PaymentStatus.SUCCEEDED:
        return payment
    held = await held_money(tx, [payment])
    if not held:
        raise DecisionRefused
    if payment.captured_currency is not None:
        raise DecisionRefused(gettext_noop("This money came in another currency: give it back"))
    await _pay(tx, order, actor, held[payment.id])
    payment.status, payment.updated_at = PaymentStatus.SUCCEEDED, tx.now
    return payment


async def give_back_held(tx: TenantTx, payment_id: UUID, actor: Actor) -> Payment:
    """All of it that is left goes back. Asked for again it changes nothing.

    Raises: PaymentMissing, DecisionRefused.
    """
    payment, _ = await lock_payment(tx, payment_id)
    if payment.status != PaymentStatus.HELD:
        raise DecisionRefused
    held = await held_money(tx, [payment])
    if held:
        await promise(tx, payment, held[payment.id], actor, RefundReason.WRONG_AMOUNT)
    return payment


async def _pay(tx: TenantTx, order: Order, actor: Actor, came_minor: int) -> None:
    if order.payment_state != PaymentState.UNPAID:
        raise DecisionRefused(
            gettext_noop("The order is paid by another payment: give this money back")
        )
    try:
        await orders.mark_paid(tx, order.id, actor, COUNTED, came_minor)
    except StepImpossible as error:
        raise DecisionRefused(
            gettext_noop("The order is cancelled: give this money back")
        ) from error
    except (OutOfStock, PromotionUsedUp, GiftCardSpent, PointsSpent) as error:
        raise DecisionRefused(
            gettext_noop("Its goods were sold meanwhile: add stock first, or give the money back")
        ) from error
