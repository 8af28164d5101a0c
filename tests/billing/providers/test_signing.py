"""Standard Webhooks, by its vectors, by its library, and one change at a time."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from kram.billing.providers.errors import BadSignature
from kram.billing.providers.hosted.signing import signature, signed_headers, verify

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
OTHER_SECRET = "whsec_ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
BODY = b'{"id":"evt_1","amount":1000}'
NOW = datetime.fromtimestamp(1_760_000_000, UTC)
SIGNED = {
    "webhook-id": "msg_1",
    "webhook-timestamp": "1760000000",
    "webhook-signature": "v1,asI8f/f6V8sOHFEepoc2JgCd6dumb73HXFKLqDJh1jM=",
}


def test_vector() -> None:
    assert signature(SECRET, "msg_1", 1_760_000_000, BODY) == SIGNED["webhook-signature"]
    assert signed_headers(SECRET, "msg_1", NOW, BODY) == SIGNED
    assert verify([SECRET], SIGNED, BODY, NOW) == "msg_1"


def test_library_signs_the_same() -> None:
    theirs = Webhook(SECRET).sign("msg_1", NOW, BODY.decode())
    assert theirs == SIGNED["webhook-signature"]


def test_old_and_new_secret_are_valid_while_one_replaces_the_other() -> None:
    assert verify([OTHER_SECRET, SECRET], SIGNED, BODY, NOW) == "msg_1"
    both = {**SIGNED, "webhook-signature": f"v1,AAAA {SIGNED['webhook-signature']}"}
    assert verify([SECRET], both, BODY, NOW) == "msg_1"


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_five_minutes_of_difference_are_allowed(seconds: int) -> None:
    assert verify([SECRET], SIGNED, BODY, NOW + timedelta(seconds=seconds)) == "msg_1"


@pytest.mark.parametrize("seconds", [-301, 301, 86_400])
def test_more_is_refused(seconds: int) -> None:
    with pytest.raises(BadSignature):
        verify([SECRET], SIGNED, BODY, NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "msg_2"},
        {"webhook-id": ""},
        {"webhook-timestamp": "1760000001"},
        {"webhook-timestamp": "1760000000.0"},
        {"webhook-timestamp": "-1760000000"},
        {"webhook-timestamp": "١٧٦٠٠٠٠٠٠٠"},
        {"webhook-timestamp": "9" * 400},
        {"webhook-timestamp": ""},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1a,asI8f/f6V8sOHFEepoc2JgCd6dumb73HXFKLqDJh1jM="},
        {"webhook-signature": "asI8f/f6V8sOHFEepoc2JgCd6dumb73HXFKLqDJh1jM="},
        {"webhook-signature": "v1,не-ascii"},
    ],
)
def test_changed_header_is_refused(changed: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        verify([SECRET], {**SIGNED, **changed}, BODY, NOW)


@pytest.mark.parametrize("name", SIGNED)
def test_missing_header_is_refused(name: str) -> None:
    headers = {key: value for key, value in SIGNED.items() if key != name}
    with pytest.raises(BadSignature):
        verify([SECRET], headers, BODY, NOW)


@pytest.mark.parametrize("index", range(len(BODY)))
def test_one_changed_bit_of_the_body_is_refused(index: int) -> None:
    changed = bytearray(BODY)
    changed[index] ^= 1
    with pytest.raises(BadSignature):
        verify([SECRET], SIGNED, bytes(changed), NOW)


def test_another_shops_secret_is_refused() -> None:
    with pytest.raises(BadSignature):
        verify([OTHER_SECRET], SIGNED, BODY, NOW)
