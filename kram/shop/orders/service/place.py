"""From a draft to an order that holds its units."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id, public_code
from kram.kit.money import LARGEST_PAYABLE, Money
from kram.shop.cart.errors import OrderTooLarge
from kram.shop.catalog import bundles
from kram.shop.catalog.models import VariantKind
from kram.shop.catalog.queries import Offer, offers
from kram.shop.inventory import service as inventory
from kram.shop.inventory.events import ReservationDue
from kram.shop.inventory.rules import sum_by_variant
from kram.shop.orders import drafts, queries
from kram.shop.orders.drafts import DraftLine, OrderDraft
from kram.shop.orders.errors import GoodsGone, TotalChanged
from kram.shop.orders.events import OrderPlaced
from kram.shop.orders.models import Order, OrderLine, OrderStatus, PaymentState, StepKind
from kram.shop.orders.rules import subtotal
from kram.shop.orders.service.step import facts, write_down
from kram.tenants.actor import Actor


async def place(tx: TenantTx, draft: OrderDraft, actor: Actor) -> Order:
    """Makes the order at the catalogue's prices of this moment and reserves its units.

    Its lines are loaded. Unless it is to be paid first (`draft.pay_until`), it gets its number.
    Locks its variants' stock, then the counter of numbers: do little after it. When it raises,
    leave the transaction. Raises: OutOfStock, GoodsGone, TotalChanged, OrderTooLarge, OrderEmpty,
    LineInvalid, InvalidInput.
    """
    draft = drafts.cleaned(draft)
    wanted = sum_by_variant((line.variant_id, line.quantity) for line in draft.lines)
    sold = await _sold(tx, wanted)
    order = _priced(tx, draft, sold)
    tx.add(order)
    write_down(tx, order, _first_step(draft), actor)
    await tx.flush()
    await _reserve(tx, order.id, bundles.units(wanted, sold), draft.pay_until)
    if draft.pay_until is None:
        await queries.take_number(tx, order)
        tx.publish(OrderPlaced(**facts(order)))
    return order


async def _reserve(
    tx: TenantTx, order_id: UUID, units: Mapping[UUID, int], pay_until: datetime | None
) -> None:
    """An order of digital goods alone holds no units, but is due like any other."""
    if units:
        await inventory.reserve(tx, order_id, units, pay_until)
    elif pay_until is not None:
        tx.publish(ReservationDue(order_id=order_id), due_at=pay_until)


async def _sold(tx: TenantTx, wanted: Mapping[UUID, int]) -> Mapping[UUID, Offer]:
    found = await offers(tx, wanted)
    gone = [variant_id for variant_id in wanted if variant_id not in found]
    if gone:
        raise GoodsGone(variant_ids=gone)
    return found


def _first_step(draft: OrderDraft) -> StepKind:
    return StepKind.PLACED if draft.pay_until is None else StepKind.CREATED


def _priced(tx: TenantTx, draft: OrderDraft, sold: Mapping[UUID, Offer]) -> Order:
    currency = draft.delivery.currency
    goods = subtotal(
        ((sold[line.variant_id].price, line.quantity) for line in draft.lines), currency
    )
    total = goods + draft.delivery
    if total.minor > LARGEST_PAYABLE:
        raise OrderTooLarge
    if draft.expected_total is not None and draft.expected_total != total:
        raise TotalChanged(total=total)
    order_id = new_id()
    return Order(
        id=order_id,
        code=public_code(),
        customer_id=draft.customer_id,
        status=_first_status(draft),
        payment_state=PaymentState.UNPAID,
        payment_method=draft.payment_method,
        delivery_method=draft.delivery_method,
        currency=currency,
        subtotal_minor=goods.minor,
        delivery_minor=draft.delivery.minor,
        discount_minor=0,
        tax_minor=0,
        tax_added_minor=0,
        total_minor=total.minor,
        gift_card_minor=0,
        pricing={},
        recipient=draft.recipient,
        phone=draft.phone,
        address=draft.address,
        comment=draft.comment,
        language=draft.language,
        created_at=tx.now,
        updated_at=tx.now,
        lines=[
            _line(order_id, position, line, sold[line.variant_id])
            for position, line in enumerate(draft.lines)
        ],
    )


def _first_status(draft: OrderDraft) -> OrderStatus:
    return OrderStatus.PLACED if draft.pay_until is None else OrderStatus.AWAITING_PAYMENT


def _line(order_id: UUID, position: int, line: DraftLine, offer: Offer) -> OrderLine:
    price: Money = offer.price
    return OrderLine(
        id=new_id(),
        order_id=order_id,
        position=position,
        product_id=offer.product_id,
        variant_id=offer.variant_id,
        sku=offer.sku,
        title=offer.title,
        variant_title=offer.variant_title,
        unit_price_minor=price.minor,
        quantity=line.quantity,
        shelf=_shelf(offer),
        total_minor=(price * line.quantity).minor,
        discount_minor=0,
        tax_minor=0,
        tax_added_minor=0,
    )


def _shelf(offer: Offer) -> dict[str, int] | None:
    if offer.kind is VariantKind.GOODS:
        return None
    return {str(part): each for part, each in bundles.shelf(offer).items()}
