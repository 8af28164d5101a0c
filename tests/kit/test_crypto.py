import pytest
from hypothesis import given
from hypothesis import strategies as st

from kram.kit.crypto import BadKeyRing, CannotOpen, KeyRing, constant_time_equal, generate_key

OLD = bytes(range(32))
NEW = bytes(range(32, 64))
KEY_TEXT = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


def ring(primary_id: str = "new") -> KeyRing:
    return KeyRing(primary_id, {"old": OLD, "new": NEW})


@given(st.binary(max_size=300), st.binary(max_size=60))
def test_what_is_sealed_opens_in_its_context(plaintext: bytes, context: bytes) -> None:
    assert ring().open(ring().seal(plaintext, context=context), context=context) == plaintext


def test_a_blob_of_shop_a_does_not_open_for_shop_b() -> None:
    blob = ring().seal(b"token", context=b"shop a")
    with pytest.raises(CannotOpen):
        ring().open(blob, context=b"shop b")


def test_every_changed_or_missing_byte_is_noticed() -> None:
    blob = ring().seal(b"token", context=b"shop a")
    for at in range(len(blob)):
        changed = blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :]
        for broken in (changed, blob[:at]):
            with pytest.raises(CannotOpen):
                ring().open(broken, context=b"shop a")


@given(st.binary(max_size=100))
def test_random_bytes_never_open(blob: bytes) -> None:
    with pytest.raises(CannotOpen):
        ring().open(blob, context=b"")


def test_the_same_plaintext_is_sealed_differently_each_time() -> None:
    assert len({ring().seal(b"x", context=b"") for _ in range(100)}) == 100


def test_rotation_keeps_old_blobs_readable_and_moves_them() -> None:
    blob = ring("old").seal(b"token", context=b"shop a")
    assert ring("new").needs_rotation(blob)
    moved = ring("new").reseal(blob, context=b"shop a")
    assert not ring("new").needs_rotation(moved)
    assert KeyRing("new", {"new": NEW}).open(moved, context=b"shop a") == b"token"
    with pytest.raises(CannotOpen, match="unknown key 'old'"):
        KeyRing("new", {"new": NEW}).open(blob, context=b"shop a")


def test_derived_keys_differ_by_purpose_and_by_master_key() -> None:
    keys = [*ring().derive_all("jwt").keys.values(), *ring().derive_all("csrf").keys.values()]
    assert len(set(keys)) == 4
    assert {len(key) for key in keys} == {32}
    assert ring("old").derive("jwt") == ring("new").derive_all("jwt").keys["old"]


def test_keys_are_read_from_settings_first_one_primary() -> None:
    text = f"2027:{generate_key()}, 2026:{generate_key()}"
    old = KeyRing.parse(text.split(", ")[1]).seal(b"x", context=b"")
    assert KeyRing.parse(text).primary_id == "2027"
    assert KeyRing.parse(text).open(old, context=b"") == b"x"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no key given"),
        ("a:c2hvcnQ=", "key 'a' has 5 bytes instead of 32"),
        ("a:%%%", "key 'a' is not base64"),
        (f"a b:{KEY_TEXT}", "key id 'a b'"),
        (f"a:{KEY_TEXT},a:{KEY_TEXT}", "given twice"),
    ],
)
def test_bad_settings_are_named(text: str, complaint: str) -> None:
    with pytest.raises(BadKeyRing, match=complaint):
        KeyRing.parse(text)


def test_the_primary_must_be_among_the_keys() -> None:
    with pytest.raises(BadKeyRing, match="'other'"):
        ring("other")


def test_a_ring_does_not_show_its_keys() -> None:
    assert repr(ring()) == "KeyRing(primary_id='new', 2 keys)"


@given(st.text() | st.binary(), st.text() | st.binary())
def test_comparing_never_raises(left: str | bytes, right: str | bytes) -> None:
    assert constant_time_equal(left, left)
    if type(left) is type(right):
        assert constant_time_equal(left, right) == (left == right)


def test_comparing_takes_text_that_cannot_be_encoded() -> None:
    assert constant_time_equal("\ud800", "\ud800")
    assert not constant_time_equal("é", "e")


def test_a_key_without_an_id_is_refused_and_not_shown() -> None:
    key = generate_key()
    with pytest.raises(BadKeyRing, match="has no id") as refused:
        KeyRing.parse(key.rstrip("="))
    assert key[:8] not in str(refused.value)
