"""What a promotion gives, and when: the tree that is kept in its row as JSON.

Amounts are minor units of the shop's currency, percents hundredths of a percent (1250 is 12.5 %).
"""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

Amount = Annotated[int, Meta(ge=1, le=10**13)]
BasisPoints = Annotated[int, Meta(ge=1, le=10_000)]
Units = Annotated[int, Meta(ge=1, le=100_000)]
Ids = Annotated[Sequence[UUID], Meta(max_length=1000)]
_Name = Annotated[str, Meta(max_length=100, pattern=r"^[^\u0000]*$")]
Names = Annotated[Sequence[_Name], Meta(max_length=100)]

WHOLE = 10_000
"""100 % in basis points."""


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Keeps a mistyped field from being a promotion without its condition."""


class PercentOff(_Part, frozen=True, tag_field="kind", tag="percent"):
    """Off the goods that it is for, after earlier discounts."""

    basis_points: BasisPoints


class AmountOffOrder(_Part, frozen=True, tag_field="kind", tag="amount_off_order"):
    """Once, off all the goods that it is for together."""

    amount_minor: Amount


class AmountOffGoods(_Part, frozen=True, tag_field="kind", tag="amount_off_goods"):
    """Off each unit of the goods that it is for."""

    amount_minor: Amount


class FreeDelivery(_Part, frozen=True, tag_field="kind", tag="free_delivery"):
    pass


class BuyGet(_Part, frozen=True, tag_field="kind", tag="buy_get"):
    """Of every `buy + get` units the cheapest `get` are that much off; at most `times` times."""

    buy: Units
    get: Units
    basis_points: BasisPoints = WHOLE
    times: Units | None = None


class Step(_Part, frozen=True):
    """From that sum or quantity on (minor units or units of the goods that it is for)."""

    at_least: Amount
    off: PercentOff | AmountOffOrder


class Tiers(_Part, frozen=True, tag_field="kind", tag="tiers"):
    """The highest step that is reached counts."""

    by: Literal["sum", "quantity"]
    steps: Annotated[Sequence[Step], Meta(min_length=1, max_length=20)]

    def __post_init__(self) -> None:
        thresholds = [step.at_least for step in self.steps]
        if thresholds != sorted(set(thresholds)):
            raise ValueError("each step begins above the one before it")


Effect = PercentOff | AmountOffOrder | AmountOffGoods | FreeDelivery | BuyGet | Tiers


class Goods(_Part, frozen=True):
    """Whatever is named in any of the lists; nothing named: all goods.

    A category stands for everything below it too.
    """

    products: Ids = ()
    variants: Ids = ()
    categories: Ids = ()
    collections: Ids = ()
    tags: Names = ()

    @property
    def is_everything(self) -> bool:
        named = (self.products, self.variants, self.categories, self.collections, self.tags)
        return not any(named)


class Conditions(_Part, frozen=True):
    """All of them must hold. Sums and quantities are of the goods that the promotion is for."""

    min_sum_minor: Annotated[int, Meta(ge=0, le=10**13)] = 0
    min_quantity: Annotated[int, Meta(ge=0, le=100_000)] = 0
    first_order: bool = False
    min_spent_minor: Annotated[int, Meta(ge=0, le=10**15)] = 0
    segments: Ids = ()
    groups: Ids = ()
    channels: Names = ()

    @property
    def ask_about_customer(self) -> bool:
        return bool(self.first_order or self.min_spent_minor or self.segments or self.groups)


class Rule(_Part, frozen=True):
    effect: Effect
    goods: Goods = msgspec.field(default_factory=Goods)
    when: Conditions = msgspec.field(default_factory=Conditions)
