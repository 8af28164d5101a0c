"""What a door starts when the shopper taps "Order": three short transactions and two calls."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
import structlog
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from kram.billing.checkout import idempotency
from kram.billing.checkout.errors import CheckoutBusy
from kram.billing.checkout.idempotency import Claim
from kram.billing.checkout.requests import CheckoutRequest, check, check_key
from kram.billing.checkout.service import Basket, place_order, provider_for
from kram.billing.checkout.taxes import OutsideTaxes, question
from kram.billing.payments.models import Payment, PaymentStatus
from kram.billing.payments.rules import OPEN
from kram.billing.payments.service import pay_again
from kram.billing.payments.tasks import Payments
from kram.billing.providers.contract import PaymentProvider, ProvidersOf
from kram.kit.clock import utc_now
from kram.kit.db.contention import is_contention
from kram.kit.db.database import Database
from kram.shop.cart.store import CartStore
from kram.shop.cart.view import view
from kram.shop.configurator.errors import DesignChanged, DesignImpossible
from kram.shop.inventory.errors import OutOfStock
from kram.shop.orders.errors import GoodsGone, TotalChanged
from kram.tenants.registry import ShopCard

_OPERATION = "checkout"
_CART_CHANGED = (OutOfStock, GoodsGone, DesignImpossible, DesignChanged, TotalChanged)
_log = structlog.get_logger(__name__)


class Placed(msgspec.Struct, frozen=True):
    """The stored part of the answer; the same for every repetition of the request."""

    order_id: UUID
    order_code: str
    payment_id: UUID


class Answer(msgspec.Struct, frozen=True):
    """`redirect_url` is where to pay; None: on delivery, or the provider has not answered yet."""

    placed: Placed
    redirect_url: str | None


@dataclass(frozen=True, slots=True)
class Checkout:
    db: Database
    carts: CartStore
    payments: Payments
    providers: ProvidersOf
    taxes: OutsideTaxes | None = None

    async def place(
        self,
        shop: ShopCard,
        customer_id: UUID,
        key: str,
        request: CheckoutRequest,
        channel: str | None = None,
    ) -> Answer:
        """The order of the customer's cart, once for each key. `channel` is where they shop.

        Raises: IdempotencyKeyMissing, IdempotencyKeyReused, StillRunning, InvalidInput,
        ShopPaused, UnknownProvider, RedisError, and of orders OrderEmpty, LineInvalid,
        OrderTooLarge, PromotionUsedUp, GiftCardSpent, PointsSpent; OutOfStock, GoodsGone,
        DesignImpossible, DesignChanged and TotalChanged carry the cart of now under `cart`.
        """
        check(request)
        claim = await self._claim(shop, customer_id, check_key(key), request)
        if claim.answer is None:
            placed, is_to_start = await self._run(shop, customer_id, claim, request, channel)
        else:
            placed, is_to_start = msgspec.convert(claim.answer, Placed), True
        if not is_to_start:
            return Answer(placed, None)
        payment = await self.payments.start(shop.tenant, placed.payment_id)
        return Answer(placed, payment.redirect_url)

    async def pay_again(self, shop: ShopCard, order_id: UUID, method: str) -> Payment:
        """For an order that waits: the open attempt, or a new one, started at the provider.

        Raises: ShopPaused, UnknownProvider, OrderMissing, NotAwaitingPayment.
        """
        provider = provider_for(shop, self.providers(shop.tenant.id), method)
        payment = await self._attempt(shop, order_id, provider)
        if payment.status == PaymentStatus.PENDING:
            # The shopper may have ended it on the provider's page a moment ago.
            payment = await self.payments.refresh(shop.tenant, payment.id)
            if payment.status not in OPEN:
                payment = await self._attempt(shop, order_id, provider)
        return await self.payments.start(shop.tenant, payment.id)

    async def _attempt(self, shop: ShopCard, order_id: UUID, provider: PaymentProvider) -> Payment:
        async with self.db.tenant(shop.tenant) as tx:
            return await pay_again(tx, order_id, provider)

    async def _claim(
        self, shop: ShopCard, customer_id: UUID, key: str, request: CheckoutRequest
    ) -> Claim:
        async with self.db.tenant(shop.tenant) as tx:
            return await idempotency.claim(
                tx,
                actor=f"customer:{customer_id}",
                operation=_OPERATION,
                key=key,
                fingerprint=request.fingerprint,
            )

    async def _run(
        self,
        shop: ShopCard,
        customer_id: UUID,
        claim: Claim,
        request: CheckoutRequest,
        channel: str | None,
    ) -> tuple[Placed, bool]:
        """The answer, and whether its payment may have to be started."""
        began_at = utc_now()
        try:
            placed, payment = await self._effect(shop, customer_id, claim, request, channel)
        except Exception as failure:
            await self._free(shop, claim)
            await self._explain(failure, shop, customer_id)
            if is_contention(failure):
                raise CheckoutBusy(retry_after=1) from failure
            raise
        await self._empty_cart(shop, customer_id, began_at)
        return placed, payment.status == PaymentStatus.CREATED

    async def _effect(
        self,
        shop: ShopCard,
        customer_id: UUID,
        claim: Claim,
        request: CheckoutRequest,
        channel: str | None,
    ) -> tuple[Placed, Payment]:
        provider = provider_for(shop, self.providers(shop.tenant.id), request.payment)
        basket = Basket(
            await self.carts.get(shop.tenant.id, customer_id),
            await self.carts.extras(shop.tenant.id, customer_id),
            channel,
        )
        if self.taxes is not None:
            async with self.db.tenant_read(shop.tenant) as tx:
                asked = await question(tx, shop, customer_id, basket, request.delivery)
            basket = await self.taxes.answered(basket, asked)
        async with self.db.tenant(shop.tenant) as tx:
            await idempotency.begin(tx, claim)
            order, payment = await place_order(tx, shop, customer_id, basket, request, provider)
            placed = Placed(order.id, order.code, payment.id)
            await idempotency.finish(tx, claim, msgspec.to_builtins(placed))
        return placed, payment

    async def _free(self, shop: ShopCard, claim: Claim) -> None:
        """Best effort: without the database the lease ends by itself."""
        with suppress(SQLAlchemyError, OSError):
            async with self.db.tenant(shop.tenant) as tx:
                await idempotency.give_up(tx, claim)

    async def _explain(self, refusal: Exception, shop: ShopCard, customer_id: UUID) -> None:
        """Shows the shopper what has changed under their hands."""
        if not isinstance(refusal, _CART_CHANGED):
            return
        cart = await self.carts.get(shop.tenant.id, customer_id)
        async with self.db.tenant_read(shop.tenant) as tx:
            refusal.extra["cart"] = await view(tx, cart, shop.currency, customer_id)

    async def _empty_cart(self, shop: ShopCard, customer_id: UUID, seen_at: datetime) -> None:
        """Best effort: the order stands, a full cart is only a nuisance."""
        try:
            await self.carts.clear(shop.tenant.id, customer_id, seen_at)
        except (RedisError, OSError, TimeoutError):
            _log.warning("a cart was not emptied", customer=str(customer_id))
