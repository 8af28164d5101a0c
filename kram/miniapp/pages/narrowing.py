"""What a list is narrowed by: read from the address, and shown as a form."""

from collections.abc import Sequence
from contextlib import suppress

import msgspec

from kram.kit.errors import AppError
from kram.kit.money_text import parse_money
from kram.miniapp.pages.frame import Frame
from kram.shop.catalog.attributes.filters import MOST_FILTERS, MOST_VALUES, AttributeFilter, Filters
from kram.shop.catalog.drafts import LARGEST_PRICE
from kram.shop.catalog.models import AttributeKind
from kram.shop.catalog.storefront import FilterCard

Pairs = Sequence[tuple[str, str]]
_FROM, _TO = ".from", ".to"


class ChoiceView(msgspec.Struct, frozen=True):
    value: str
    label: str
    is_chosen: bool


class FieldView(msgspec.Struct, frozen=True):
    """Either `choices`, or a beginning and an end."""

    name: str
    label: str
    kind: str
    choices: list[ChoiceView]
    low: str
    high: str


class NarrowingView(msgspec.Struct, frozen=True):
    fields: list[FieldView]
    low: str
    high: str
    in_stock: bool
    on_sale: bool
    is_used: bool
    clear_address: str


def read_filters(pairs: Pairs, currency: str) -> Filters:
    """What makes no sense narrows nothing: an address may be old, or written by hand."""
    first = dict(reversed(pairs))
    return Filters(
        tags=tuple(value for name, value in pairs if name == "tag")[:MOST_FILTERS],
        attributes=tuple(_attributes(pairs)),
        price_low=_price(first.get("price.from", ""), currency),
        price_high=_price(first.get("price.to", ""), currency),
        available="stock" in first,
        on_sale="sale" in first,
    )


def _attributes(pairs: Pairs) -> list[AttributeFilter]:
    found: dict[str, AttributeFilter] = {}
    for name, value in pairs:
        if not name.startswith("f."):
            continue
        code, field = name[2:], "values"
        for ending, end in ((_FROM, "low"), (_TO, "high")):
            if code.endswith(ending):
                code, field = code.removesuffix(ending), end
        known = found.get(code, AttributeFilter(code))
        if field == "values":
            values = (*known.values, value)[:MOST_VALUES]
            found[code] = msgspec.structs.replace(known, values=values)
        else:
            found[code] = msgspec.structs.replace(known, **{field: value})
    return list(found.values())[:MOST_FILTERS]


def _price(typed: str, currency: str) -> int | None:
    with suppress(AppError):
        minor = parse_money(typed, currency, signed=True).minor
        if 0 <= minor <= LARGEST_PRICE:
            return minor
    return None


def narrowing_view(frame: Frame, cards: Sequence[FilterCard], pairs: Pairs) -> NarrowingView:
    first = dict(reversed(pairs))
    chosen = set(pairs)
    return NarrowingView(
        fields=[_field(card, first, chosen) for card in cards if _can_be_chosen(card)],
        low=first.get("price.from", ""),
        high=first.get("price.to", ""),
        in_stock="stock" in first,
        on_sale="sale" in first,
        is_used=bool(pairs),
        clear_address=frame.to(frame.path, q=frame.search),
    )


def _can_be_chosen(card: FilterCard) -> bool:
    return bool(card.choices) or card.kind in (AttributeKind.NUMBER, AttributeKind.DATE)


def _field(card: FilterCard, first: dict[str, str], chosen: set[tuple[str, str]]) -> FieldView:
    name = f"f.{card.code}"
    unit = f", {card.unit}" if card.unit else ""
    return FieldView(
        name=name,
        label=card.label + unit,
        kind="date" if card.kind == AttributeKind.DATE else "text",
        choices=[ChoiceView(code, label, (name, code) in chosen) for code, label in card.choices],
        low=first.get(name + _FROM, ""),
        high=first.get(name + _TO, ""),
    )
