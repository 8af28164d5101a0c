"""Whether the checks of `Counter` would notice: small mistakes with money must not go by.

A mistake takes the place of one function of the code, and the same day at the counter is gone
through: it must end in an assertion, a refusal or the database's word. Without a mistake it passes.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError

from kram.kit.db.tx import TenantTx
from kram.kit.errors import AppError
from kram.kit.ids import new_id
from kram.kit.money import Money
from kram.shop.cart.extras import Extras
from kram.shop.giftcards import service as giftcards
from kram.shop.orders import rules
from kram.shop.orders import service as orders
from kram.shop.orders.models import Order, OrderLine, ParcelState
from kram.shop.orders.pricing.quote import Pricing
from kram.shop.orders.rules import Priced
from kram.shop.orders.service import OrderEdit
from kram.shop.orders.service.rest import Credit
from kram.shop.returns import service as returns
from kram.shop.returns.errors import DeliveryRefunded
from kram.shop.returns.models import ReturnReason
from kram.shop.returns.rules import Received
from kram.shop.returns.service import Wish
from tests.factories.inventory import STAFF
from tests.shop.stateful.counter import CODE, Counter

pytestmark = pytest.mark.anyio

ORDERS, PRICING = "kram.shop.orders.service", "kram.shop.orders.pricing"
PAYMENTS = "kram.billing.payments.service"
_share = rules.share


def rounded_part(sum_minor: int, quantity: int, before: int, units: int) -> int:
    """Each part rounded by itself."""
    return (2 * sum_minor * units + quantity) // (2 * quantity)


def cost_without_tax(self: Priced, before: int, units: int) -> int:
    total = _share(self.total, self.quantity, before, units)
    return total - _share(self.discount, self.quantity, before, units)


def cost_without_discount(self: Priced, before: int, units: int) -> int:
    total = _share(self.total, self.quantity, before, units)
    return total + _share(self.tax_added, self.quantity, before, units)


def cost_of_first_units(self: Priced, _before: int, units: int) -> int:
    """As if nothing had gone back before."""
    return (
        _share(self.total, self.quantity, 0, units)
        - _share(self.discount, self.quantity, 0, units)
        + _share(self.tax_added, self.quantity, 0, units)
    )


def credit_again(line: OrderLine, units: int) -> Credit:
    """Forgets what went back before."""
    cost = Priced(line.quantity, line.total_minor, line.discount_minor, line.tax_added_minor)
    points = _share(line.points_minor, line.quantity, 0, units)
    line.credited_quantity += units
    return Credit(cost.cost(0, units), points)


def credit_without_points(line: OrderLine, units: int) -> Credit:
    before, line.credited_quantity = line.credited_quantity, line.credited_quantity + units
    cost = Priced(line.quantity, line.total_minor, line.discount_minor, line.tax_added_minor)
    return Credit(cost.cost(before, units), 0)


def floored(amount: int, weights: Sequence[int]) -> list[int]:
    """Loses what division leaves over."""
    return [amount * weight // (sum(weights) or 1) for weight in weights]


def as_frozen(pricing: Pricing, *_: object) -> Pricing:
    return pricing


def nothing(*_: object, **__: object) -> None:
    return None


async def nothing_async(*_: object, **__: object) -> int:
    return 0


def other_id(*_: object) -> UUID:
    """An event that is heard again is another event."""
    return new_id()


def delivery_only(order: Order) -> int:
    """The delivery without its tax."""
    return order.delivery_minor


def twice_of(order: Order, lines: Sequence[OrderLine]) -> int:
    """What the order cost with its delivery."""
    return order.total_minor


Mistake = Mapping[str, Any]
MISTAKES: Mapping[str, Mistake] = {
    "parts are rounded each by itself": {
        "kram.shop.orders.rules.share": rounded_part,
        f"{ORDERS}.rest.share": rounded_part,
    },
    "tax on top is not given back": {"kram.shop.orders.rules.Priced.cost": cost_without_tax},
    "discounts are given back as money": {
        "kram.shop.orders.rules.Priced.cost": cost_without_discount
    },
    "each return is the first": {"kram.shop.orders.rules.Priced.cost": cost_of_first_units},
    "the same units go back again": {"kram.shop.returns.service.close.credit": credit_again},
    "a return keeps the points": {"kram.shop.returns.service.close.credit": credit_without_points},
    "a cancelled rest keeps the points": {f"{ORDERS}.rest.credit": credit_without_points},
    "a discount loses its remainder": {f"{PRICING}.compute.shared": floored},
    "an edit keeps the whole discount": {
        f"{ORDERS}.change_goods._SHARED": ("tax_minor", "tax_added_minor")
    },
    "an edit keeps the points": {
        f"{ORDERS}.change_goods._SHARED": ("discount_minor", "tax_minor", "tax_added_minor")
    },
    "an edit keeps what was frozen": {f"{ORDERS}.change_goods.changed": as_frozen},
    "an edit asks for nothing back": {f"{ORDERS}.edit.ask_balance": nothing},
    "a cancelled rest asks for nothing back": {f"{ORDERS}.rest.ask_balance": nothing},
    "an event heard twice pays twice": {
        f"{PAYMENTS}.even.uuid5": other_id,
        f"{PAYMENTS}.follow.uuid5": other_id,
    },
    "a card keeps what is too much": {f"{PAYMENTS}.follow._free_card": nothing_async},
    "cash is collected without the difference": {f"{PAYMENTS}.follow.due_minor": nothing_async},
    "a cancelled order keeps the card": {f"{ORDERS}.benefits._refund_to_card": nothing_async},
    "a cancelled order keeps the points": {f"{ORDERS}.benefits.loyalty.give_back": nothing_async},
    "earned points stay": {"kram.shop.returns.service.close.take_back_earned": nothing_async},
    "points are earned for the delivery": {"kram.shop.orders.tasks.goods_paid": twice_of},
    "the delivery goes back without its tax": {
        "kram.shop.returns.service.close.delivery_cost": delivery_only
    },
    "the delivery goes back twice": {
        "kram.shop.returns.service.close._delivery_went_back": nothing_async
    },
}


class Day:
    """One day at the counter; after each step everything is heard, twice, and adds up."""

    def __init__(self, counter: Counter) -> None:
        self.counter, self.tx = counter, counter.tx

    async def go(self) -> None:
        await self.counter.furnish([1_333, 777])
        await self.tx.flush()
        await self._edited_sent_and_returned()
        await self._cheaper_than_its_card()
        await self._cancelled_whole()
        await self._paid_the_courier()

    async def settle(self) -> None:
        await self.tx.flush()
        await self.counter.hear()
        await self.counter.check()

    async def place(self, *units: int, discount: int = 0, card: int = 0) -> UUID:
        """With a code, points and a card of so much, or at an agreed discount."""
        extras = None
        if not discount:
            [issued] = await giftcards.issue(self.tx, Money(card or 1, "UAH"), STAFF)
            extras = Extras((CODE,), issued.id if card else None, use_points=True)
        wanted = dict(zip(self.counter.variants, units, strict=False))
        await self.counter.place(wanted, discount, 500, extras)
        await self.settle()
        order_id = self.counter.placed[-1]
        await orders.accept(self.tx, order_id, STAFF)
        return order_id

    async def edit(self, order_id: UUID, quantity: int, added: int = 0) -> None:
        """So many units of the first line, and new ones of the second product."""
        first = (await self.counter.lines(order_id))[0]
        wanted = OrderEdit(
            version=(await self.counter.order(order_id)).version,
            quantities={first.id: quantity},
            added={self.counter.variants[1]: added} if added else {},
        )
        await orders.edit(self.tx, order_id, wanted, STAFF)
        await self.settle()

    async def send(self, order_id: UUID, units: int) -> None:
        lines = await self.counter.lines(order_id)
        wanted = {line.id: min(units, line.left_quantity) for line in lines}
        parcel = await orders.pack(self.tx, order_id, wanted, STAFF)
        await self.tx.flush()
        await orders.send(self.tx, order_id, parcel.id, STAFF)
        await self.settle()

    async def arrive(self, order_id: UUID) -> None:
        for parcel in await self.counter.parcels(order_id, ParcelState.SHIPPED):
            await orders.arrive(self.tx, order_id, parcel.id, STAFF)
        await self.settle()

    async def give_back(self, order_id: UUID, units: int, *, delivery: bool = False) -> None:
        lines = await self.counter.lines(order_id)
        left = {line.id: line.shipped_quantity - line.returned_quantity for line in lines}
        wanted = {line_id: min(units, each) for line_id, each in left.items() if each}
        wish = Wish(units=wanted, reason=ReturnReason.OTHER)
        back = await returns.request(self.tx, order_id, wish, STAFF)
        await self.tx.flush()
        came = {line_id: Received(each) for line_id, each in wanted.items()}
        await returns.receive(self.tx, back.id, came, STAFF)
        await returns.close(self.tx, back.id, STAFF, refunds_delivery=delivery)
        await self.settle()

    async def _edited_sent_and_returned(self) -> None:
        order_id = await self.place(7, 3, card=2_000)
        await self.counter.pay(order_id)
        await self.settle()
        await self.edit(order_id, 5)
        await self.edit(order_id, 6, added=1)
        await self.counter.pay(order_id)
        await self.settle()
        await self.send(order_id, 3)
        await orders.cancel_rest(self.tx, order_id, STAFF, "")
        await self.settle()
        await self.arrive(order_id)
        await self.give_back(order_id, 1, delivery=True)
        await self.give_back(order_id, 1)
        assert await self._delivery_is_refused(order_id)

    async def _delivery_is_refused(self, order_id: UUID) -> bool:
        try:
            await self.give_back(order_id, 1, delivery=True)
        except DeliveryRefunded:
            return True
        return False

    async def _cheaper_than_its_card(self) -> None:
        """Nobody has paid the courier yet, or nobody has to."""
        for card in (5_000, 100_000):
            order_id = await self.place(7, 1, card=card)
            await self.edit(order_id, 1)
            await orders.cancel(self.tx, order_id, STAFF, "")
            await self.settle()

    async def _cancelled_whole(self) -> None:
        order_id = await self.place(3, 2, card=1_500)
        await self.counter.pay(order_id)
        await self.settle()
        await orders.cancel(self.tx, order_id, STAFF, "")
        await self.settle()

    async def _paid_the_courier(self) -> None:
        """By a discount that was agreed upon; a part is sent, and the courier takes the money."""
        order_id = await self.place(5, 4, discount=1_001)
        await self.send(order_id, 2)
        await orders.cancel_rest(self.tx, order_id, STAFF, "")
        await self.arrive(order_id)
        await self.give_back(order_id, 1)


async def test_a_day_without_mistakes_adds_up(tx: TenantTx) -> None:
    await Day(Counter(tx, "UAH")).go()


@pytest.mark.stress
@pytest.mark.parametrize("name", MISTAKES)
async def test_a_mistake_is_found(tx: TenantTx, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for path, mistake in MISTAKES[name].items():
        _replace(monkeypatch, path, mistake)
    with pytest.raises((AssertionError, AppError, DBAPIError)):
        await Day(Counter(tx, "UAH")).go()


def _replace(monkeypatch: pytest.MonkeyPatch, path: str, mistake: object) -> None:
    """`path` may lead through a class or a module that another one has imported."""
    *parts, attribute = path.split(".")
    rest: list[str] = []
    while True:
        try:
            target: Any = import_module(".".join(parts))
            break
        except ModuleNotFoundError:
            rest.insert(0, parts.pop())
    for part in rest:
        target = getattr(target, part)
    monkeypatch.setattr(target, attribute, mistake)
