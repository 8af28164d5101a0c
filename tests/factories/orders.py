"""Orders, placed by the same service that checkout calls."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.kit.money import Money
from kram.shop.cart.extras import Extras
from kram.shop.configurator.lines import LineKey
from kram.shop.orders import service
from kram.shop.orders.drafts import DraftLine, OrderDraft
from kram.shop.orders.models import Order
from kram.tenants.actor import Actor, ActorKind
from tests.factories.catalog import make_variant
from tests.factories.customers import make_customer

SHOPPER = Actor(ActorKind.SHOPPER, "22222222-0000-7000-8000-000000000002", "Ivan")


def order_draft(
    customer_id: UUID,
    lines: Mapping[UUID, int] | Mapping[LineKey, int],
    *,
    pay_until: datetime | None = None,
    delivery_minor: int = 7_000,
    expected_total_minor: int | None = None,
    extras: Extras | None = None,
) -> OrderDraft:
    """Paid on delivery unless there is a time to pay until."""
    expected = None if expected_total_minor is None else Money(expected_total_minor, "UAH")
    return OrderDraft(
        customer_id=customer_id,
        lines=tuple(
            DraftLine(wanted.variant_id, quantity, wanted.design)
            if isinstance(wanted, LineKey)
            else DraftLine(wanted, quantity)
            for wanted, quantity in lines.items()
        ),
        payment_method="cod" if pay_until is None else "sandbox",
        pay_until=pay_until,
        delivery=Money(delivery_minor, "UAH"),
        recipient="Ivan Franko",
        phone="+380441234567",
        address="Lviv, Rynok 1",
        language="uk",
        expected_total=expected,
        extras=extras or Extras(),
    )


async def make_order(
    tx: TenantTx,
    *,
    lines: Mapping[UUID, int] | Mapping[LineKey, int] | None = None,
    customer_id: UUID | None = None,
    pay_until: datetime | None = None,
    extras: Extras | None = None,
) -> Order:
    """Its lines are loaded; without `lines` it is one unit of a product that has just one."""
    wanted = lines or {await make_variant(tx, stock=1): 1}
    buyer = customer_id or (await make_customer(tx)).id
    return await service.place(
        tx, order_draft(buyer, wanted, pay_until=pay_until, extras=extras), SHOPPER
    )
