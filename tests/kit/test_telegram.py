import base64
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import parse_qsl, urlencode

import pytest
from aiogram.utils.web_app import check_webapp_signature
from aiogram.utils.web_app_signature import check_webapp_signature as check_ed25519
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from kram.kit.errors import Kind
from kram.kit.telegram import (
    PRODUCTION_KEY,
    TEST_KEY,
    InitData,
    InitDataRefused,
    Refusal,
    TelegramChat,
    TelegramUser,
    sign_init_data,
    verify_ed25519,
    verify_hmac,
    webapp_key,
)

TOKEN = "123456:TEST-TOKEN"
KEY = webapp_key(TOKEN)
SIGNED_AT = datetime.fromtimestamp(1760000000, UTC)
HOUR = timedelta(hours=1)
FIELDS = {
    "auth_date": "1760000000",
    "query_id": "AAA",
    "signature": "c2ln",
    "user": '{"id":42,"first_name":"Ann"}',
}
HASH = "e913f78af2ee4691ed4dfb3ac9dcab6f09d384cfad5d49e4f8a7030cbe772f30"

# The examples that the Mini Apps documentation publishes for both forms of the check.
PUBLISHED_TOKEN = "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8"
PUBLISHED_HMAC = (
    "query_id=AAHdF6IQAAAAAN0XohDhrOrc&user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22"
    "Vladislav%22%2C%22last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22"
    "language_code%22%3A%22ru%22%2C%22is_premium%22%3Atrue%7D&auth_date=1662771648&hash="
    "c501b71e775f74ce10e377dea85a7ea24ecd640b223ea86dfe453e0eaed2e2b2"
)
PUBLISHED_BOT = 7342037359
PUBLISHED_ED25519 = (
    "user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladislav%20%2B%20-%20%3F%20%5C%2F%22"
    "%2C%22last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22language_code%22"
    "%3A%22ru%22%2C%22is_premium%22%3Atrue%2C%22allows_write_to_pm%22%3Atrue%2C%22photo_url%22"
    "%3A%22https%3A%5C%2F%5C%2Ft.me%5C%2Fi%5C%2Fuserpic%5C%2F320%5C%2F4FPEE4tmP3ATHa57u6MqTDih13"
    "LTOiMoKoLDRG4PnSA.svg%22%7D&chat_instance=8134722200314281151&chat_type=private&auth_date="
    "1733584787&hash=2174df5b000556d044f3f020384e879c8efcab55ddea2ced4eb752e93e7080d6&signature="
    "zL-ucjNyREiHDE8aihFwpfR9aggP2xiAo3NSpfe-p7IbCisNlDKlo7Kb6G4D0Ao2mBrSgEk4maLSdv6MLIlADQ"
)
PUBLISHED_ED25519_AT = datetime.fromtimestamp(1733584787, UTC)

# A pair of our own, to sign data that Telegram would never sign.
OUR_PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(32))
OUR_PUBLIC = OUR_PRIVATE.public_key().public_bytes_raw()


def verified(raw: str, at: datetime = SIGNED_AT) -> InitData:
    return verify_hmac(raw, KEY, at, HOUR)


def reason_of(check: Callable[[], InitData]) -> Refusal:
    with pytest.raises(InitDataRefused) as refused:
        check()
    assert refused.value.kind is Kind.UNAUTHENTICATED
    assert refused.value.extra == {"reason": refused.value.reason}
    return refused.value.reason


def signed(**changes: str) -> str:
    return sign_init_data(FIELDS | changes, KEY)


def test_hash_of_the_known_fields() -> None:
    assert dict(parse_qsl(signed()))["hash"] == HASH
    assert verified(signed()) == InitData(
        user=TelegramUser(42, "Ann"), auth_date=SIGNED_AT, query_id="AAA"
    )


def test_published_hmac_example() -> None:
    at = datetime.fromtimestamp(1662771648, UTC)
    data = verify_hmac(PUBLISHED_HMAC, webapp_key(PUBLISHED_TOKEN), at, HOUR)
    assert data.user == TelegramUser(
        id=279058397,
        first_name="Vladislav",
        last_name="Kibenko",
        username="vdkfrost",
        language_code="ru",
        is_premium=True,
    )
    assert check_webapp_signature(PUBLISHED_TOKEN, PUBLISHED_HMAC)


def test_published_ed25519_example() -> None:
    data = verify_ed25519(
        PUBLISHED_ED25519, PUBLISHED_BOT, [TEST_KEY, PRODUCTION_KEY], PUBLISHED_ED25519_AT, HOUR
    )
    assert (data.user.id, data.user.first_name) == (279058397, "Vladislav + - ? /")
    assert (data.chat_type, data.chat_instance) == ("private", "8134722200314281151")
    assert check_ed25519(PUBLISHED_BOT, PUBLISHED_ED25519, PRODUCTION_KEY)


@pytest.mark.parametrize(
    ("bot_id", "keys"), [(PUBLISHED_BOT + 1, [PRODUCTION_KEY]), (PUBLISHED_BOT, [TEST_KEY])]
)
def test_ed25519_is_bound_to_the_bot_and_the_environment(bot_id: int, keys: list[bytes]) -> None:
    refusal = reason_of(
        lambda: verify_ed25519(PUBLISHED_ED25519, bot_id, keys, PUBLISHED_ED25519_AT, HOUR)
    )
    assert refusal is Refusal.WRONG_SIGNATURE


def test_optional_fields_are_read() -> None:
    data = verified(
        signed(
            start_param="p_7",
            chat_type="group",
            chat_instance="-1",
            receiver='{"id":7,"first_name":"Bo"}',
            chat='{"id":-5,"type":"group","title":"Friends"}',
        )
    )
    assert data.start_param == "p_7"
    assert data.receiver == TelegramUser(7, "Bo")
    assert data.chat == TelegramChat(-5, "group", "Friends")


def test_a_signed_empty_value_is_no_reason_to_refuse() -> None:
    assert verified(signed(start_param="")).start_param == ""


@pytest.mark.parametrize(
    ("raw", "refusal"),
    [
        ("", Refusal.MISSING_HASH),
        ("nonsense", Refusal.MALFORMED),
        ("auth_date=%ff&hash=x", Refusal.MALFORMED),
        ("auth_date=1\ud800&hash=x", Refusal.MALFORMED),
        (signed() + "&pad=" + "x" * 4096, Refusal.TOO_LONG),
        (signed() + "&user=" + FIELDS["user"], Refusal.DUPLICATE_KEY),
        ("user=%7B%22id%22%3A1%7D&" + signed(), Refusal.DUPLICATE_KEY),
        (signed() + "&hash=" + HASH, Refusal.DUPLICATE_KEY),
        (urlencode(FIELDS), Refusal.MISSING_HASH),
        (urlencode(FIELDS | {"hash": ""}), Refusal.MISSING_HASH),
        (urlencode(FIELDS | {"hash": "é" * 32}), Refusal.WRONG_SIGNATURE),
        (urlencode(FIELDS | {"hash": HASH.upper()}), Refusal.WRONG_SIGNATURE),
        (signed() + "&extra=1", Refusal.WRONG_SIGNATURE),
        (signed().replace("Ann", "Eve"), Refusal.WRONG_SIGNATURE),
        (signed().replace("1760000000", "1760000001"), Refusal.WRONG_SIGNATURE),
        (sign_init_data(FIELDS, webapp_key("654321:OTHER")), Refusal.WRONG_SIGNATURE),
        (signed(auth_date=""), Refusal.MISSING_AUTH_DATE),
        (signed(auth_date="soon"), Refusal.MISSING_AUTH_DATE),
        (signed(auth_date="-1760000000"), Refusal.MISSING_AUTH_DATE),
        (signed(auth_date="99999999999"), Refusal.MISSING_AUTH_DATE),
        (signed(auth_date="\u0661\u0667"), Refusal.MISSING_AUTH_DATE),
        (signed(user=""), Refusal.NO_USER),
        (signed(user="{"), Refusal.BAD_JSON),
        (signed(user="null"), Refusal.BAD_JSON),
        (signed(user='{"id":"42"}'), Refusal.BAD_JSON),
        (signed(user='{"id":0}'), Refusal.BAD_JSON),
        (signed(user='{"id":99999999999999999999}'), Refusal.BAD_JSON),
        (signed(user='{"id":42,"x":' + "[" * 1100 + "]" * 1100 + "}"), Refusal.TOO_LONG),
        (signed(chat="{"), Refusal.BAD_JSON),
        (signed(receiver='{"first_name":"no id"}'), Refusal.BAD_JSON),
    ],
)
def test_forged_and_broken_data_is_refused_with_its_reason(raw: str, refusal: Refusal) -> None:
    assert reason_of(lambda: verified(raw)) is refusal


def test_deep_json_within_the_length_is_refused() -> None:
    deep = signed(user='{"id":42,"x":' + "[" * 1800 + "]" * 1800 + "}")
    unescaped = deep.replace("%5B", "[").replace("%5D", "]")
    assert reason_of(lambda: verified(unescaped)) is Refusal.BAD_JSON


def test_missing_fields() -> None:
    without_date = {key: value for key, value in FIELDS.items() if key != "auth_date"}
    without_user = {key: value for key, value in FIELDS.items() if key != "user"}
    raws = [sign_init_data(without_date, KEY), sign_init_data(without_user, KEY)]
    assert [reason_of(partial(verified, raw)) for raw in raws] == [
        Refusal.MISSING_AUTH_DATE,
        Refusal.NO_USER,
    ]


def test_a_field_cannot_hide_inside_its_neighbour() -> None:
    """The same signed lines, cut into other fields, must not pass."""
    user, at = FIELDS["user"], FIELDS["auth_date"]
    merged = {"auth_date": at, "query_id": f"AAA\nsignature=c2ln\nuser={user}", "hash": HASH}
    moved = {**FIELDS, "hash": HASH}
    del moved["query_id"]
    moved["query_id=A"] = "AA"
    for fields in (merged, moved):
        assert reason_of(partial(verified, urlencode(fields))) is Refusal.MALFORMED


@pytest.mark.parametrize(
    ("age", "refusal"),
    [
        (timedelta(0), None),
        (HOUR, None),
        (HOUR + timedelta(seconds=1), Refusal.TOO_OLD),
        (timedelta(days=4 * 365), Refusal.TOO_OLD),
        (timedelta(seconds=-60), None),
        (timedelta(seconds=-61), Refusal.FROM_FUTURE),
    ],
)
def test_age_limits(age: timedelta, refusal: Refusal | None) -> None:
    at = SIGNED_AT + age
    if refusal is None:
        assert verified(signed(), at).user.id == 42
    else:
        assert reason_of(lambda: verified(signed(), at)) is refusal


def ed25519(raw: str) -> InitData:
    return verify_ed25519(raw, 123456, [OUR_PUBLIC], SIGNED_AT, HOUR)


def ed25519_signed(**changes: str) -> str:
    fields = {key: value for key, value in FIELDS.items() if key != "signature"} | changes
    lines = "\n".join(f"{key}={fields[key]}" for key in sorted(fields))
    signature = OUR_PRIVATE.sign(f"123456:WebAppData\n{lines}".encode())
    text = base64.urlsafe_b64encode(signature).decode().rstrip("=")
    return urlencode({**fields, "hash": "unused", "signature": text})


def test_ed25519_signed_by_another_key_pair_of_ours() -> None:
    assert ed25519(ed25519_signed()).user.id == 42
    assert check_ed25519(123456, ed25519_signed(), OUR_PUBLIC)


@pytest.mark.parametrize(
    ("raw", "refusal"),
    [
        (urlencode({**FIELDS, "signature": ""}), Refusal.MISSING_SIGNATURE),
        (urlencode({"auth_date": "1", "hash": "x"}), Refusal.MISSING_SIGNATURE),
        (urlencode({**FIELDS, "signature": "c2ln"}), Refusal.WRONG_SIGNATURE),
        (urlencode({**FIELDS, "signature": "!" * 86}), Refusal.WRONG_SIGNATURE),
        (urlencode({**FIELDS, "signature": "é" * 86}), Refusal.WRONG_SIGNATURE),
        (urlencode({**FIELDS, "signature": "A" * 86}), Refusal.WRONG_SIGNATURE),
        (ed25519_signed().replace("Ann", "Eve"), Refusal.WRONG_SIGNATURE),
        (ed25519_signed() + "&signature=A", Refusal.DUPLICATE_KEY),
        (ed25519_signed(user="{"), Refusal.BAD_JSON),
        (ed25519_signed(auth_date="1"), Refusal.TOO_OLD),
    ],
)
def test_ed25519_refusals(raw: str, refusal: Refusal) -> None:
    assert reason_of(lambda: ed25519(raw)) is refusal


@given(st.text(max_size=300))
def test_any_text_is_refused_and_nothing_else_is_raised(raw: str) -> None:
    for check in (verified, ed25519):
        with pytest.raises(InitDataRefused):
            check(raw)


@given(st.integers(0, 200), st.text(min_size=1, max_size=3), st.booleans())
def test_mutated_data_never_passes_as_something_else(at: int, text: str, replace: bool) -> None:
    for raw, check in ((signed(), verified), (ed25519_signed(), ed25519)):
        mutated = raw[:at] + text + raw[at + len(text) * replace :]
        with suppress(InitDataRefused):
            assert check(mutated) == check(raw)


@given(
    st.dictionaries(st.from_regex(r"[a-z_]{1,12}", fullmatch=True), st.text(max_size=40)),
    st.text(max_size=40),
)
def test_signed_nonsense_is_read_or_refused(fields: dict[str, str], user: str) -> None:
    try:
        raw = sign_init_data({**fields, "auth_date": "1760000000", "user": user}, KEY)
    except UnicodeEncodeError:
        return
    with suppress(InitDataRefused):
        verified(raw)


def test_agrees_with_aiogram_on_ordinary_data() -> None:
    user = json.dumps({"id": 5, "first_name": "Оля & Co=1+1", "language_code": "uk"})
    raw = signed(user=user, start_param="x")
    assert check_webapp_signature(TOKEN, raw)
    assert verified(raw).user.first_name == "Оля & Co=1+1"
