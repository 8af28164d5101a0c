"""What can be chosen of a product, and what was."""

from datetime import datetime
from uuid import UUID

from kram.api.rest.views.base import View
from kram.kit.money import Money
from kram.shop.configurator.definition import Definition
from kram.shop.configurator.models import Configurator
from kram.shop.configurator.problems import Trouble
from kram.shop.configurator.selection import Selection
from kram.shop.configurator.service import OpenDesign, Priced, read


class ConfiguratorView(View, frozen=True):
    """`version` counts the changes: send it along, and nobody's work is overwritten."""

    product_id: UUID
    version: int
    definition: Definition
    updated_at: datetime

    @classmethod
    def of(cls, stored: Configurator) -> "ConfiguratorView":
        return cls(stored.product_id, stored.version, read(stored), stored.updated_at)


class ChosenWordView(View, frozen=True):
    """What was said at one step; `price` is on top of the variant's."""

    step: str
    said: str
    price: Money


class TroubleView(View, frozen=True):
    """`step` is the id of the step where it can be mended; empty if it is none's alone."""

    step: str
    code: str
    detail: str

    @classmethod
    def of(cls, trouble: Trouble) -> "TroubleView":
        return cls(trouble.step, trouble.why.value, trouble.as_field.detail)


class SelectionPriceView(View, frozen=True):
    """`price` is on top of the variant's; without `troubles` it can be saved and sold. `barred`
    are the choices, by id, that cannot be added to it, and why."""

    price: Money
    words: tuple[ChosenWordView, ...]
    troubles: tuple[TroubleView, ...]
    barred: dict[str, TroubleView]

    @classmethod
    def of(cls, priced: Priced, currency: str) -> "SelectionPriceView":
        return cls(
            price=Money(priced.outcome.price_minor, currency),
            words=tuple(
                ChosenWordView(word.step, word.said, Money(word.price_minor, currency))
                for word in priced.outcome.words
            ),
            troubles=tuple(map(TroubleView.of, priced.troubles)),
            barred={choice: TroubleView.of(why) for choice, why in priced.barred.items()},
        )


class DesignView(View, frozen=True):
    """A saved selection, which never changes; `now` is what it comes to today."""

    code: str
    product_id: UUID
    selection: Selection
    now: SelectionPriceView

    @classmethod
    def of(cls, design: OpenDesign, currency: str) -> "DesignView":
        now = SelectionPriceView.of(design.priced, currency)
        return cls(design.code, design.product_id, design.selection, now)
