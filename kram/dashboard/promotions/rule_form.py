"""A rule as a form and back. What a form cannot show (set by REST) stays as it was."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, assert_never

import msgspec

from kram.dashboard.pages.choices import chosen, read_uuid
from kram.dashboard.pages.forms import FieldsRefused, Form
from kram.kit.currencies import EXPONENTS
from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop
from kram.kit.money_text import parse_money
from kram.shop.promotions.rule import (
    WHOLE,
    AmountOffGoods,
    AmountOffOrder,
    BuyGet,
    Effect,
    FreeDelivery,
    Goods,
    PercentOff,
    Rule,
    Step,
    Tiers,
)

TIERS_SHOWN = 3


class EffectKind(StrEnum):
    PERCENT = "percent"
    AMOUNT_OFF_ORDER = "amount_off_order"
    AMOUNT_OFF_GOODS = "amount_off_goods"
    FREE_DELIVERY = "free_delivery"
    BUY_GET = "buy_get"
    TIERS = "tiers"


KIND_NAMES: Mapping[EffectKind, str] = MappingProxyType(
    {
        EffectKind.PERCENT: gettext_noop("Percent off"),
        EffectKind.AMOUNT_OFF_ORDER: gettext_noop("Amount off the order"),
        EffectKind.AMOUNT_OFF_GOODS: gettext_noop("Amount off each unit"),
        EffectKind.FREE_DELIVERY: gettext_noop("Free delivery"),
        EffectKind.BUY_GET: gettext_noop("Buy some, get some"),
        EffectKind.TIERS: gettext_noop("The more, the cheaper"),
    }
)


class NumberRefused(AppError):
    code = "number_refused"
    kind = Kind.INVALID
    title = gettext_noop("Enter a number that makes sense here")


def kind_of(effect: Effect) -> EffectKind:
    return EffectKind(msgspec.to_builtins(effect)["kind"])


def filled_form(rule: Rule, currency: str) -> dict[str, str]:
    """The fields of the rule as a person would type them."""
    when, goods = rule.when, rule.goods
    return {
        "kind": kind_of(rule.effect),
        **_effect_fields(rule.effect, currency),
        "min_sum": amount_text(when.min_sum_minor, currency) if when.min_sum_minor else "",
        "min_quantity": str(when.min_quantity or ""),
        "first_order": "yes" if when.first_order else "",
        "category_id": str(goods.categories[0]) if len(goods.categories) == 1 else "",
    }


def read_rule(form: Form, currency: str, before: Rule | None) -> Rule:
    """Raises: FieldsRefused."""
    reading = _Reading(form, currency)
    kind = chosen(EffectKind, form.get("kind")) or EffectKind.PERCENT
    effect = _read_effect(kind, reading, before)
    base = before or Rule(FreeDelivery())
    when = msgspec.structs.replace(
        base.when,
        min_sum_minor=reading.money("min_sum", optional=True),
        min_quantity=reading.number("min_quantity", 100_000, optional=True),
        first_order=form.get("first_order") == "yes",
    )
    if reading.errors or effect is None:
        raise FieldsRefused(reading.errors)
    return Rule(effect, _goods(form, base.goods), when)


class _Reading:
    """Reads fields one after another and remembers what is wrong with each."""

    def __init__(self, form: Form, currency: str) -> None:
        self.form, self.currency = form, currency
        self.errors: dict[str, AppError] = {}

    def money(self, name: str, *, optional: bool = False) -> int:
        def read(typed: str) -> int:
            return parse_money(typed, self.currency).minor

        return self._read(name, read, 10**13, optional)

    def number(self, name: str, largest: int, *, optional: bool = False) -> int:
        return self._read(name, _whole, largest, optional)

    def percent(self, name: str, *, optional: bool = False) -> int:
        """Basis points of "12.5"."""

        def read(typed: str) -> int:
            return parse_money(typed.removesuffix("%"), "UAH").minor

        return self._read(name, read, WHOLE, optional)

    def _read(self, name: str, read: Callable[[str], int], largest: int, optional: bool) -> int:
        typed = self.form.get(name).strip()
        if not typed and optional:
            return 0
        try:
            value = read(typed)
        except AppError as error:
            self.errors[name] = error
            return 1
        if not (1 - optional) <= value <= largest:
            self.errors[name] = NumberRefused()
            return 1
        return value


def _whole(typed: str) -> int:
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 12):
        raise NumberRefused
    return int(typed)


def _goods(form: Form, before: Goods) -> Goods:
    category_id = read_uuid(form.get("category_id"))
    if category_id is None and len(before.categories) != 1:
        return before
    named = () if category_id is None else (category_id,)
    return msgspec.structs.replace(before, categories=named)


def _read_effect(kind: EffectKind, reading: _Reading, before: Rule | None) -> Effect | None:
    match kind:
        case EffectKind.PERCENT:
            return PercentOff(reading.percent("percent"))
        case EffectKind.AMOUNT_OFF_ORDER:
            return AmountOffOrder(reading.money("amount"))
        case EffectKind.AMOUNT_OFF_GOODS:
            return AmountOffGoods(reading.money("amount"))
        case EffectKind.FREE_DELIVERY:
            return FreeDelivery()
        case EffectKind.BUY_GET:
            return BuyGet(
                reading.number("buy", 1_000),
                reading.number("get", 1_000),
                reading.percent("percent"),
                reading.number("times", 100_000, optional=True) or None,
            )
        case EffectKind.TIERS:
            return _read_tiers(reading, before)
        case _:
            assert_never(kind)


def _read_tiers(reading: _Reading, before: Rule | None) -> Tiers | None:
    if before is not None and not _is_simple(before.effect):
        return before.effect if isinstance(before.effect, Tiers) else None
    steps = [
        Step(reading.money(f"from_{row}"), PercentOff(reading.percent(f"off_{row}")))
        for row in range(TIERS_SHOWN)
        if row == 0 or reading.form.get(f"from_{row}").strip()
    ]
    if reading.errors:
        return None
    marks = [step.at_least for step in steps]
    if marks != sorted(set(marks)):
        reading.errors["from_1"] = NumberRefused(
            gettext_noop("Each sum must be larger than the one before it")
        )
        return None
    return Tiers("sum", tuple(steps))


def _is_simple(effect: Effect) -> bool:
    """Whether the form's few rows can show it."""
    return not isinstance(effect, Tiers) or (
        effect.by == "sum"
        and len(effect.steps) <= TIERS_SHOWN
        and all(isinstance(step.off, PercentOff) for step in effect.steps)
    )


def _effect_fields(effect: Effect, currency: str) -> dict[str, str]:
    match effect:
        case PercentOff():
            return {"percent": percent_text(effect.basis_points)}
        case AmountOffOrder() | AmountOffGoods():
            return {"amount": amount_text(effect.amount_minor, currency)}
        case FreeDelivery():
            return {}
        case BuyGet():
            return {
                "buy": str(effect.buy),
                "get": str(effect.get),
                "percent": percent_text(effect.basis_points),
                "times": str(effect.times or ""),
            }
        case Tiers():
            return _tier_fields(effect, currency)
        case _:
            assert_never(effect)


def _tier_fields(effect: Tiers, currency: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for row, step in enumerate(effect.steps[:TIERS_SHOWN]):
        if isinstance(step.off, PercentOff):
            fields[f"from_{row}"] = amount_text(step.at_least, currency)
            fields[f"off_{row}"] = percent_text(step.off.basis_points)
    return fields


def percent_text(basis_points: int) -> str:
    """12.5 of 1250; no zeros at its end."""
    return f"{basis_points / 100:.2f}".rstrip("0").rstrip(".")


def amount_text(minor: int, currency: str) -> str:
    """For a field: "12.50", or "12"."""
    exponent = EXPONENTS[currency]
    whole, rest = divmod(minor, 10**exponent)
    return f"{whole}.{rest:0{exponent}d}" if rest else str(whole)


def told(rule: Rule, currency: str) -> tuple[str, dict[str, Any]]:
    """A msgid and its values that say what the promotion gives."""
    effect = rule.effect
    match effect:
        case PercentOff():
            return gettext_noop("%(percent)s %% off"), {
                "percent": percent_text(effect.basis_points)
            }
        case AmountOffOrder():
            return gettext_noop("%(amount)s %(currency)s off the order"), _amount(effect, currency)
        case AmountOffGoods():
            return gettext_noop("%(amount)s %(currency)s off each unit"), _amount(effect, currency)
        case FreeDelivery():
            return KIND_NAMES[EffectKind.FREE_DELIVERY], {}
        case BuyGet():
            return gettext_noop("Buy %(buy)s, get %(get)s %(percent)s %% cheaper"), {
                "buy": effect.buy,
                "get": effect.get,
                "percent": percent_text(effect.basis_points),
            }
        case Tiers():
            return KIND_NAMES[EffectKind.TIERS], {}
        case _:
            assert_never(effect)


def _amount(effect: AmountOffOrder | AmountOffGoods, currency: str) -> dict[str, Any]:
    return {"amount": amount_text(effect.amount_minor, currency), "currency": currency}
