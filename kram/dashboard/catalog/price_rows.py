"""Prices of a list as they are typed: a code, from how many units on, the price; one a line."""

from collections.abc import Sequence
from dataclasses import dataclass

from kram.dashboard.catalog.queries import variants_by_code
from kram.dashboard.pages.forms import Form, Translate
from kram.dashboard.stock.typed import CodeUnknown
from kram.kit.db.tx import TenantRead
from kram.kit.errors import AppError, Kind, filled
from kram.kit.messages import gettext_noop
from kram.shop.catalog.drafts import parse_price
from kram.shop.catalog.prices.lists import MOST_PRICES_AT_ONCE
from kram.shop.catalog.service import TierPrice

_MOST_TOLD = 5
_MOST_DIGITS = 6


class PriceLineUnclear(AppError):
    code = "price_line_unclear"
    kind = Kind.INVALID
    title = gettext_noop("Write a code, from how many units on, and a price: “%(line)s” is unclear")


@dataclass(frozen=True, slots=True)
class TypedPrice:
    code: str
    min_quantity: int
    minor: int
    line: str


def read(typed: str, currency: str) -> list[TypedPrice]:
    """Without a number of units a price counts from the first. Raises: PriceLineUnclear."""
    lines = [line.strip() for line in typed.splitlines()[: MOST_PRICES_AT_ONCE + 1] if line.strip()]
    return [_row(line, currency) for line in lines]


def _row(line: str, currency: str) -> TypedPrice:
    words = line.split()
    code, units = words[:-1], "1"
    if len(code) > 1 and code[-1].isascii() and code[-1].isdigit():
        code, units = code[:-1], code[-1]
    if not code or len(units) > _MOST_DIGITS:
        raise PriceLineUnclear(line=line[:60])
    try:
        minor = parse_price(words[-1], currency).minor
    except AppError:
        raise PriceLineUnclear(line=line[:60]) from None
    return TypedPrice(" ".join(code), int(units), minor, line[:60])


async def found(tx: TenantRead, rows: Sequence[TypedPrice]) -> list[TierPrice]:
    """Raises: CodeUnknown."""
    known = await variants_by_code(tx, {row.code for row in rows})
    for row in rows:
        if row.code not in known:
            raise CodeUnknown(code=row.code)
    return [TierPrice(known[row.code], row.minor, row.min_quantity) for row in rows]


def refuse(form: Form, error: AppError, rows: Sequence[TypedPrice], translate: Translate) -> None:
    """Names the lines that are refused, beside the field that holds all of them."""
    told = []
    for refused in error.errors[:_MOST_TOLD]:
        place = refused.pointer.split("/")[2:3]
        line = rows[int(place[0])].line if place and place[0].isdigit() else ""
        detail = translate(refused.detail)
        told.append(f"“{line}”: {detail}" if line else detail)
    form.errors["prices"] = ". ".join(told) or filled(translate(error.message), error.extra)
