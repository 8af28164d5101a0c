"""A rule is a tree of conditions; what it says, and how large it may be."""

import math
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import msgspec

from kram.kit.errors import FieldError, InvalidInput
from kram.kit.messages import gettext_noop
from kram.shop.catalog.details import LONGEST_TAG
from kram.shop.catalog.drafts import LARGEST_PRICE

DEEPEST, MOST_CONDITIONS, MOST_DAYS = 5, 50, 3650


class All(msgspec.Struct, frozen=True, tag_field="is", tag="all", forbid_unknown_fields=True):
    of: "tuple[Condition, ...]"


class Either(msgspec.Struct, frozen=True, tag_field="is", tag="any", forbid_unknown_fields=True):
    of: "tuple[Condition, ...]"


class Not(msgspec.Struct, frozen=True, tag_field="is", tag="not", forbid_unknown_fields=True):
    of: "Condition"


class Tagged(msgspec.Struct, frozen=True, tag_field="is", tag="tag", forbid_unknown_fields=True):
    tag: str


class InCategory(
    msgspec.Struct, frozen=True, tag_field="is", tag="category", forbid_unknown_fields=True
):
    """Of the category or any below it."""

    category_id: UUID


class Priced(msgspec.Struct, frozen=True, tag_field="is", tag="price", forbid_unknown_fields=True):
    """A variant on sale costs this much now, in minor units, both ends included."""

    low: int | None = None
    high: int | None = None


class Available(
    msgspec.Struct, frozen=True, tag_field="is", tag="available", forbid_unknown_fields=True
):
    """A variant can be bought."""


class Reduced(
    msgspec.Struct, frozen=True, tag_field="is", tag="on_sale", forbid_unknown_fields=True
):
    """A variant has a sale price now."""


class HasValue(
    msgspec.Struct, frozen=True, tag_field="is", tag="attribute", forbid_unknown_fields=True
):
    """The product's attribute is, or contains, one of these values."""

    code: str
    values: tuple[str | int | float, ...]


class CreatedWithin(
    msgspec.Struct, frozen=True, tag_field="is", tag="created", forbid_unknown_fields=True
):
    days: int


Condition = (
    All
    | Either
    | Not
    | Tagged
    | InCategory
    | Priced
    | Available
    | Reduced
    | HasValue
    | CreatedWithin
)


def read_rule(given: object) -> Condition:
    """A rule from JSON's plain values. Raises: InvalidInput."""
    try:
        rule: Condition = msgspec.convert(given, Condition)
    except (msgspec.ValidationError, RecursionError) as error:
        raise InvalidInput(errors=[_unreadable()]) from error
    refused = tuple(refused_fields(rule))
    if refused:
        raise InvalidInput(errors=refused)
    return rule


def kept_rule(rule: Condition) -> dict[str, Any]:
    built: dict[str, Any] = msgspec.to_builtins(rule)
    return built


def refused_fields(rule: Condition) -> Iterator[FieldError]:
    count, depth = size_of(rule)
    if count > MOST_CONDITIONS or depth > DEEPEST:
        yield FieldError(
            "/rule", "rule_too_large", gettext_noop("A rule has at most 50 conditions, 5 deep")
        )
        return
    yield from _refused(rule)


def size_of(rule: Condition) -> tuple[int, int]:
    """Conditions and levels."""
    match rule:
        case All(of) | Either(of):
            sizes = [size_of(each) for each in of]
        case Not(of):
            sizes = [size_of(of)]
        case _:
            sizes = []
    return 1 + sum(count for count, _ in sizes), 1 + max((depth for _, depth in sizes), default=0)


def _refused(rule: Condition) -> Iterator[FieldError]:
    match rule:
        case All(of) | Either(of):
            for each in of:
                yield from _refused(each)
        case Not(of):
            yield from _refused(of)
        case Tagged(tag) if not 1 <= len(tag.strip()) <= LONGEST_TAG or "\0" in tag:
            yield _unreadable()
        case Priced(low, high) if not all(
            each is None or 0 <= each <= LARGEST_PRICE for each in (low, high)
        ):
            yield FieldError("/rule", "amount_invalid", gettext_noop("Give a price from 0 up"))
        case HasValue(code, values) if not _is_told(code, values):
            yield _unreadable()
        case CreatedWithin(days) if not 1 <= days <= MOST_DAYS:
            yield FieldError("/rule", "days_invalid", gettext_noop("Choose from 1 to 3,650 days"))
        case _:
            pass


def _is_told(code: str, values: tuple[str | float, ...]) -> bool:
    if not 1 <= len(values) <= MOST_CONDITIONS or "\0" in code:
        return False
    texts = (each for each in values if isinstance(each, str))
    numbers = (each for each in values if not isinstance(each, str))
    return not any("\0" in each for each in texts) and all(map(math.isfinite, numbers))


def _unreadable() -> FieldError:
    return FieldError("/rule", "rule_invalid", gettext_noop("This rule cannot be understood"))
