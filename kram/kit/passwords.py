"""Passwords: Argon2id, in threads of their own, with the same work for users that do not exist."""

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from functools import partial
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from argon2.low_level import Type

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop

T = TypeVar("T")

SHORTEST, LONGEST = 10, 256

# OWASP's password storage cheat sheet: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(
    time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16, type=Type.ID
)
# Two at a time: a storm of sign-ins may queue, but neither fills the memory nor blocks the loop.
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
# Of no password at all; verified when there is no user, so that both answers take as long. Zeros
# rather than a real hash: making one would cost every process 30 ms of its start.
_NOBODY = (
    f"$argon2id$v=19$m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    f"${'A' * 22}${'A' * 43}"
)


class PasswordUnfit(AppError):
    code = "password_unfit"
    kind = Kind.INVALID
    title = gettext_noop("Choose a password of 10 to 256 characters")


class Verdict(StrEnum):
    WRONG = "wrong"
    RIGHT = "right"
    RIGHT_BUT_OLD = "right_but_old"  # hash it again and store that: the parameters have risen


async def hash_password(password: str) -> str:
    """Raises: PasswordUnfit."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordUnfit
    return await _in_thread(partial(_hasher.hash, _normal(password)))


async def check_password(stored: str | None, password: str) -> Verdict:
    """`stored` is None for a user that does not exist: WRONG, after the same work."""
    if len(password) > LONGEST:
        return Verdict.WRONG
    right = await _in_thread(partial(_matches, stored or _NOBODY, _normal(password)))
    if not right or stored is None:
        return Verdict.WRONG
    return Verdict.RIGHT_BUT_OLD if _hasher.check_needs_rehash(stored) else Verdict.RIGHT


def _matches(stored: str, password: bytes) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (Argon2Error, InvalidHashError):
        return False


def _normal(password: str) -> bytes:
    """NFKC: two keyboards may write the same letter differently (NIST SP 800-63B)."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


async def _in_thread(work: partial[T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(_threads, work)
