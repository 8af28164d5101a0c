"""What a shopper may send."""

from typing import Any

import msgspec
import pytest

from kram.billing.checkout.delivery import delivery_offers, delivery_price
from kram.billing.checkout.errors import IdempotencyKeyMissing
from kram.billing.checkout.requests import CheckoutRequest, check, check_key, tidy_phone
from kram.kit.currencies import EXPONENTS
from kram.kit.errors import InvalidInput
from kram.kit.money import Money
from kram.shop.orders.models import DeliveryMethod
from tests.factories.billing import checkout_request

BODY = {
    "recipient": "Ivan Franko",
    "phone": "+380 44 123-45-67",
    "address": "Lviv, Rynok 1",
    "delivery": "courier",
    "payment": "cod",
    "expected_total_minor": 21_500,
    "language": "uk",
}


def read(**changes: Any) -> CheckoutRequest:
    return msgspec.convert({**BODY, **changes}, CheckoutRequest)


def test_whole_request_is_accepted() -> None:
    check(read())
    check(read(phone="\u202a+380 44 123-45-67\u202c"))  # as Windows' address book copies it
    check(read(delivery="pickup", address=""))


@pytest.mark.parametrize(
    "changes",
    [
        {"price_minor": 1},
        {"lines": []},
        {"total": {"minor": 1, "currency": "UAH"}},
        {"expected_total_minor": -1},
        {"expected_total_minor": 215.0},
        {"expected_total_minor": "21500"},
        {"expected_total_minor": 2**63},
        {"delivery": "drone"},
        {"language": "de"},
        {"payment": "x" * 33},
    ],
)
def test_other_fields_and_values_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        read(**changes)


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"recipient": "  "}, ["/recipient"]),
        ({"phone": "no"}, ["/phone"]),
        ({"phone": "12345678"}, ["/phone"]),
        ({"phone": "+1234567890123456"}, ["/phone"]),
        ({"phone": "+380441234567; DROP"}, ["/phone"]),
        ({"address": ""}, ["/address"]),
        (
            {"recipient": "", "phone": "", "address": ""},
            ["/recipient", "/phone", "/address"],
        ),
    ],
)
def test_every_refused_field_is_named(changes: dict[str, Any], pointers: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        check(read(**changes))
    assert [error.pointer for error in refused.value.errors] == pointers


def test_phone_is_kept_without_decoration() -> None:
    assert tidy_phone(" +380 (44) 123-45-67 ") == "+380441234567"
    assert tidy_phone("044 123-45-67") == "0441234567"


def test_fingerprint_tells_requests_apart() -> None:
    assert read().fingerprint == read().fingerprint
    assert read().fingerprint != read(comment="Ring twice").fingerprint
    assert checkout_request().fingerprint == checkout_request().fingerprint


@pytest.mark.parametrize(
    "key", ["", "short", "x" * 256, "with space", "ключ-ключ", "a\nb\nc\nd\ne"]
)
def test_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(IdempotencyKeyMissing):
        check_key(key)


def test_key_is_kept_as_it_is() -> None:
    assert check_key("01900000-0000-7000-8000-000000000000").startswith("0190")


@pytest.mark.parametrize("currency", EXPONENTS)
def test_every_currency_has_both_ways_of_delivery(currency: str) -> None:
    offers = {offer.method: offer.price for offer in delivery_offers(currency)}
    assert offers[DeliveryMethod.PICKUP] == Money.zero(currency)
    assert offers[DeliveryMethod.COURIER] >= Money.zero(currency)


def test_courier_has_one_price() -> None:
    assert delivery_price(DeliveryMethod.COURIER, "UAH") == Money(9_000, "UAH")
