"""Messages in any order and number lead to the same end."""

from datetime import timedelta
from functools import reduce
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kram.billing.payments.models import PaymentStatus, RefundStatus
from kram.billing.payments.rules import (
    AMOUNT_MISMATCH,
    Standing,
    heard,
    join,
    join_refund,
    may_change,
    next_check,
)
from kram.billing.providers.contract import ProviderState, ProviderStatus
from kram.kit.clock import utc_now
from kram.kit.money import Money

ASKED = Money(21_500, "UAH")
CREATED = Standing(PaymentStatus.CREATED)
NOW = utc_now()


def says(
    status: ProviderStatus, minor: int = 21_500, currency: str = "UAH", failure: str = ""
) -> Standing:
    state = ProviderState(status=status, amount=Money(minor, currency), failure=failure)
    return heard(ASKED, state)


WORDS = [
    says(ProviderStatus.PENDING),
    says(ProviderStatus.FAILED, failure="card_declined"),
    says(ProviderStatus.FAILED, failure="insufficient_funds"),
    says(ProviderStatus.CANCELLED),
    says(ProviderStatus.SUCCEEDED),
    says(ProviderStatus.SUCCEEDED, 21_400),
]
standings = st.builds(
    says,
    st.sampled_from(ProviderStatus),
    st.integers(0, 10**9),
    st.sampled_from(["UAH", "EUR"]),
    st.sampled_from(["", "card_declined", "insufficient_funds"]),
)


def test_all_720_orders_of_six_messages_end_the_same() -> None:
    ends = {reduce(join, order, CREATED) for order in permutations(WORDS)}
    assert ends == {Standing(PaymentStatus.SUCCEEDED, 21_500, AMOUNT_MISMATCH)}


def test_believing_the_last_word_ends_in_many_ways() -> None:
    """The negative control of the test above."""
    ends = {reduce(lambda known, word: word, order, CREATED) for order in permutations(WORDS)}
    assert len(ends) == 6


@given(standings, standings, standings)
def test_join_is_associative_commutative_and_idempotent(
    one: Standing, two: Standing, three: Standing
) -> None:
    assert join(one, two) == join(two, one)
    assert join(join(one, two), three) == join(one, join(two, three))
    assert join(one, one) == one


@pytest.mark.parametrize(
    ("word", "end"),
    [
        (says(ProviderStatus.PENDING), Standing(PaymentStatus.PENDING)),
        (says(ProviderStatus.SUCCEEDED), Standing(PaymentStatus.SUCCEEDED, 21_500)),
        (says(ProviderStatus.CANCELLED), Standing(PaymentStatus.CANCELLED)),
        (
            says(ProviderStatus.FAILED, failure="card_declined"),
            Standing(PaymentStatus.FAILED, failure="card_declined"),
        ),
        (
            says(ProviderStatus.SUCCEEDED, 21_499),
            Standing(PaymentStatus.HELD, 21_499, AMOUNT_MISMATCH),
        ),
        (
            says(ProviderStatus.SUCCEEDED, 21_501),
            Standing(PaymentStatus.HELD, 21_501, AMOUNT_MISMATCH),
        ),
        (
            says(ProviderStatus.SUCCEEDED, 21_500, "EUR"),
            Standing(PaymentStatus.HELD, 21_500, AMOUNT_MISMATCH, "EUR"),
        ),
    ],
)
def test_what_a_word_means(word: Standing, end: Standing) -> None:
    assert join(CREATED, word) == end


def test_refund_once_settled_stays_so() -> None:
    settled = [RefundStatus.SUCCEEDED, RefundStatus.FAILED]
    for known in settled:
        assert {join_refund(known, word) for word in ProviderStatus} == {known}
    assert join_refund(RefundStatus.CREATED, ProviderStatus.PENDING) is RefundStatus.CREATED
    assert join_refund(RefundStatus.CREATED, ProviderStatus.SUCCEEDED) is RefundStatus.SUCCEEDED
    assert join_refund(RefundStatus.CREATED, ProviderStatus.CANCELLED) is RefundStatus.FAILED


def test_what_may_still_change_is_asked_about() -> None:
    past, ahead = NOW - timedelta(minutes=6), NOW + timedelta(minutes=20)
    for status in (PaymentStatus.CREATED, PaymentStatus.PENDING):
        assert may_change(status, past, NOW)
    assert may_change(PaymentStatus.FAILED, ahead, NOW)
    assert not may_change(PaymentStatus.FAILED, past, NOW)
    for status in (PaymentStatus.CANCELLED, PaymentStatus.HELD, PaymentStatus.SUCCEEDED):
        assert not may_change(status, ahead, NOW)


def test_first_question_comes_within_a_minute_and_the_last_after_three_days() -> None:
    assert next_check(NOW, NOW, 0) == NOW + timedelta(seconds=15)
    asked, at = 0, NOW
    while (due := next_check(NOW, at, asked)) is not None:
        assert due > at
        asked, at = asked + 1, due
    assert timedelta(days=3) < at - NOW < timedelta(days=3, hours=2)
    assert asked < 100
