"""What an order refuses."""

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class OrderMissing(AppError):
    code = "order_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such order in this shop")


class OrderEmpty(AppError):
    code = "order_empty"
    kind = Kind.INVALID
    title = gettext_noop("Put something into the cart first")


class LineInvalid(AppError):
    code = "order_line_invalid"
    kind = Kind.INVALID
    title = gettext_noop("Order 1 to 999 units of a product, and at most 100 different ones")


class GoodsGone(AppError):
    """A wanted variant is no longer sold; `variant_ids` among the extras."""

    code = "goods_gone"
    kind = Kind.CONFLICT
    title = gettext_noop("Some goods are no longer sold: remove them from the cart")


class TotalChanged(AppError):
    """The shopper agreed to another sum; the true one is `total` among the extras."""

    code = "total_changed"
    kind = Kind.CONFLICT
    title = gettext_noop("Prices have changed: check the new total and confirm again")


class StepImpossible(AppError):
    """The order stands elsewhere; `status` and `action` among the extras. Nothing was changed."""

    code = "order_step_impossible"
    kind = Kind.CONFLICT
    title = gettext_noop("The order has moved on: look at its current state")
