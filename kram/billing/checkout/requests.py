"""What a shopper sends to order: where to, how to pay, and the total they saw. No prices."""

import hashlib
import re
from collections.abc import Iterator
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from kram.billing.checkout.errors import IdempotencyKeyMissing
from kram.kit.errors import FieldError, InvalidInput
from kram.kit.messages import gettext_noop
from kram.kit.money import LARGEST
from kram.kit.text import line
from kram.shop.orders.models import DeliveryMethod

_PHONE = re.compile(r"\+?[0-9()\- ]{7,24}")
_KEY = re.compile(r"[\x21-\x7e]{8,255}")
_DIGITS = range(9, 16)
"""ITU-T E.164: at most 15 digits; shorter than 9 is no number with an area code."""


class CheckoutRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`expected_total_minor` is the sum shown to the shopper, delivery included, and
    `expected_to_pay_minor` what of it a gift card leaves to be paid.

    The longest texts and the largest sum are the order's business; they are refused there.
    """

    recipient: str
    phone: str
    address: str = ""
    comment: str = ""
    delivery: DeliveryMethod
    pickup_point: UUID | None = None
    payment: Annotated[str, msgspec.Meta(max_length=32)]
    expected_total_minor: Annotated[int, msgspec.Meta(ge=0, le=LARGEST)]
    expected_to_pay_minor: Annotated[int, msgspec.Meta(ge=0, le=LARGEST)] | None = None
    language: Literal["uk", "ru", "en"]

    @property
    def fingerprint(self) -> bytes:
        """The same for two requests that ask for the same."""
        return hashlib.sha256(msgspec.json.encode(self)).digest()


def check(request: CheckoutRequest) -> None:
    """Raises InvalidInput with every refused field; lengths are checked with the order."""
    refused = tuple(_refused(request))
    if refused:
        raise InvalidInput(errors=refused)


def check_key(key: str) -> str:
    """Raises IdempotencyKeyMissing."""
    if not _KEY.fullmatch(key):
        raise IdempotencyKeyMissing
    return key


def tidy_phone(typed: str) -> str:
    """Digits alone, with the plus if it was typed."""
    plus = "+" if line(typed).startswith("+") else ""
    return plus + "".join(re.findall(r"[0-9]", typed))


def _refused(request: CheckoutRequest) -> Iterator[FieldError]:
    if not line(request.recipient):
        yield FieldError("/recipient", "required", gettext_noop("Write who receives the parcel"))
    if not _is_phone(request.phone):
        detail = gettext_noop("Write the phone number with its code, for example +380501234567")
        yield FieldError("/phone", "invalid", detail)
    if request.delivery is DeliveryMethod.COURIER and not line(request.address):
        yield FieldError("/address", "required", gettext_noop("Write where to bring it"))


def _is_phone(typed: str) -> bool:
    digits = len(tidy_phone(typed).removeprefix("+"))
    return _PHONE.fullmatch(line(typed)) is not None and digits in _DIGITS
