"""What somebody changed in a product's variants, and what may be wrong with it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from kram.kit.errors import FieldError
from kram.kit.messages import gettext_noop
from kram.shop.catalog.drafts import LARGEST_PRICE, LONGEST_SKU

LARGEST_MEASURE = 10**9
LONGEST_BARCODE = 32


class Sale(msgspec.Struct, frozen=True):
    """`minor` from `begins` (None: now) until `ends` (None: for good)."""

    minor: int
    begins: datetime | None = None
    ends: datetime | None = None


class VariantChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is left out stays; None takes a value away. Prices in minor units of the shop's."""

    id: UUID
    sku: str | UnsetType = UNSET
    price_minor: int | UnsetType = UNSET
    barcode: str | UnsetType = UNSET
    weight_grams: int | UnsetType | None = UNSET
    length_mm: int | UnsetType | None = UNSET
    width_mm: int | UnsetType | None = UNSET
    height_mm: int | UnsetType | None = UNSET
    compare_at_minor: int | UnsetType | None = UNSET
    cost_minor: int | UnsetType | None = UNSET
    sale: Sale | UnsetType | None = UNSET
    media_id: UUID | UnsetType | None = UNSET
    attributes: dict[str, Any] | UnsetType = UNSET
    archived: bool | UnsetType = UNSET


class Priced(msgspec.Struct, frozen=True):
    """A variant's price and sale as they are."""

    id: UUID
    sku: str
    price_minor: int
    sale_minor: int | None
    sale_from: datetime | None
    archived_at: datetime | None


_AMOUNTS = ("price_minor", "compare_at_minor", "cost_minor")
_MEASURES = ("weight_grams", "length_mm", "width_mm", "height_mm")


def clean(change: VariantChange) -> VariantChange:
    sku, barcode = change.sku, change.barcode
    return msgspec.structs.replace(
        change,
        sku=sku.strip() if isinstance(sku, str) else sku,
        barcode="".join(barcode.split()) if isinstance(barcode, str) else barcode,
    )


def refused_fields(
    changes: Sequence[VariantChange], known: Mapping[UUID, Priced]
) -> Iterator[FieldError]:
    times = Counter(change.sku for change in changes if isinstance(change.sku, str))
    for place, change in enumerate(changes):
        yield from _refused(f"/variants/{place}", change, known[change.id], times)


def _refused(
    at: str, change: VariantChange, known: Priced, times: Mapping[str, int]
) -> Iterator[FieldError]:
    if isinstance(change.sku, str):
        yield from _refused_text(f"{at}/sku", change.sku, LONGEST_SKU, needed=True)
        if times[change.sku] > 1:
            yield FieldError(
                f"{at}/sku", "sku_repeated", gettext_noop("Two variants cannot share a SKU")
            )
    if isinstance(change.barcode, str):
        yield from _refused_text(f"{at}/barcode", change.barcode, LONGEST_BARCODE, needed=False)
    for name in _AMOUNTS:
        if not _within(getattr(change, name), LARGEST_PRICE):
            yield FieldError(
                f"{at}/{name}", "amount_invalid", gettext_noop("Give a price from 0 up")
            )
    for name in _MEASURES:
        if not _within(getattr(change, name), LARGEST_MEASURE):
            yield FieldError(
                f"{at}/{name}", "measure_invalid", gettext_noop("Give a whole number from 0 up")
            )
    yield from _refused_sale(f"{at}/sale", change, known)


def _refused_sale(at: str, change: VariantChange, known: Priced) -> Iterator[FieldError]:
    price = known.price_minor if change.price_minor is UNSET else change.price_minor
    sale = change.sale
    if isinstance(sale, Sale):
        if not 0 <= sale.minor < price:
            yield FieldError(
                at, "sale_not_lower", gettext_noop("A sale price is lower than the price")
            )
        if sale.begins and sale.ends and sale.ends <= sale.begins:
            yield FieldError(at, "time_order", gettext_noop("The end comes after the beginning"))
    elif sale is UNSET and known.sale_minor is not None and known.sale_minor >= price:
        yield FieldError(at, "sale_not_lower", gettext_noop("A sale price is lower than the price"))


def _refused_text(at: str, text: str, longest: int, *, needed: bool) -> Iterator[FieldError]:
    if needed and not text:
        yield FieldError(at, "required", gettext_noop("Fill this in"))
    elif len(text) > longest:
        yield FieldError(at, "too_long", gettext_noop("Make this shorter"))
    elif "\0" in text:
        yield FieldError(at, "bad_character", gettext_noop("Remove the invisible character"))


def _within(value: object, largest: int) -> bool:
    return not isinstance(value, int) or 0 <= value <= largest


def fields_of(change: VariantChange, known: Priced, now: datetime) -> dict[str, Any]:
    """Columns and new values, fit for JSON. A sale goes on from when it began."""
    given = {
        name: value
        for name, value in msgspec.structs.asdict(change).items()
        if value is not UNSET and name not in ("id", "sale", "archived")
    }
    if change.archived is not UNSET:
        given["archived_at"] = (known.archived_at or now) if change.archived else None
    match change.sale:
        case None:
            given |= dict.fromkeys(("sale_minor", "sale_from", "sale_until"))
        case Sale(minor, begins, ends):
            going_on = known.sale_from if known.sale_minor is not None else None
            given |= {"sale_minor": minor, "sale_until": ends}
            given["sale_from"] = begins or going_on or now
        case _:
            pass
    built: dict[str, Any] = msgspec.to_builtins(given)
    return built


def barcode_doubt(barcode: str) -> bool:
    """Whether digits that look like an EAN-8, UPC-A, EAN-13 or GTIN-14 fail their check digit.

    A warning, never a refusal: shops have codes of their own (GS1 General Specifications, 7.9).
    """
    if len(barcode) not in (8, 12, 13, 14) or not barcode.isascii() or not barcode.isdigit():
        return False
    weighted = (int(digit) * (3, 1)[place % 2] for place, digit in enumerate(barcode[-2::-1]))
    return (10 - sum(weighted) % 10) % 10 != int(barcode[-1])
