"""Whether `test_orders.py` would notice: each of these small mistakes with money must be found.

A mistake takes the place of one function of the code; the machine is then run until it fails.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from anyio.from_thread import BlockingPortal
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy.exc import DBAPIError

from kram.kit.db.database import Database
from kram.kit.errors import AppError
from kram.kit.ids import new_id
from kram.shop.orders import rules
from kram.shop.orders.models import Order, OrderLine
from kram.shop.orders.pricing.quote import Pricing
from kram.shop.orders.rules import Priced
from kram.shop.orders.service.rest import Credit
from tests.conftest import new_shop
from tests.shop.stateful.test_orders import OrdersMachine, stage

__all__ = ["stage"]
pytestmark = pytest.mark.stress

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


async def captured(_tx: object, payment: Any) -> int:
    """Forgets what is on its way back."""
    return int(payment.captured_minor - payment.refunded_minor)


def other_id(*_: object) -> UUID:
    """An event that is heard again is another event."""
    return new_id()


def delivery_only(order: Order) -> int:
    """The delivery without its tax."""
    return order.delivery_minor


def twice_of(order: Order) -> int:
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
    "what is promised back is promised again": {f"{PAYMENTS}.even.left_minor": captured},
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


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_found(
    stage: tuple[BlockingPortal, Database, asyncpg.Connection],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    portal, db, owner = stage
    shop = portal.call(lambda: new_shop(db, owner, currency="UAH"))
    machine = type(
        "Mistaken",
        (OrdersMachine,),
        {"portal": portal, "db": db, "tenant": shop.tenant, "currency": "UAH"},
    )
    for path, mistake in MISTAKES[name].items():
        _replace(monkeypatch, path, mistake)
    with pytest.raises((AssertionError, AppError, DBAPIError)):
        run_state_machine_as_test(machine, settings=_until_found())


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


def _until_found() -> settings:
    return settings(
        max_examples=60,
        report_multiple_bugs=False,
        stateful_step_count=30,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
