"""The one transaction of a checkout."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import msgspec

from kram.billing.checkout.delivery import delivery_price
from kram.billing.checkout.errors import ShopPaused
from kram.billing.checkout.pickup import address_of, pickup_point
from kram.billing.checkout.requests import CheckoutRequest, tidy_phone
from kram.billing.payments.models import Payment
from kram.billing.payments.service import open_payment
from kram.billing.providers.contract import PaymentProvider
from kram.billing.providers.errors import UnknownProvider
from kram.billing.providers.shops import chosen
from kram.kit.db.tx import TenantTx
from kram.kit.money import Money
from kram.kit.text import line
from kram.shop.cart.extras import Extras
from kram.shop.cart.store import Cart
from kram.shop.customers.service import living
from kram.shop.orders import service as orders
from kram.shop.orders.errors import PayOnlineFirst
from kram.shop.orders.models import DeliveryMethod, Order
from kram.shop.orders.pricing import Outside
from kram.shop.orders.service import DraftLine, OrderDraft
from kram.tenants.actor import Actor, ActorKind
from kram.tenants.models import ShopStatus
from kram.tenants.registry import ShopCard


class Basket(msgspec.Struct, frozen=True):
    """All that the shopper gathered. `outside` is what a tax service said of it, `channel` where
    they shop."""

    cart: Cart
    extras: Extras = Extras()
    channel: str | None = None
    outside: Outside | None = None


TIME_TO_PAY = timedelta(minutes=30)


def provider_for(
    shop: ShopCard, providers: Mapping[str, PaymentProvider], method: str
) -> PaymentProvider:
    """The way to pay that the shopper chose. Raises: ShopPaused, UnknownProvider."""
    if shop.status is not ShopStatus.OPEN:
        raise ShopPaused
    if method not in shop.payment_methods:
        raise UnknownProvider
    return chosen(providers, method)


async def place_order(
    tx: TenantTx,
    shop: ShopCard,
    customer_id: UUID,
    basket: Basket,
    request: CheckoutRequest,
    provider: PaymentProvider,
) -> tuple[Order, Payment]:
    """Freezes the cart at today's prices, reserves its units, writes order and payment.

    Raises what `orders.place` raises, and PayOnlineFirst; then leave the transaction.
    """
    pay_until = None if provider.collects_on_delivery else tx.now + TIME_TO_PAY
    # The profile may be part of another one by now; it is not joined or erased until the commit.
    customer_id = await living(tx, customer_id)
    point = await pickup_point(tx, request)
    draft = OrderDraft(
        customer_id=customer_id,
        lines=tuple(
            DraftLine(line.variant_id, line.quantity, line.design, line.seal)
            for line in basket.cart.lines
        ),
        payment_method=provider.name,
        delivery_method=request.delivery,
        pay_until=pay_until,
        delivery=delivery_price(request.delivery, shop.currency),
        recipient=request.recipient,
        phone=tidy_phone(request.phone),
        address=address_of(point) if point else request.address,
        pickup_point_id=point.id if point else None,
        comment=request.comment,
        language=request.language,
        expected_total=Money(request.expected_total_minor, shop.currency),
        expected_to_pay=_money(request.expected_to_pay_minor, shop.currency),
        extras=basket.extras,
        channel=basket.channel,
        outside=basket.outside,
    )
    shopper = Actor(ActorKind.SHOPPER, str(customer_id), line(request.recipient))
    order = await orders.place(tx, draft, shopper)
    if pay_until is None:
        check_cash(order)
    return order, await open_payment(tx, order, provider, pay_until)


def check_cash(order: Order) -> None:
    """Raises PayOnlineFirst where nobody comes to the shopper's door."""
    if order.delivery_method == DeliveryMethod.DIGITAL and order.to_pay_minor:
        raise PayOnlineFirst


def _money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money(minor, currency)
