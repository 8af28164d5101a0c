"""An outside tax service is asked before the transaction, and checkout goes on without it."""

import asyncio
from dataclasses import replace

import msgspec
import pytest

from kram.billing.checkout.taxes import OutsideTaxes
from kram.kit.ids import new_id
from kram.shop.orders.pricing import pricing_of
from kram.shop.taxes import service as taxes
from kram.shop.taxes.contract import TaxAnswer, TaxRequest
from kram.shop.taxes.rules import TaxMode, TaxPolicy, TaxRate
from tests.factories.billing import COURIER_MINOR, Stall, checkout_request

pytestmark = pytest.mark.anyio


class Service:
    """Takes 10 % of everything, after a while."""

    name = "outside"

    def __init__(self, stall: Stall, seconds: float = 0) -> None:
        self.stall, self.seconds = stall, seconds
        self.asked: list[TaxRequest] = []

    async def quote(self, request: TaxRequest) -> TaxAnswer:
        self.asked.append(request)
        await asyncio.sleep(self.seconds)
        lines = tuple(line.amount_minor // 10 for line in request.lines)
        return TaxAnswer(lines, request.delivery_minor // 10)


async def buy(stall: Stall, service: Service, total_minor: int) -> tuple[int, str]:
    """(tax, by whom)."""
    async with stall.db.tenant(stall.tenant) as tx:
        policy = TaxPolicy(mode=TaxMode.ADDED, rates=(TaxRate("VAT", 200_000),))
        await taxes.save(tx, policy)
    customer_id = await stall.shopper_with(await stall.stock(1))
    checkout = replace(stall.checkout, taxes=OutsideTaxes(service, seconds=0.2))
    request = checkout_request(total_minor=total_minor)
    answer = await checkout.place(stall.card, customer_id, f"key-{new_id()}", request)
    order, _, _ = await stall.look(answer.placed.order_id)
    return order.tax_minor, pricing_of(order).tax_source


async def test_its_answer_is_frozen(stall: Stall) -> None:
    service = Service(stall)
    taxed = (12_500 + COURIER_MINOR) // 10
    found = await buy(stall, service, 12_500 + COURIER_MINOR + taxed)
    assert found == (taxed, "outside")
    [request] = service.asked
    assert msgspec.structs.asdict(request.lines[0])["amount_minor"] == 12_500
    assert (request.delivery_minor, request.prices_include_tax) == (COURIER_MINOR, False)


async def test_a_late_one_is_not_waited_for(stall: Stall) -> None:
    taxed = (12_500 + COURIER_MINOR) // 5
    found = await buy(stall, Service(stall, seconds=5), 12_500 + COURIER_MINOR + taxed)
    assert found == (taxed, "")
