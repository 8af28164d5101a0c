"""What a configurator refuses."""

from collections.abc import Sequence
from uuid import UUID

from kram.kit.errors import AppError, InvalidInput, Kind
from kram.kit.messages import gettext_noop
from kram.shop.configurator.problems import Trouble


class DefinitionRefused(InvalidInput):
    """`troubles` say why in the merchant's names, to be told in any language."""

    def __init__(self, troubles: Sequence[Trouble]) -> None:
        self.troubles = tuple(troubles)
        super().__init__(errors=[trouble.as_field for trouble in troubles])


class DefinitionChanged(AppError):
    """`version` among the extras is the one that is stored."""

    code = "configurator_changed"
    kind = Kind.CONFLICT
    title = gettext_noop("Somebody else has changed this: reload the page")


class ConfiguratorMissing(AppError):
    code = "configurator_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is nothing to choose of this product")


class DesignMissing(AppError):
    code = "design_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such design: check the link")


class DesignImpossible(AppError):
    """What was chosen cannot be sold; `troubles` say why. `lines` among the extras are those of
    them, as (variant id, design), when it was more than one selection. Nothing was changed."""

    code = "design_impossible"
    kind = Kind.CONFLICT
    title = gettext_noop("What was chosen cannot be made: open it and choose again")

    def __init__(self, troubles: Sequence[Trouble], lines: Sequence[tuple[UUID, str]] = ()) -> None:
        self.troubles = tuple(troubles)
        super().__init__(errors=[trouble.as_field for trouble in troubles], lines=tuple(lines))


class DesignChanged(AppError):
    """It can still be made, but came to something else since the shopper saw it."""

    code = "design_changed"
    kind = Kind.CONFLICT
    title = gettext_noop("What you had put together has changed: look at the cart again")
