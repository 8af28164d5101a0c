"""One shop's counter, at which anything may happen to orders; all of it in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select

from kram.billing.checkout.desk import take_cash
from kram.billing.payments.events import RefundRequested
from kram.billing.payments.models import Payment, Refund
from kram.billing.payments.service import (
    on_balance_due,
    on_cancelled,
    on_delivered,
    open_payment,
    paid_minor,
    settle,
)
from kram.billing.providers.cod import CashOnDelivery
from kram.billing.providers.contract import ProviderRefund, ProviderStatus
from kram.kit.db.tx import TenantTx
from kram.kit.money import Money
from kram.shop.cart.extras import Extras
from kram.shop.giftcards import service as giftcards
from kram.shop.inventory.models import Reservation, StockMove
from kram.shop.inventory.service import levels
from kram.shop.loyalty import service as loyalty
from kram.shop.loyalty.models import PointMove
from kram.shop.loyalty.queries import moves_of_order
from kram.shop.loyalty.rules import Loyalty
from kram.shop.orders import service as orders
from kram.shop.orders.drafts import Agreement, DraftLine, OrderDraft
from kram.shop.orders.events import OrderBalanceDue, OrderCancelled, OrderDelivered
from kram.shop.orders.models import (
    Fulfilment,
    Order,
    OrderLine,
    OrderStatus,
    ParcelState,
    PaymentState,
)
from kram.shop.orders.pricing import pricing_of
from kram.shop.orders.pricing.parts import PartKind, parts_of_order
from kram.shop.orders.queries import lines_of, parcels_of
from kram.shop.orders.tasks import earn_points
from kram.shop.promotions.rule import PercentOff
from kram.shop.returns.models import ReturnRequest, ReturnState
from kram.shop.returns.queries import returns_of
from kram.shop.returns.rules import read_lines
from kram.shop.returns.service.close import delivery_cost
from kram.shop.taxes import service as taxes
from kram.shop.taxes.rules import TaxMode, TaxPolicy, TaxRate
from tests.factories.catalog import make_category, make_product
from tests.factories.customers import make_customer
from tests.factories.inventory import STAFF
from tests.factories.orders import SHOPPER
from tests.factories.promotions import make_promotion

CODE = "TEN"
PLENTY = 10**7
"""Points and money on a card that no sequence of orders uses up."""


@dataclass
class Counter:
    tx: TenantTx
    currency: str
    variants: list[UUID] = field(default_factory=list)
    placed: list[UUID] = field(default_factory=list)
    customer: UUID | None = None
    card: UUID | None = None

    async def furnish(self, prices: Sequence[int]) -> None:
        """Tax on top by two rates, a promotion by code, points, a gift card."""
        self.customer = (await make_customer(self.tx)).id
        books = await make_category(self.tx, "Books")
        rates = (TaxRate("VAT", 195_000), TaxRate("Books", 70_000, category_id=books.id))
        await taxes.save(self.tx, TaxPolicy(mode=TaxMode.ADDED, rates=rates))
        await make_promotion(self.tx, PercentOff(1_500), code=CODE)
        await loyalty.save(self.tx, Loyalty(is_active=True, earn_rate=777, spend_limit=4_000))
        await loyalty.adjust(self.tx, self.customer, PLENTY, STAFF, "")
        [card] = await giftcards.issue(self.tx, Money(PLENTY, self.currency), STAFF)
        self.card = card.id
        for price in prices:
            product = await make_product(
                self.tx,
                price_minor=price,
                currency=self.currency,
                stock=40,
                category_id=books.id if self.variants else None,
            )
            self.variants.append(product.variants[0].id)

    async def place(
        self, units: dict[UUID, int], discount: int, delivery: int, extras: Extras | None
    ) -> None:
        """By the staff with an agreed discount, or (with `extras`) as a shopper does."""
        assert self.customer is not None
        agreed = Agreement(discount_minor=discount, reason="test") if extras is None else None
        draft = OrderDraft(
            customer_id=self.customer,
            lines=tuple(DraftLine(variant, each) for variant, each in units.items()),
            payment_method="cod",
            pay_until=None,
            delivery=Money(delivery, self.currency),
            recipient="Ivan",
            phone="+380441234567",
            address="Lviv",
            language="uk",
            extras=extras or Extras(),
            agreed=agreed,
        )
        order = await orders.place(self.tx, draft, SHOPPER)
        await open_payment(self.tx, order, CashOnDelivery(), None)
        self.placed.append(order.id)

    async def pay(self, order_id: UUID) -> None:
        await take_cash(self.tx, order_id, STAFF)

    async def order(self, order_id: UUID) -> Order:
        found = await self.tx.get(Order, order_id)
        assert found is not None
        return found

    async def lines(self, order_id: UUID) -> Sequence[OrderLine]:
        return await lines_of(self.tx, order_id)

    async def parcels(self, order_id: UUID, state: ParcelState) -> list[Fulfilment]:
        return [each for each in await parcels_of(self.tx, order_id) if each.state == state]

    async def returns(self, order_id: UUID, state: ReturnState) -> list[ReturnRequest]:
        return [each for each in await returns_of(self.tx, order_id) if each.state == state]

    async def hear(self) -> None:
        """What workers do: every event is handled, and again, as the relay may do it."""
        while self.tx.pending_events:
            event = self.tx.pending_events.pop(0).event
            for _ in range(2):
                match event:
                    case OrderBalanceDue():
                        await on_balance_due(self.tx, event)
                    case OrderCancelled():
                        await on_cancelled(self.tx, event)
                    case OrderDelivered():
                        await on_delivered(self.tx, event)
                        await earn_points(self.tx, event)
                    case RefundRequested():
                        await self._give_back(event.refund_id)
                    case _:
                        pass
                await self.tx.flush()

    async def _give_back(self, refund_id: UUID) -> None:
        refund = await self.tx.get(Refund, refund_id)
        assert refund is not None
        payment = await self.tx.get(Payment, refund.payment_id)
        assert payment is not None
        word = ProviderRefund(
            refund_id=refund.id,
            provider_ref=f"cash-{refund.id}",
            amount=Money(refund.amount_minor, self.currency),
            status=ProviderStatus.SUCCEEDED,
        )
        await settle(self.tx, payment, await self.order(payment.order_id), refund, word)

    async def check(self) -> None:
        await self._check_stock()
        assert await loyalty.balance(self.tx, self.customer) == await self.tx.scalar(  # type: ignore[arg-type]
            select(func.sum(PointMove.delta))
        )
        for order_id in self.placed:
            await self._check_money(order_id)
            await self._check_parts(order_id)
            await self._check_units(order_id)
            await self._check_points(order_id)

    async def _check_stock(self) -> None:
        found = await levels(self.tx, self.variants)
        for variant, level in found.items():
            ledger = await self.tx.scalar(
                select(func.sum(StockMove.delta)).where(StockMove.variant_id == variant)
            )
            held = await self.tx.scalar(
                select(func.coalesce(func.sum(Reservation.quantity), 0)).where(
                    Reservation.variant_id == variant, Reservation.state == "held"
                )
            )
            promised = 0
            for order_id in self.placed:
                if (await self.order(order_id)).status != OrderStatus.CANCELLED:
                    promised += sum(
                        line.quantity - line.cancelled_quantity - line.shipped_quantity
                        for line in await self.lines(order_id)
                        if line.variant_id == variant
                    )
            assert (level.on_hand, level.reserved) == (ledger, held)
            assert held == promised, "what is promised to orders is what they still need"

    async def _check_money(self, order_id: UUID) -> None:
        order = await self.order(order_id)
        lines = await self.lines(order_id)
        assert order.total_minor == (
            sum(line.to_pay_minor for line in lines) + delivery_cost(order)
        ), "lines and delivery are the total"
        shown = [part.minor for part in parts_of_order(order) if part.kind != PartKind.TAX_INSIDE]
        assert sum(shown) == order.to_pay_minor, "what is shown makes up what is to be paid"
        assert sum(part.tax_minor for part in pricing_of(order).taxes) == order.tax_minor
        back = sum(each.refund_minor for each in await returns_of(self.tx, order_id))
        kept, on_card = await paid_minor(self.tx, order_id), await giftcards.owed(self.tx, order_id)
        cost = order.total_minor - order.cancelled_minor
        if order.status == OrderStatus.CANCELLED:
            assert (kept, on_card) == (0, 0)
        elif order.payment_state == PaymentState.UNPAID:
            assert (kept, on_card) == (0, min(order.gift_card_minor, cost))
        elif order.payment_state == PaymentState.PARTLY_PAID:
            assert kept < order.to_pay_minor or order.to_pay_minor == 0
        else:
            assert kept + on_card == cost - back, "kept is what was sold and did not come back"

    async def _check_points(self, order_id: UUID) -> None:
        """Spent on what is kept, and earned by it, as far as the order has been delivered."""
        order, moves = await self.order(order_id), await moves_of_order(self.tx, order_id)
        spent = -sum(each.delta for each in moves if each.cause in ("spent", "returned"))
        earned = sum(each.delta for each in moves if each.cause == "earned")
        taken = -sum(each.delta for each in moves if each.cause == "taken_back")
        if order.status == OrderStatus.CANCELLED:
            assert (spent, earned) == (0, 0)
            return
        lines = await self.lines(order_id)
        assert spent == sum(
            line.points_minor - line.points_minor * line.credited_quantity // line.quantity
            for line in lines
        )
        if earned:
            paid = order.total_minor - order.cancelled_minor - delivery_cost(order)
            closed = await self.returns(order_id, ReturnState.CLOSED)
            goods = sum(each.refund_minor for back in closed for each in read_lines(back.lines))
            assert (earned, taken) == (paid * 777 // 10_000, earned * goods // paid)

    async def _check_parts(self, order_id: UUID) -> None:
        """What was taken off and given back is exactly what those units cost, whatever the order
        in which they went: the first so many units of each line.
        """
        order = await self.order(order_id)
        if order.status == OrderStatus.CANCELLED:
            return
        backs = await self.returns(order_id, ReturnState.CLOSED)
        goods = {
            back.id: sum(line.refund_minor for line in read_lines(back.lines)) for back in backs
        }
        for back in backs:
            delivery = delivery_cost(order) if back.refunds_delivery else 0
            assert back.refund_minor == goods[back.id] + delivery
        given = sum(goods.values())
        cost = sum(
            sign * (amount * line.credited_quantity // line.quantity)
            for line in await self.lines(order_id)
            for sign, amount in (
                (1, line.total_minor),
                (-1, line.discount_minor),
                (1, line.tax_added_minor),
            )
        )
        assert given + order.cancelled_minor == cost

    async def _check_units(self, order_id: UUID) -> None:
        lines = {line.id: line for line in await self.lines(order_id)}
        in_parcels = dict.fromkeys(lines, 0)
        for parcel in await parcels_of(self.tx, order_id):
            if parcel.state != ParcelState.CANCELLED:
                for line_id, units in parcel.units.items():
                    in_parcels[line_id] += units
        assert in_parcels == {each.id: each.fulfilled_quantity for each in lines.values()}
