"""By which terms a variant is given; frozen in the order's line."""

from collections.abc import Iterator
from typing import Any

import msgspec

from kram.kit.errors import FieldError
from kram.kit.messages import gettext_noop
from kram.kit.money import LARGEST_PAYABLE
from kram.shop.catalog.models import VariantKind

MOST_DOWNLOADS = 1_000
MOST_DAYS = 3_650


class Terms(msgspec.Struct, frozen=True, omit_defaults=True):
    """`downloads` of each file for one unit, within so many `days` after the payment (None: no
    limit). A gift card has `face_minor` on it, of the shop's currency, and is good for
    `valid_days` (None: for ever)."""

    downloads: int | None = None
    days: int | None = None
    face_minor: int = 0
    valid_days: int | None = None


def read_terms(stored: dict[str, Any] | None) -> Terms:
    return msgspec.convert(stored or {}, Terms)


def refused_terms(kind: VariantKind, terms: Terms) -> Iterator[FieldError]:
    limits = {"downloads": MOST_DOWNLOADS, "days": MOST_DAYS, "valid_days": MOST_DAYS}
    for name, most in limits.items():
        value = getattr(terms, name)
        if value is not None and not 1 <= value <= most:
            detail = gettext_noop("Enter a whole number above zero, or nothing for no limit")
            yield FieldError(f"/terms/{name}", "out_of_range", detail)
    if kind is VariantKind.GIFT_CARD and not 0 < terms.face_minor <= LARGEST_PAYABLE:
        detail = gettext_noop("Enter an amount above zero")
        yield FieldError("/terms/face_minor", "out_of_range", detail)
