"""Why a selection, or a definition, cannot stand: said with the merchant's own names."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import msgspec

from kram.kit.errors import FieldError, filled
from kram.kit.messages import gettext_noop


class Why(StrEnum):
    UNANSWERED = "unanswered"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    UNKNOWN = "unknown"
    EXCLUDED = "excluded"
    NEEDS = "needs"
    SOLD_OUT = "sold_out"
    TOO_LONG = "too_long"
    BAD_CHARACTER = "bad_character"
    OUT_OF_BOUNDS = "out_of_bounds"
    TOO_DEAR = "too_dear"
    TOO_CHEAP = "too_cheap"
    ID_TWICE = "id_twice"
    TITLE_EMPTY = "title_empty"
    BOUNDS_CROSSED = "bounds_crossed"
    TOO_MUCH = "too_much"
    RULE_UNKNOWN = "rule_unknown"
    RULE_OF_ITSELF = "rule_of_itself"
    COMPONENT_UNKNOWN = "component_unknown"
    PICTURE_UNKNOWN = "picture_unknown"
    NEVER = "never"
    STEP_STUCK = "step_stuck"
    NOTHING_FITS = "nothing_fits"
    TANGLED = "tangled"


class Trouble(msgspec.Struct, frozen=True):
    """`pointer` is into the selection or the definition; `step` where a shopper can mend it."""

    pointer: str
    why: Why
    step: str = ""
    values: Mapping[str, str | int] = {}

    @property
    def as_field(self) -> FieldError:
        detail = filled(TROUBLE_MESSAGES[self.why], dict(self.values))
        return FieldError(self.pointer, self.why.value, detail)


TROUBLE_MESSAGES: Mapping[Why, str] = MappingProxyType(
    {
        Why.UNANSWERED: gettext_noop("Choose: %(step)s"),
        Why.TOO_FEW: gettext_noop("%(step)s: choose at least %(least)s"),
        Why.TOO_MANY: gettext_noop("%(step)s: choose at most %(most)s"),
        Why.UNKNOWN: gettext_noop("This choice is no longer offered: choose again"),
        Why.EXCLUDED: gettext_noop("“%(choice)s” does not go together with “%(other)s”"),
        Why.NEEDS: gettext_noop("“%(choice)s” goes only with: %(others)s"),
        Why.SOLD_OUT: gettext_noop("“%(choice)s” is sold out"),
        Why.TOO_LONG: gettext_noop("%(step)s: at most %(most)s characters"),
        Why.BAD_CHARACTER: gettext_noop("Remove the invisible character"),
        Why.OUT_OF_BOUNDS: gettext_noop("%(step)s: from %(least)s to %(most)s"),
        Why.TOO_DEAR: gettext_noop("Too large a price: choose less"),
        Why.TOO_CHEAP: gettext_noop("This would cost less than nothing: choose otherwise"),
        Why.ID_TWICE: gettext_noop("“%(id)s” stands here twice: give each its own id"),
        Why.TITLE_EMPTY: gettext_noop("Fill this in"),
        Why.BOUNDS_CROSSED: gettext_noop("“%(step)s”: the least is more than the most"),
        Why.TOO_MUCH: gettext_noop("At most %(most)s choices in all steps together"),
        Why.RULE_UNKNOWN: gettext_noop("No choice is called “%(id)s”"),
        Why.RULE_OF_ITSELF: gettext_noop("“%(choice)s” stands on both sides of the rule"),
        Why.COMPONENT_UNKNOWN: gettext_noop(
            "“%(choice)s”: choose ordinary goods of this shop for its part"
        ),
        Why.PICTURE_UNKNOWN: gettext_noop("“%(choice)s”: choose a picture of this product"),
        Why.NEVER: gettext_noop("“%(choice)s” can never be chosen: its rules contradict"),
        Why.STEP_STUCK: gettext_noop("“%(step)s”: none of its choices is possible with the rules"),
        Why.NOTHING_FITS: gettext_noop("No selection fits all steps and rules: relax a rule"),
        Why.TANGLED: gettext_noop("The rules are too tangled to be checked: use fewer of them"),
    }
)
"""To be translated and filled by the door."""
