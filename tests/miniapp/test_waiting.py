"""A shopper who waits for a payment learns of it although the provider's callback was lost."""

import asyncio
from typing import Any

import pytest

from kram.billing.payments.tasks import Payments
from kram.billing.providers.hosted import client as hosted
from kram.miniapp.api import waiting
from tests.factories.storefront import Storefront
from tests.miniapp.test_cart import Headers
from tests.miniapp.test_checkout import all_orders, shopper_with
from tests.miniapp.test_orders import make, read

pytestmark = pytest.mark.anyio


@pytest.fixture
async def session(storefront: Storefront) -> Headers:
    return await shopper_with(storefront)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Payments about which the provider was asked."""
    questions: list[Any] = []
    refresh = Payments.refresh

    async def counted(self: Payments, tenant: Any, payment_id: Any) -> Any:
        questions.append(payment_id)
        return await refresh(self, tenant, payment_id)

    monkeypatch.setattr(Payments, "refresh", counted)
    return questions


async def paid_in_silence(storefront: Storefront, session: Headers) -> str:
    """The code of an order whose money came; nobody told the shop."""
    code = await make(storefront, session, payment="sandbox")
    [made] = await all_orders(storefront)
    _, [payment], _ = await storefront.stall.look(made.id)
    storefront.stall.acquirer.callbacks.hold = True
    storefront.stall.acquirer.succeed(storefront.stall.record_of(payment))
    return code


async def test_money_is_seen_without_the_callback(storefront: Storefront, session: Headers) -> None:
    told = await read(storefront, session, await paid_in_silence(storefront, session))

    assert (told["mood"], told["waiting"]) == ("good", False)
    assert [step["name"] for step in told["steps"]][:2] == ["Order made", "Paid"]


async def test_the_provider_is_asked_once_in_three_seconds(
    storefront: Storefront, session: Headers, asked: list[Any]
) -> None:
    code = await make(storefront, session, payment="sandbox")
    for _ in range(5):
        assert (await read(storefront, session, code))["waiting"] is True

    assert len(asked) == 1


async def test_nobody_is_asked_about_an_order_that_waits_for_no_money(
    storefront: Storefront, session: Headers, asked: list[Any]
) -> None:
    await read(storefront, session, await make(storefront, session))

    assert asked == []


async def test_a_stranger_makes_nobody_ask(
    storefront: Storefront, session: Headers, asked: list[Any]
) -> None:
    code = await make(storefront, session, payment="sandbox")
    answer = await storefront.browse.get(
        f"{storefront.base}/api/orders/{code}", headers=await storefront.sign_in(user=7)
    )

    assert (answer.status_code, asked) == (404, [])


async def test_a_provider_that_is_away_leaves_the_page_as_it_is(
    storefront: Storefront, session: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosted, "PAUSES_SECONDS", ())
    code = await paid_in_silence(storefront, session)
    storefront.stall.acquirer.faults.refuse_next = 5

    assert (await read(storefront, session, code))["mood"] == "waiting"


async def test_a_provider_that_hangs_does_not_hold_the_page(
    storefront: Storefront, session: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(*_: Any) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(Payments, "refresh", hang)
    code = await make(storefront, session, payment="sandbox")
    async with asyncio.timeout(10):
        assert (await read(storefront, session, code))["mood"] == "waiting"


async def test_our_own_failure_to_ask_fails_no_page(
    storefront: Storefront, session: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(Payments, "refresh", fail)
    code = await make(storefront, session, payment="sandbox")

    assert (await read(storefront, session, code))["mood"] == "waiting"
