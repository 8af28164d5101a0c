import os
from uuid import UUID

from kram.kit.ids import CODE_ALPHABET, new_id, opaque_token, public_code, read_code


def test_new_ids_are_uuid7_and_rise() -> None:
    ids = [new_id() for _ in range(10_000)]
    assert ids == sorted(set(ids))
    assert {(type(one), one.version) for one in ids} == {(UUID, 7)}


def test_processes_forked_from_one_do_not_repeat_ids() -> None:
    new_id()
    mine = {new_id() for _ in range(100)}
    first, second = _ids_of_a_child(), _ids_of_a_child()
    assert len(mine | first | second) == 300


def _ids_of_a_child() -> set[UUID]:
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write_end, b"".join(new_id().bytes for _ in range(100)))
        os._exit(0)
    os.waitpid(child, 0)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        ids = pipe.read()
    return {UUID(bytes=ids[at : at + 16]) for at in range(0, len(ids), 16)}


def test_public_codes_use_letters_that_nobody_confuses() -> None:
    codes = {public_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert set("".join(codes)) == set(CODE_ALPHABET)
    assert {len(code) for code in codes} == {10}


def test_a_typed_code_is_read_in_spite_of_look_alikes() -> None:
    assert read_code(" o1il-abc xyz ") == "0111ABCXYZ"


def test_tokens_carry_the_bits_asked_for() -> None:
    assert len(opaque_token(256)) == 43
    assert len({opaque_token() for _ in range(100)}) == 100
