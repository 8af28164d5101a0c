"""What a shopper can do on the hosted page, and where it leads."""

from datetime import timedelta

import httpx
import pytest

from kram.app.devstack.acquirer.acquirer import Acquirer
from kram.app.devstack.acquirer.cards import CARDS, is_number
from kram.app.devstack.acquirer.records import PaymentRecord, Status, Step
from kram.kit.clock import utc_now
from tests.billing.acquirer.conftest import MERCHANT, order

pytestmark = pytest.mark.anyio

BACK, CANCELLED = "http://kram.test/back", "http://kram.test/cancelled"


async def pay(
    pages: httpx.AsyncClient, payment: PaymentRecord, number: str, **typed: str
) -> httpx.Response:
    form = {"number": number, "expiry": "12/34", "cvc": "123", **typed}
    return await pages.post(f"/pay/{payment.id}/card", data=form)


def announced(acquirer: Acquirer) -> list[str]:
    return [callback.body.decode().split('"')[3] for callback in acquirer.book.callbacks()]


async def test_page_shows_what_is_paid_to_whom(
    pages: httpx.AsyncClient, payment: PaymentRecord
) -> None:
    page = await pages.get(f"/pay/{payment.id}")
    assert page.status_code == 200
    assert "Kvitka &lt;b&gt;&amp; Co&lt;/b&gt;" in page.text
    assert "215.00" in page.text
    assert "7K3QZ" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert (await pages.get("/acquirer.css")).headers["content-type"].startswith("text/css")


async def test_good_card_pays_and_leads_back(
    pages: httpx.AsyncClient, payment: PaymentRecord, acquirer: Acquirer
) -> None:
    answer = await pay(pages, payment, "4242 4242 4242 4242")
    assert (answer.status_code, answer.headers["location"]) == (303, BACK)
    assert (payment.status, payment.card_ending) == (Status.SUCCEEDED, "4242")
    assert announced(acquirer) == ["payment.succeeded"]


async def test_second_tap_pays_nothing_more(
    pages: httpx.AsyncClient, payment: PaymentRecord, acquirer: Acquirer
) -> None:
    for _ in range(3):
        answer = await pay(pages, payment, "4242424242424242")
        assert answer.headers["location"] == BACK
    assert announced(acquirer) == ["payment.succeeded"]


@pytest.mark.parametrize(
    ("number", "failure"),
    [("4000000000000002", "card_declined"), ("4000000000009995", "insufficient_funds")],
)
async def test_declined_card_may_be_followed_by_a_good_one(
    pages: httpx.AsyncClient,
    payment: PaymentRecord,
    acquirer: Acquirer,
    number: str,
    failure: str,
) -> None:
    answer = await pay(pages, payment, number)
    assert answer.headers["location"] == f"/sandbox-pay/pay/{payment.id}"
    assert (payment.status, payment.failure) == (Status.FAILED, failure)
    assert 'role="alert"' in (await pages.get(f"/pay/{payment.id}")).text
    await pay(pages, payment, "4242424242424242")
    assert announced(acquirer) == ["payment.failed", "payment.succeeded"]


async def test_five_declines_end_it(
    pages: httpx.AsyncClient, payment: PaymentRecord, acquirer: Acquirer
) -> None:
    for _ in range(7):
        await pay(pages, payment, "4000000000000002")
    await pay(pages, payment, "4242424242424242")
    assert (payment.status, payment.step) == (Status.FAILED, Step.OVER)
    assert announced(acquirer) == ["payment.failed"] * 5
    assert BACK in (await pages.get(f"/pay/{payment.id}")).text


async def test_bank_asks_for_a_code(
    pages: httpx.AsyncClient, payment: PaymentRecord, acquirer: Acquirer
) -> None:
    await pay(pages, payment, "4000000000003220")
    assert payment.step is Step.THREE_DS
    page = await pages.get(f"/pay/{payment.id}")
    assert 'autocomplete="one-time-code"' in page.text
    assert "3220" in page.text
    wrong = await pages.post(f"/pay/{payment.id}/code", data={"code": "0000"})
    assert wrong.headers["location"] == f"/sandbox-pay/pay/{payment.id}"
    assert payment.status is Status.PENDING
    right = await pages.post(f"/pay/{payment.id}/code", data={"code": " 11 11 "})
    assert right.headers["location"] == BACK
    assert announced(acquirer) == ["payment.succeeded"]


async def test_three_wrong_codes_decline_the_card(
    pages: httpx.AsyncClient, payment: PaymentRecord
) -> None:
    await pay(pages, payment, "4000000000003220")
    for _ in range(3):
        await pages.post(f"/pay/{payment.id}/code", data={"code": "0000"})
    assert (payment.status, payment.failure, payment.step) == (
        Status.FAILED,
        "authentication_failed",
        Step.CARD,
    )


async def test_code_without_a_card_is_nothing(
    pages: httpx.AsyncClient, payment: PaymentRecord
) -> None:
    await pages.post(f"/pay/{payment.id}/code", data={"code": "1111"})
    assert payment.status is Status.PENDING


@pytest.mark.parametrize("how", ["later", "card"])
async def test_paid_later_settles_by_itself(
    pages: httpx.AsyncClient, payment: PaymentRecord, acquirer: Acquirer, how: str
) -> None:
    if how == "later":
        answer = await pages.post(f"/pay/{payment.id}/later")
    else:
        answer = await pay(pages, payment, "4000000000000077")
    assert answer.headers["location"] == BACK
    assert (payment.status, payment.step) == (Status.PENDING, Step.WAITING)
    assert 'http-equiv="refresh"' in (await pages.get(f"/pay/{payment.id}")).text
    assert payment.settles_at is not None
    payment.settles_at -= timedelta(minutes=1)
    acquirer.look(payment)
    assert payment.status is Status.SUCCEEDED
    assert announced(acquirer) == ["payment.succeeded"]


async def test_cancel_leads_to_the_shop(
    pages: httpx.AsyncClient, payment: PaymentRecord, acquirer: Acquirer
) -> None:
    answer = await pages.post(f"/pay/{payment.id}/cancel")
    assert (answer.status_code, answer.headers["location"]) == (303, CANCELLED)
    await pay(pages, payment, "4242424242424242")
    assert payment.status is Status.CANCELED
    assert announced(acquirer) == ["payment.canceled"]


async def test_paid_payment_is_not_cancelled(
    pages: httpx.AsyncClient, payment: PaymentRecord, acquirer: Acquirer
) -> None:
    await pay(pages, payment, "4242424242424242")
    await pages.post(f"/pay/{payment.id}/cancel")
    assert payment.status is Status.SUCCEEDED
    assert announced(acquirer) == ["payment.succeeded"]


async def test_page_out_of_time_takes_no_money(
    pages: httpx.AsyncClient, acquirer: Acquirer
) -> None:
    payment = acquirer.create(MERCHANT, order(expires_at=utc_now()), b"b")
    await pay(pages, payment, "4242424242424242")
    assert payment.status is Status.CANCELED
    assert announced(acquirer) == ["payment.canceled"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"number": "4242 4242 4242 4241"}, "number"),
        ({"number": ""}, "number"),
        ({"number": "5555555555554444"}, "number"),
        ({"expiry": "13/34"}, "expiry"),
        ({"expiry": "12"}, "expiry"),
        ({"expiry": "²/34"}, "expiry"),
        ({"cvc": "12"}, "cvc"),
    ],
)
async def test_wrong_field_is_shown_and_nothing_happens(
    pages: httpx.AsyncClient, payment: PaymentRecord, typed: dict[str, str], field: str
) -> None:
    answer = await pay(pages, payment, **{"number": "4242424242424242", **typed})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert (payment.status, payment.card_ending) == (Status.PENDING, "")


async def test_typed_text_is_escaped(pages: httpx.AsyncClient, payment: PaymentRecord) -> None:
    answer = await pay(pages, payment, "4242424242424241", expiry='"><script>')
    assert "<script>" not in answer.text


async def test_test_card_fills_the_form(pages: httpx.AsyncClient, payment: PaymentRecord) -> None:
    page = await pages.get(f"/pay/{payment.id}?card=4000000000003220")
    assert 'value="4000 0000 0000 3220"' in page.text


def test_test_cards_have_valid_check_digits() -> None:
    assert all(is_number(card.number) for card in CARDS)
    assert not is_number("4242424242424243")


@pytest.mark.parametrize(
    ("query", "accepted", "locale", "word"),
    [
        ("", "", "uk", "Номер картки"),
        ("", "ru", "en", "Card number"),
        ("", "ru-RU,ru;q=0.9", "", "Номер карты"),
        ("?lang=ru", "en", "uk", "Номер карты"),
        ("", "fr", "", "Номер картки"),
    ],
)
async def test_page_speaks_the_shoppers_language(
    pages: httpx.AsyncClient,
    acquirer: Acquirer,
    query: str,
    accepted: str,
    locale: str,
    word: str,
) -> None:
    payment = acquirer.create(MERCHANT, order(language=locale), b"b")
    page = await pages.get(f"/pay/{payment.id}{query}", headers={"accept-language": accepted})
    assert word in page.text


async def test_unknown_payment_is_not_found(pages: httpx.AsyncClient) -> None:
    assert (await pages.get("/pay/hp_unknown")).status_code == 404
