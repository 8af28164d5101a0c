import asyncio
import time
from statistics import median

import pytest
from argon2 import PasswordHasher

from kram.kit.passwords import PasswordUnfit, Verdict, check_password, hash_password

pytestmark = pytest.mark.anyio
PASSWORD = "correct horse battery"


async def test_the_right_password_alone_is_right() -> None:
    stored = await hash_password(PASSWORD)
    assert await check_password(stored, PASSWORD) is Verdict.RIGHT
    assert await check_password(stored, PASSWORD + " ") is Verdict.WRONG
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_equal_passwords_have_different_hashes() -> None:
    assert await hash_password(PASSWORD) != await hash_password(PASSWORD)


async def test_a_hash_of_weaker_parameters_asks_to_be_renewed() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    assert await check_password(weak, PASSWORD) is Verdict.RIGHT_BUT_OLD
    assert await check_password(weak, "another password") is Verdict.WRONG


@pytest.mark.parametrize("stored", [None, "", "not a hash", "$argon2id$v=19$broken"])
async def test_without_a_usable_hash_every_password_is_wrong(stored: str | None) -> None:
    assert await check_password(stored, PASSWORD) is Verdict.WRONG


async def test_the_same_letters_from_another_keyboard_are_the_same_password() -> None:
    stored = await hash_password("пароль йод ｆｕｌｌ")
    assert await check_password(stored, "пароль и\u0306од full") is Verdict.RIGHT


@pytest.mark.parametrize("password", ["short", "x" * 9, "x" * 257])
async def test_unfit_passwords_are_refused(password: str) -> None:
    with pytest.raises(PasswordUnfit):
        await hash_password(password)
    assert await check_password(None, password) is Verdict.WRONG


async def test_text_that_cannot_be_encoded_is_only_a_wrong_password() -> None:
    assert await check_password(None, "\ud800" * 12) is Verdict.WRONG


async def test_an_unknown_user_costs_the_same_work() -> None:
    stored = await hash_password(PASSWORD)

    async def seconds(hashed: str | None) -> float:
        started = time.perf_counter()
        await check_password(hashed, "a wrong password")
        return time.perf_counter() - started

    known, unknown = [], []
    for _ in range(7):
        known.append(await seconds(stored))
        unknown.append(await seconds(None))
    assert 0.3 < median(unknown) / median(known) < 3


async def test_the_loop_stays_free_while_hashing() -> None:
    hashing = asyncio.gather(*(hash_password(PASSWORD) for _ in range(4)))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0.001)
        turns += 1
    await hashing
    assert turns > 5
