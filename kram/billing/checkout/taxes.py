"""Asks an outside tax service between two transactions: a slow one never holds a lock."""

from dataclasses import dataclass
from uuid import UUID

import msgspec

from kram.billing.checkout.delivery import delivery_price
from kram.billing.checkout.service import Basket
from kram.kit.db.tx import TenantRead
from kram.shop.configurator.lines import sold
from kram.shop.inventory.rules import sum_by_variant
from kram.shop.orders.models import DeliveryMethod
from kram.shop.orders.pricing import Goods, Outside
from kram.shop.orders.pricing.load import tax_request
from kram.shop.taxes.contract import TaxRequest, TaxService, ask
from kram.tenants.registry import ShopCard

_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class OutsideTaxes:
    """Without an answer in time, or when the basket has changed since, the shop's rates count."""

    service: TaxService
    seconds: float = _SECONDS

    async def answered(self, basket: Basket, request: TaxRequest | None) -> Basket:
        """The basket with the service's answer. Never inside a transaction."""
        answer = None if request is None else await ask(self.service, request, self.seconds)
        if request is None or answer is None:
            return basket
        outside = Outside(self.service.name, request, answer)
        return msgspec.structs.replace(basket, outside=outside)


async def question(
    tx: TenantRead, shop: ShopCard, customer_id: UUID, basket: Basket, delivery: DeliveryMethod
) -> TaxRequest | None:
    """None: nothing to ask, or nothing that can be bought (placing it tells why)."""
    wanted = sum_by_variant((line.key, line.quantity) for line in basket.cart.lines)
    found = (await sold(tx, wanted, customer_id=customer_id)).offers
    if not wanted or set(wanted) - set(found):
        return None
    return await tax_request(
        tx,
        [Goods.of(found[line.key], line.quantity) for line in basket.cart.lines],
        currency=shop.currency,
        customer_id=customer_id,
        delivery_minor=delivery_price(delivery, shop.currency).minor,
        extras=basket.extras,
        channel=basket.channel,
    )
