"""Delivered orders, and what comes back of them."""

from collections.abc import Mapping
from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.shop.orders import service as orders
from kram.shop.orders.models import Order
from kram.shop.orders.queries import lines_of
from kram.shop.returns import service
from kram.shop.returns.models import ReturnReason, ReturnRequest
from kram.shop.returns.service import Wish
from kram.tenants.actor import Actor
from tests.factories.catalog import make_variant
from tests.factories.inventory import STAFF
from tests.factories.orders import SHOPPER, make_order


async def delivered_order(tx: TenantTx, *quantities: int) -> tuple[Order, list[UUID], list[UUID]]:
    """So many units each of variants of 100.00 that had ten; with its lines and variants."""
    variants = [await make_variant(tx, stock=10, price_minor=10_000) for _ in quantities or (3,)]
    wanted = dict(zip(variants, quantities or (3,), strict=True))
    order = await make_order(tx, lines=wanted)
    await orders.accept(tx, order.id, STAFF)
    await orders.ship(tx, order.id, STAFF)
    await orders.deliver(tx, order.id, STAFF)
    return order, [line.id for line in await lines_of(tx, order.id)], variants


async def ask_back(
    tx: TenantTx, order_id: UUID, units: Mapping[UUID, int], actor: Actor = SHOPPER
) -> ReturnRequest:
    wish = Wish(units=units, reason=ReturnReason.DOES_NOT_FIT, comment="too small")
    return await service.request(tx, order_id, wish, actor)
