"""From a draft to an order that holds its units."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id, public_code
from kram.kit.money import LARGEST_PAYABLE, Money
from kram.shop.cart.errors import OrderTooLarge
from kram.shop.catalog import bundles
from kram.shop.catalog.models import VariantKind
from kram.shop.catalog.queries import Offer
from kram.shop.configurator.lines import LineKey
from kram.shop.giftcards.errors import GiftCardSpent
from kram.shop.inventory import service as inventory
from kram.shop.inventory.events import ReservationDue
from kram.shop.inventory.rules import sum_by_variant
from kram.shop.orders import drafts, place_queries
from kram.shop.orders.drafts import Agreement, OrderDraft
from kram.shop.orders.errors import DeliveryNeeded, TotalChanged
from kram.shop.orders.events import OrderPlaced
from kram.shop.orders.goods import check_seals, sold_whole
from kram.shop.orders.models import (
    DeliveryMethod,
    Order,
    OrderLine,
    OrderStatus,
    PaymentState,
    StepKind,
)
from kram.shop.orders.pricing import Goods, Quote, QuotedLine, agreed_quote, quote
from kram.shop.orders.rules import subtotal
from kram.shop.orders.service import benefits
from kram.shop.orders.service.step import facts, new_step
from kram.tenants.actor import Actor


async def place(tx: TenantTx, draft: OrderDraft, actor: Actor) -> Order:
    """Makes the order at the catalogue's prices of this moment and reserves its units.

    Its lines are loaded. Unless it is to be paid first (`draft.pay_until`), it gets its number.
    Locks what pays for it (`benefits`), its variants' stock, then the counter of numbers: do little
    after it. When it raises, leave the transaction. Raises: OutOfStock, GoodsGone, TotalChanged,
    PromotionUsedUp, GiftCardSpent, PointsSpent, OrderTooLarge, OrderEmpty, LineInvalid,
    DeliveryNeeded, InvalidInput.
    """
    draft = drafts.cleaned(draft)
    wanted = sum_by_variant((line.key, line.quantity) for line in draft.lines)
    sold = await sold_whole(tx, wanted, draft.customer_id, draft.language)
    check_seals(draft.lines, sold)
    draft = _with_delivery(draft, sold)
    priced = await _priced(tx, draft, sold)
    order = _order(tx, draft, sold, priced)
    await benefits.take(tx, order, priced, actor)
    await _reserve(tx, order.id, bundles.units(wanted, sold), draft.pay_until)
    is_numbered = draft.pay_until is None
    step = new_step(tx, order, _first_step(draft), actor)
    await place_queries.place(tx, order, step, is_numbered=is_numbered)
    if is_numbered:
        tx.publish(OrderPlaced(**facts(order)))
    return order


def _with_delivery(draft: OrderDraft, sold: Mapping[LineKey, Offer]) -> OrderDraft:
    """Where nothing has to be sent nobody pays for it, nor tells an address."""
    if any(offer.kind.is_sent for offer in sold.values()):
        if draft.delivery_method is DeliveryMethod.DIGITAL:
            raise DeliveryNeeded
        return draft
    return msgspec.structs.replace(
        draft,
        delivery_method=DeliveryMethod.DIGITAL,
        delivery=Money.zero(draft.delivery.currency),
        address="",
        pickup_point_id=None,
    )


async def _reserve(
    tx: TenantTx, order_id: UUID, units: Mapping[UUID, int], pay_until: datetime | None
) -> None:
    """An order of endless goods alone holds no units, but is due like any other."""
    if units:
        await inventory.reserve(tx, order_id, units, pay_until)
    elif pay_until is not None:
        tx.publish(ReservationDue(order_id=order_id), due_at=pay_until)


async def _priced(tx: TenantTx, draft: OrderDraft, sold: Mapping[LineKey, Offer]) -> Quote:
    """Of what the shopper agreed to, and of nothing else."""
    currency = draft.delivery.currency
    if draft.agreed is not None:
        return await _as_agreed(tx, draft, draft.agreed, sold)
    goods = subtotal(((sold[line.key].price, line.quantity) for line in draft.lines), currency)
    if (goods + draft.delivery).minor > LARGEST_PAYABLE:
        raise OrderTooLarge
    priced = await quote(
        tx,
        [Goods.of(sold[line.key], line.quantity) for line in draft.lines],
        currency=currency,
        customer_id=draft.customer_id,
        delivery_minor=draft.delivery.minor,
        extras=draft.extras,
        channel=draft.channel,
        outside=draft.outside,
    )
    if draft.extras.gift_card_id is not None and priced.gift_card is None:
        raise GiftCardSpent
    to_pay = Money(priced.to_pay_minor, currency)
    if draft.expected_total not in (None, priced.total) or draft.expected_to_pay not in (
        None,
        to_pay,
    ):
        raise TotalChanged(total=priced.total)
    return priced


async def _as_agreed(
    tx: TenantTx, draft: OrderDraft, agreed: Agreement, sold: Mapping[LineKey, Offer]
) -> Quote:
    goods = [
        Goods.of(sold[line.key], line.quantity, agreed.prices.get(line.key)) for line in draft.lines
    ]
    total = sum(each.unit_price_minor * each.quantity for each in goods)
    if total + draft.delivery.minor > LARGEST_PAYABLE:
        raise OrderTooLarge
    return await agreed_quote(
        tx,
        goods,
        currency=draft.delivery.currency,
        delivery_minor=draft.delivery.minor,
        discount_minor=sum(agreed.off(total)),
    )


def _first_step(draft: OrderDraft) -> StepKind:
    return StepKind.PLACED if draft.pay_until is None else StepKind.CREATED


def _order(tx: TenantTx, draft: OrderDraft, sold: Mapping[LineKey, Offer], priced: Quote) -> Order:
    order_id = new_id()
    return Order(
        id=order_id,
        code=public_code(),
        customer_id=draft.customer_id,
        status=_first_status(draft),
        payment_state=PaymentState.UNPAID,
        payment_method=draft.payment_method,
        delivery_method=draft.delivery_method,
        currency=priced.currency,
        subtotal_minor=priced.subtotal_minor,
        delivery_minor=draft.delivery.minor,
        discount_minor=priced.discount_minor,
        tax_minor=priced.tax_minor,
        tax_added_minor=priced.tax_added_minor,
        total_minor=priced.total_minor,
        gift_card_minor=priced.gift_card_minor,
        pricing=_frozen(draft, priced),
        recipient=draft.recipient,
        phone=draft.phone,
        address=draft.address,
        pickup_point_id=draft.pickup_point_id,
        comment=draft.comment,
        language=draft.language,
        tracking="",
        tags=[],
        version=1,
        cancelled_minor=0,
        created_at=tx.now,
        updated_at=tx.now,
        lines=[
            new_line(order_id, position, line, sold[wanted.key])
            for position, (wanted, line) in enumerate(zip(draft.lines, priced.lines, strict=True))
        ],
    )


def _frozen(draft: OrderDraft, priced: Quote) -> dict[str, Any]:
    kept: dict[str, Any] = msgspec.to_builtins(priced.frozen)
    agreed = draft.agreed
    if agreed is not None and priced.discount_minor:
        code = agreed.credit.code if agreed.credit else ""
        reason = agreed.reason or code
        kept["agreed"] = {"reason": reason, "amount_minor": priced.discount_minor}
    if agreed is not None and agreed.credit is not None:
        _, used = agreed.off(priced.subtotal_minor)
        credit = msgspec.structs.replace(
            agreed.credit, amount_minor=used, of_minor=priced.discount_minor
        )
        kept["credit"] = msgspec.to_builtins(credit)
    return kept


def _first_status(draft: OrderDraft) -> OrderStatus:
    return OrderStatus.PLACED if draft.pay_until is None else OrderStatus.AWAITING_PAYMENT


def new_line(order_id: UUID, position: int, line: QuotedLine, offer: Offer) -> OrderLine:
    return OrderLine(
        id=new_id(),
        order_id=order_id,
        position=position,
        product_id=offer.product_id,
        variant_id=offer.variant_id,
        sku=offer.sku,
        title=offer.title,
        variant_title=offer.variant_title,
        local_title=offer.local_title,
        local_variant_title=offer.local_variant_title,
        unit_price_minor=line.unit_price_minor,
        quantity=line.quantity,
        shelf=_shelf(offer),
        kind=offer.kind,
        terms=offer.terms,
        is_returnable=offer.is_returnable,
        total_minor=line.total_minor,
        discount_minor=line.discount_minor,
        tax_minor=line.tax_minor,
        tax_added_minor=line.tax_added_minor,
        points_minor=line.points,
        design=None if offer.chosen is None else msgspec.to_builtins(offer.chosen),
        fulfilled_quantity=0,
        shipped_quantity=0,
        cancelled_quantity=0,
        returned_quantity=0,
        credited_quantity=0,
    )


def _shelf(offer: Offer) -> dict[str, int] | None:
    own = offer.kind in (VariantKind.GOODS, VariantKind.KEYS)
    if own and not (offer.chosen and offer.chosen.parts):
        return None
    return {str(part): each for part, each in bundles.shelf(offer).items()}
