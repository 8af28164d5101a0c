"""What is told about a person, made fit for a shop."""

import re
from collections.abc import Iterable

from kram.kit.errors import FieldError, InvalidInput
from kram.kit.messages import gettext_noop
from kram.kit.telegram import TelegramUser
from kram.kit.text import line
from kram.shop.customers.models import Channel, Customer, IdentityKind, Purpose

LANGUAGES = ("uk", "ru", "en")
LONGEST_NAME = 200
LONGEST_TAG = 40
LONGEST_NOTE = 2000
MOST_TAGS = 50

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_BETWEEN_DIGITS = re.compile(r"[\s().-]+")
_EMAIL = re.compile(r"[^@\s\0]{1,64}@[^@\s\0.]+(?:\.[^@\s\0.]+)+")
_LONGEST_EMAIL = 254


def spoken_language(code: str, fallback: str) -> str:
    """The interface language for an IETF tag ("ru-RU"); the shop's own for one we do not speak."""
    spoken = code.strip().lower()[:2]
    return spoken if spoken in LANGUAGES else fallback


def full_name(user: TelegramUser) -> str:
    """Never empty: a nameless account goes by its @username or its number."""
    name = line(f"{user.first_name} {user.last_name}".replace("\0", ""))
    return (name or user.username or str(user.id))[:LONGEST_NAME]


def tidy(text: str) -> str:
    return line(text.replace("\0", ""))


def normal_phone(typed: str) -> str | None:
    """E.164; None for what is no international number."""
    digits = _BETWEEN_DIGITS.sub("", typed)
    return digits if _E164.fullmatch(digits) else None


def normal_email(typed: str) -> str | None:
    """In lower case; None for what is no address."""
    address = typed.strip().lower()
    fits = len(address) <= _LONGEST_EMAIL and _EMAIL.fullmatch(address)
    return address if fits else None


def normal_identity(kind: IdentityKind, value: str) -> str:
    """Raises: InvalidInput."""
    match kind:
        case IdentityKind.PHONE:
            found = normal_phone(value)
            detail = gettext_noop("Write the phone number with its code, for example +380501234567")
        case IdentityKind.EMAIL:
            found = normal_email(value)
            detail = gettext_noop("Write the whole address, for example name@example.com")
    if found is None:
        raise InvalidInput(errors=[FieldError("/value", "invalid", detail)])
    return found


def normal_tags(tags: Iterable[str]) -> list[str]:
    """In lower case and order, each once. Raises: InvalidInput."""
    told = sorted({tidy(tag).lower() for tag in tags} - {""})
    if len(told) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in told):
        detail = gettext_noop("Give at most 50 tags of up to 40 letters")
        raise InvalidInput(errors=[FieldError("/tags", "too_many", detail)])
    return told


def consent_name(channel: Channel, purpose: Purpose) -> str:
    """As it stands in `Customer.consents`."""
    return f"{channel}:{purpose}"


def may_join(one: Customer, other: Customer) -> bool:
    """Whether two profiles with the same proof are one person's without anybody being asked.

    A phone number changes hands, a Telegram account does not: with two of those it was passed on.
    """
    accounts = {one.telegram_id, other.telegram_id} - {None}
    return len(accounts) < 2 and one.erased_at is None and other.erased_at is None


def survivor_first(one: Customer, other: Customer) -> tuple[Customer, Customer]:
    """Who stays is the older profile, so that both orders of a request mean the same."""
    older, younger = sorted((one, other), key=lambda customer: (customer.created_at, customer.id))
    return older, younger
