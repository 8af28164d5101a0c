"""A product as somebody typed or sent it, and what may be wrong with it."""

from collections import Counter
from collections.abc import Iterator
from typing import TypeVar
from uuid import UUID

import msgspec

from kram.kit.errors import FieldError, InvalidInput
from kram.kit.messages import gettext_noop
from kram.kit.money import AmountTooLarge, Money
from kram.kit.money_text import parse_money
from kram.kit.text import line, lines, refused, visible
from kram.shop.catalog.models import ProductStatus

LONGEST_TITLE = 200
LONGEST_SKU = 64
LONGEST_DESCRIPTION = 20_000
MOST_VARIANTS = 2_000
LARGEST_PRICE = 10**13
"""Minor units: times 999 pieces and 100 lines it still fits a BIGINT."""


class VariantDraft(msgspec.Struct, frozen=True, kw_only=True):
    """`id` names a variant that exists already; without it the SKU does, within the product."""

    sku: str
    price: Money
    title: str = ""
    id: UUID | None = None


class ProductDraft(msgspec.Struct, frozen=True, kw_only=True):
    """`slug` empty: made from the title; an existing product keeps the one it has."""

    title: str
    variants: tuple[VariantDraft, ...]
    description: str = ""
    category_id: UUID | None = None
    status: ProductStatus = ProductStatus.ACTIVE
    slug: str = ""


def parse_price(text: str, currency: str) -> Money:
    """A typed price, "12.50" or "1 250,5"; never rounded.

    Raises: AmountUnreadable, AmountNegative, AmountTooLarge, TooManyDecimals, UnknownCurrency.
    """
    price = parse_money(text, currency, signed=True).not_negative()
    if price.minor > LARGEST_PRICE:
        raise AmountTooLarge
    return price


Draft = TypeVar("Draft", bound=ProductDraft)


def cleaned(draft: Draft) -> Draft:
    """The draft as it is kept. Raises: InvalidInput, naming every refused field."""
    clean = msgspec.structs.replace(
        draft,
        title=line(draft.title),
        description=lines(draft.description),
        variants=tuple(
            msgspec.structs.replace(variant, sku=clean_sku(variant.sku), title=line(variant.title))
            for variant in draft.variants
        ),
    )
    errors = tuple(refused_fields(clean))
    if errors:
        raise InvalidInput(errors=errors)
    return clean


def clean_sku(typed: str) -> str:
    """Inner blanks may be what tells two of them apart."""
    return visible(typed).strip()


def refused_fields(draft: ProductDraft) -> Iterator[FieldError]:
    yield from refused("/title", draft.title, LONGEST_TITLE, needed=True)
    yield from refused("/description", draft.description, LONGEST_DESCRIPTION, needed=False)
    if not 1 <= len(draft.variants) <= MOST_VARIANTS:
        yield FieldError(
            "/variants", "variants_count", gettext_noop("A product has 1 to 2,000 variants")
        )
    for place, variant in enumerate(draft.variants):
        yield from _refused_of_variant(f"/variants/{place}", variant, len(draft.variants) > 1)
    yield from _repeated_skus(draft)
    if len({variant.price.currency for variant in draft.variants}) > 1:
        yield FieldError(
            "/variants", "currency_differs", gettext_noop("Give all prices in one currency")
        )


def _refused_of_variant(pointer: str, variant: VariantDraft, several: bool) -> Iterator[FieldError]:
    yield from refused(f"{pointer}/sku", variant.sku, LONGEST_SKU, needed=True)
    yield from refused(f"{pointer}/title", variant.title, LONGEST_TITLE, needed=several)
    if variant.price.minor < 0:
        yield FieldError(
            f"{pointer}/price", "amount_negative", gettext_noop("The price may not be below zero")
        )
    elif variant.price.minor > LARGEST_PRICE:
        yield FieldError(
            f"{pointer}/price", "amount_too_large", gettext_noop("The price is too large")
        )


def _repeated_skus(draft: ProductDraft) -> Iterator[FieldError]:
    if len(draft.variants) == 1:
        return
    times = Counter(variant.sku for variant in draft.variants)
    for place, variant in enumerate(draft.variants):
        if variant.sku and times[variant.sku] > 1:
            yield FieldError(
                f"/variants/{place}/sku",
                "sku_repeated",
                gettext_noop("Two variants cannot share a SKU"),
            )
