"""What was typed, as goods and a change; and what would change, as words."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from uuid import UUID

from kram.dashboard.pages.forms import Form
from kram.integrations.imports.amounts import amount_text
from kram.kit.errors import AppError, FieldError, InvalidInput
from kram.kit.messages import gettext_noop
from kram.kit.money import Money
from kram.kit.money_text import parse_money
from kram.shop.bulk.rules import (
    Change,
    GoodsFilter,
    PriceAmount,
    PricePercent,
    Rounding,
    SetCategory,
    SetStatus,
    StockDelta,
)
from kram.shop.bulk.service import Preview
from kram.shop.catalog.drafts import LARGEST_PRICE, parse_price
from kram.shop.catalog.models import ProductStatus
from kram.shop.inventory.rules import LARGEST_QUANTITY

_LONGEST_NUMBER = 20


def goods_of(form: Form, currency: str) -> GoodsFilter:
    """Raises: InvalidInput."""
    status = form.get("status")
    return GoodsFilter(
        category_id=_id(form.get("category")),
        tag=form.get("tag")[:100],
        status=ProductStatus(status) if status in list(ProductStatus) else None,
        price_from=_price(form, "price_from", currency),
        price_to=_price(form, "price_to", currency),
        stock_from=_units(form, "stock_from"),
        stock_to=_units(form, "stock_to"),
        text=form.get("text")[:100],
    )


def change_of(form: Form, currency: str) -> Change:
    """Raises: InvalidInput."""
    value = form.get("value")
    match form.get("change"):
        case "price_percent":
            return PricePercent(_percent(value), *_rounding(form, currency))
        case "price_amount":
            return PriceAmount(_amount(value, currency), *_rounding(form, currency))
        case "category":
            return SetCategory(_id(form.get("to_category")))
        case "status":
            status = form.get("to_status")
            if status not in list(ProductStatus):
                raise _refused("to_status", gettext_noop("Choose a status"))
            return SetStatus(ProductStatus(status))
        case _:
            return StockDelta(_delta(value))


def shown(
    seen: Preview, form: Form, currency: str, categories: Mapping[str, str]
) -> list[tuple[str, str, str, str]]:
    """SKU, title, before and after of the sample; statuses as they are stored."""

    def words(value: object) -> str:
        if form.get("change").startswith("price") and isinstance(value, int):
            return amount_text(Money(value, currency))
        if form.get("change") == "stock":
            return f"{value:+d}" if value else ""
        return categories.get(str(value), str(value)) if value is not None else "—"

    return [(one.sku, one.title, words(one.before), words(one.after)) for one in seen.sample]


def _rounding(form: Form, currency: str) -> tuple[int, Rounding]:
    """The step in minor units, and the way."""
    whole = 10 ** Money.zero(currency).exponent
    steps = {"1": whole, "10": 10 * whole, "100": 100 * whole}
    way = form.get("rounding")
    known = Rounding(way) if way in list(Rounding) else Rounding.NEAREST
    return steps.get(form.get("step"), 1), known


def _percent(typed: str) -> int:
    try:
        points = Decimal(typed.replace(",", ".").strip(" %")[:_LONGEST_NUMBER]) * 100
    except InvalidOperation:
        points = Decimal("NaN")
    if not (points.is_finite() and -10_000 <= points <= 100_000 and points == int(points)):
        raise _refused("value", gettext_noop("Write a percentage from -100 to 1000, like 12.5"))
    return int(points)


def _amount(typed: str, currency: str) -> int:
    try:
        minor = parse_money(typed, currency, signed=True).minor
    except AppError as error:
        raise _refused("value", error.title) from error
    if abs(minor) > LARGEST_PRICE:
        raise _refused("value", gettext_noop("The amount is too large"))
    return minor


def _delta(typed: str) -> int:
    digits = typed.strip().replace("−", "-").removeprefix("+")
    if not (digits.removeprefix("-").isdecimal() and len(digits) < _LONGEST_NUMBER):
        raise _refused("value", gettext_noop("Write units as a whole number, like 5 or -5"))
    if abs(int(digits)) > LARGEST_QUANTITY:
        raise _refused("value", gettext_noop("The number is too large"))
    return int(digits)


def _price(form: Form, name: str, currency: str) -> int | None:
    if not form.get(name).strip():
        return None
    try:
        return parse_price(form.get(name), currency).minor
    except AppError as error:
        raise _refused(name, error.title) from error


def _units(form: Form, name: str) -> int | None:
    typed = form.get(name).strip()
    if not typed:
        return None
    if not (typed.isdecimal() and len(typed) < 11 and int(typed) <= LARGEST_QUANTITY):
        raise _refused(name, gettext_noop("Write a whole number"))
    return int(typed)


def _id(typed: str) -> UUID | None:
    try:
        return UUID(typed) if typed else None
    except ValueError:
        return None


def _refused(name: str, detail: str) -> InvalidInput:
    return InvalidInput(errors=[FieldError(f"/{name}", "invalid", detail)])
