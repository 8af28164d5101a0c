from datetime import UTC, datetime, timedelta

import pytest

from kram.integrations.crm.rules import PAUSES, Answer, Verdict, is_worn_out, next_attempt

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_ten_attempts_over_seventy_five_hours() -> None:
    moment, made = NOW, 0
    for made in range(1, 100):
        following = next_attempt(made, moment)
        if following is None:
            break
        moment = following
    assert made == 10
    assert moment - NOW == timedelta(hours=75, minutes=35, seconds=5)


def test_receiver_may_ask_for_a_longer_pause_but_not_for_days() -> None:
    assert next_attempt(1, NOW, timedelta(minutes=7)) == NOW + timedelta(minutes=7)
    assert next_attempt(2, NOW, timedelta(seconds=1)) == NOW + PAUSES[1]
    assert next_attempt(1, NOW, timedelta(days=9)) == NOW + timedelta(hours=24)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, Verdict.DELIVERED),
        (204, Verdict.DELIVERED),
        (301, Verdict.RETRY),
        (307, Verdict.RETRY),
        (400, Verdict.RETRY),
        (404, Verdict.RETRY),
        (410, Verdict.GONE),
        (429, Verdict.RETRY),
        (500, Verdict.RETRY),
        (None, Verdict.RETRY),
    ],
)
def test_what_an_answer_means(status: int | None, verdict: Verdict) -> None:
    assert Answer(status).verdict is verdict


def test_endpoint_wears_out_after_five_days() -> None:
    assert not is_worn_out(None, NOW)
    assert not is_worn_out(NOW - timedelta(hours=119), NOW)
    assert is_worn_out(NOW - timedelta(hours=120), NOW)
