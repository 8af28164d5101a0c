"""How much of a sum is tax. Pure; whole minor units, rates in millionths (200000 is 20 %)."""

from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from kram.kit.errors import FieldError, InvalidInput
from kram.kit.messages import gettext_noop
from kram.kit.money import Rounding, divided, shared

_WHOLE = 1_000_000
_MOST_RATES = 200


class TaxMode(StrEnum):
    """`INCLUDED`: prices are with tax, as people of the EU and Ukraine see them. `ADDED`: the tax
    comes on top."""

    NONE = "none"
    INCLUDED = "included"
    ADDED = "added"


class TaxRounding(StrEnum):
    """`LINE`: each line is rounded. `ORDER`: the sum of a rate is, then shared among its lines."""

    LINE = "line"
    ORDER = "order"


class TaxRate(msgspec.Struct, frozen=True, omit_defaults=True):
    """For a category and all below it, or (None) for whatever has no rate of its own."""

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    rate_ppm: Annotated[int, Meta(ge=0, le=_WHOLE)]
    country: Annotated[str, Meta(pattern="^[A-Z]{2}$")] = "UA"
    category_id: UUID | None = None


class TaxPolicy(msgspec.Struct, frozen=True, kw_only=True):
    mode: TaxMode = TaxMode.NONE
    rounding: TaxRounding = TaxRounding.LINE
    country: Annotated[str, Meta(pattern="^[A-Z]{2}$")] = "UA"
    taxes_delivery: bool = True
    rates: Annotated[tuple[TaxRate, ...], Meta(max_length=_MOST_RATES)] = ()

    @property
    def ask_about_goods(self) -> bool:
        if self.mode is TaxMode.NONE:
            return False
        return any(rate.category_id is not None for rate in self.rates)

    def rate_for(self, categories: Sequence[UUID] = ()) -> TaxRate | None:
        """`categories` from the root down: the nearest one's rate counts."""
        if self.mode is TaxMode.NONE:
            return None
        here = {rate.category_id: rate for rate in self.rates if rate.country == self.country}
        nearest = next((here[each] for each in reversed(categories) if each in here), None)
        return nearest or here.get(None)


def taxes(
    sums: Sequence[tuple[int, TaxRate | None]], mode: TaxMode, rounding: TaxRounding
) -> list[int]:
    """The tax of each sum, which is after discounts; no rate, no tax."""
    if rounding is TaxRounding.LINE:
        return [0 if rate is None else _tax(base, rate.rate_ppm, mode) for base, rate in sums]
    found = [0] * len(sums)
    for ppm in {rate.rate_ppm for _, rate in sums if rate is not None}:
        indexes = [at for at, (_, rate) in enumerate(sums) if rate and rate.rate_ppm == ppm]
        bases = [sums[at][0] for at in indexes]
        parts = shared(_tax(sum(bases), ppm, mode), bases)
        for at, part in zip(indexes, parts, strict=True):
            found[at] = part
    return found


def check(policy: TaxPolicy) -> None:
    """Raises: InvalidInput."""
    errors = tuple(_refused(policy.rates))
    if errors:
        raise InvalidInput(errors=errors)


def _tax(base: int, ppm: int, mode: TaxMode) -> int:
    whole = _WHOLE + ppm if mode is TaxMode.INCLUDED else _WHOLE
    return divided(base * ppm, whole, Rounding.HALF_UP)


def _refused(rates: Collection[TaxRate]) -> Iterator[FieldError]:
    seen: set[tuple[str, UUID | None]] = set()
    for index, rate in enumerate(rates):
        if (rate.country, rate.category_id) in seen:
            detail = gettext_noop("There is a rate for this country and category already")
            yield FieldError(f"/rates/{index}", "duplicate", detail)
        seen.add((rate.country, rate.category_id))
