import pytest

from kram.billing.providers.cod import CashOnDelivery
from kram.billing.providers.contract import CallingProvider, Started
from tests.billing.conformance import AnyProvider, Harness, payment_request

pytestmark = pytest.mark.anyio


@pytest.fixture
def harness() -> Harness:
    return Harness(CashOnDelivery(), lambda payment_id: None)


class TestCashOnDelivery(AnyProvider):
    pass


async def test_shopper_is_sent_nowhere() -> None:
    assert await CashOnDelivery().start(payment_request()) == Started(None, None)


def test_order_goes_to_the_staff_at_once() -> None:
    assert CashOnDelivery.collects_on_delivery


def test_nobody_calls_back() -> None:
    assert not isinstance(CashOnDelivery(), CallingProvider)
