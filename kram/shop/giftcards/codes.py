"""A card's code: 16 letters of 5 bits, in groups of four."""

import hashlib

from kram.kit.ids import public_code, read_code

LETTERS = 16


def new_code() -> str:
    code = public_code(LETTERS)
    return "-".join(code[start : start + 4] for start in range(0, LETTERS, 4))


def may_be_card(typed: str) -> bool:
    return len(read_code(typed)) == LETTERS


def hashed(typed: str) -> bytes:
    """80 random bits need neither salt nor a slow hash."""
    return hashlib.sha256(read_code(typed).encode()).digest()


def last4(code: str) -> str:
    return read_code(code)[-4:]
