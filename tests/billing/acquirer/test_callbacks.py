"""The merchant hears of everything, however deaf; a restart forgets nothing."""

import stat
from datetime import timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from kram.app.devstack.acquirer.acquirer import Acquirer, Config
from kram.app.devstack.acquirer.callbacks import STANDARD_RETRY_SECONDS
from kram.app.devstack.acquirer.errors import Refused
from kram.app.devstack.acquirer.records import PaymentRecord, Status
from kram.billing.providers.hosted.signing import verify
from kram.billing.providers.hosted.wire import Callback
from kram.kit.clock import utc_now
from kram.kit.crypto import KeyRing
from tests.billing.acquirer.conftest import MERCHANT, Shop, order
from tests.factories.billing import sandbox_secrets

pytestmark = pytest.mark.anyio


async def send_due(acquirer: Acquirer) -> None:
    for callback in acquirer.book.callbacks():
        if callback.is_open:
            await acquirer.callbacks.send(callback)


async def test_callback_is_signed_with_the_merchants_secret(
    acquirer: Acquirer, payment: PaymentRecord, merchant: Shop, keys: KeyRing
) -> None:
    acquirer.succeed(payment)
    await send_due(acquirer)
    [request] = merchant.heard
    secrets = sandbox_secrets(keys, MERCHANT)
    assert verify(secrets, request.headers, request.content, utc_now())
    body = msgspec.json.decode(request.content, type=Callback)
    assert (body.event, body.payment_id, body.amount_minor, body.currency) == (
        "payment.succeeded",
        payment.order.payment_id,
        21_500,
        "UAH",
    )


async def test_deaf_merchant_is_told_again_with_the_same_id(
    acquirer: Acquirer, payment: PaymentRecord, merchant: Shop
) -> None:
    merchant.deaf = 3
    acquirer.succeed(payment)
    for _ in range(6):
        await send_due(acquirer)
    assert len(merchant.heard) == 4
    assert len({request.headers["webhook-id"] for request in merchant.heard}) == 1
    assert len({request.content for request in merchant.heard}) == 1


async def test_pauses_are_those_of_standard_webhooks(
    acquirer: Acquirer, payment: PaymentRecord, merchant: Shop
) -> None:
    merchant.deaf = 100
    acquirer.succeed(payment)
    [callback] = acquirer.book.callbacks()
    pauses = []
    while acquirer.book.callbacks():
        before = utc_now()
        await acquirer.callbacks.send(callback)
        pauses.append(round((callback.next_at - before).total_seconds()))
    assert len(merchant.heard) == len(STANDARD_RETRY_SECONDS) == 10
    assert tuple(pauses[:-1]) == STANDARD_RETRY_SECONDS[1:]
    assert sum(STANDARD_RETRY_SECONDS) == timedelta(hours=75, minutes=35, seconds=5).total_seconds()


async def test_merchant_that_is_not_there_is_a_deaf_one(keys: KeyRing, tmp_path: Path) -> None:
    def gone(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("gone")

    config = Config("http://a.test", lambda merchant: sandbox_secrets(keys, merchant)[0])
    async with httpx.AsyncClient(transport=httpx.MockTransport(gone)) as http:
        acquirer = Acquirer(config, http)
        acquirer.succeed(acquirer.create(MERCHANT, order(), b"b"))
        await send_due(acquirer)
    [callback] = acquirer.book.callbacks()
    assert (callback.attempts, callback.is_open) == (1, True)


async def test_restart_forgets_nothing(keys: KeyRing, tmp_path: Path, merchant: Shop) -> None:
    config = Config(
        "http://a.test",
        lambda merchant: sandbox_secrets(keys, merchant)[0],
        journal=tmp_path / "acquirer.jsonl",
    )
    async with httpx.AsyncClient(transport=httpx.MockTransport(merchant)) as http:
        before = Acquirer(config, http)
        paid = before.create(MERCHANT, order(), b"paid")
        before.succeed(paid)
        before.refund_by_hand(paid, 700)
        waiting = before.create(MERCHANT, order(), b"waiting")
        before.pay_later(waiting)
        before.book.close()
        with config.journal.open("ab") as journal:  # type: ignore[union-attr]
            journal.write(b'{"payment":{"id":"half')
        after = Acquirer(config, http)
        assert after.book.payments() == [paid, waiting]
        assert len(after.book.callbacks()) == 2
        assert after.create(MERCHANT, paid.order, b"paid") == paid
        with pytest.raises(Refused):
            after.refund_by_hand(after.book.payments()[0], 20_801)
        await send_due(after)
        after.book.close()
        assert [one for one in Acquirer(config, http).book.callbacks() if one.is_open] == []


async def test_its_journal_is_its_owners_alone(keys: KeyRing, tmp_path: Path) -> None:
    journal = tmp_path / "acquirer.jsonl"
    config = Config("http://a.test", lambda merchant: b"", journal=journal)
    for earlier in (journal, journal.with_suffix(".new")):
        earlier.touch(0o644)
    async with httpx.AsyncClient() as http:
        acquirer = Acquirer(config, http)
        acquirer.create(MERCHANT, order(), b"one")
        acquirer.book.close()
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600


async def test_control_plays_shopper_and_bank(
    pages: httpx.AsyncClient, acquirer: Acquirer, payment: PaymentRecord, merchant: Shop
) -> None:
    await pages.post("/control/callbacks/hold", json={"hold": True})
    for action in ("decline", "succeed"):
        answer = await pages.post(f"/control/payments/{payment.id}/{action}")
        assert answer.status_code == 200
    answer = await pages.post(f"/control/payments/{payment.id}/refunds", json={"amount_minor": 1})
    assert answer.json()["refunds"][0]["amount_minor"] == 1
    assert payment.status is Status.SUCCEEDED
    assert merchant.heard == []
    answer = await pages.post("/control/callbacks/release", json={"order": "reversed", "copies": 2})
    assert answer.json() == {"heard": 6}
    events = [msgspec.json.decode(request.content)["event"] for request in merchant.heard]
    assert events == ["refund.succeeded", "payment.succeeded", "payment.failed"] * 2
    assert [one["status"] for one in (await pages.get("/control/payments")).json()] == ["succeeded"]


async def test_control_sets_faults(pages: httpx.AsyncClient, acquirer: Acquirer) -> None:
    await pages.post("/control/faults", json={"refuse_next": 2, "slow_seconds": 0.1})
    assert (acquirer.faults.refuse_next, acquirer.faults.slow_seconds) == (2, 0.1)
    assert (await pages.post("/control/payments/none/succeed")).status_code == 404
    assert (await pages.post("/control/faults", json={"refuse_next": "x"})).status_code == 400
