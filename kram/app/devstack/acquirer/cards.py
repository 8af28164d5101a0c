"""Test cards, and what becomes of each. No other card is accepted here."""

from enum import StrEnum

import msgspec


class Outcome(StrEnum):
    APPROVED = "approved"
    ASKS_CODE = "asks_code"
    SETTLES_LATER = "settles_later"
    DECLINED = "card_declined"
    NO_FUNDS = "insufficient_funds"


class Card(msgspec.Struct, frozen=True):
    number: str
    outcome: Outcome


CARDS = (
    Card("4242424242424242", Outcome.APPROVED),
    Card("4000000000003220", Outcome.ASKS_CODE),
    Card("4000000000000077", Outcome.SETTLES_LATER),
    Card("4000000000000002", Outcome.DECLINED),
    Card("4000000000009995", Outcome.NO_FUNDS),
)
_BY_NUMBER = {card.number: card.outcome for card in CARDS}

RIGHT_CODE = "1111"
"""What the bank's page accepts as the code from the message."""


def digits(typed: str) -> str:
    return "".join(character for character in typed if character.isdecimal())


def is_number(typed: str) -> bool:
    """Length and check digit. Luhn's formula, ISO/IEC 7812-1."""
    number = digits(typed)
    return 12 <= len(number) <= 19 and _luhn(number) % 10 == 0


def outcome(typed: str) -> Outcome | None:
    """None: a card number, but none of ours."""
    return _BY_NUMBER.get(digits(typed))


def _luhn(number: str) -> int:
    doubled = (int(digit) * 2 for digit in number[-2::-2])
    return sum(value - 9 if value > 9 else value for value in doubled) + sum(
        int(digit) for digit in number[-1::-2]
    )
