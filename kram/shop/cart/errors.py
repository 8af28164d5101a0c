"""What a cart refuses."""

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class CartFull(AppError):
    code = "cart_full"
    kind = Kind.CONFLICT
    title = gettext_noop("The cart holds at most 100 different goods: order these first")


class OrderTooLarge(AppError):
    """More than can be paid at once (`kit.money.LARGEST_PAYABLE`)."""

    code = "order_too_large"
    kind = Kind.CONFLICT
    title = gettext_noop("Too large a sum for one order: lower a quantity, or order in parts")


class CartQuantityInvalid(AppError):
    code = "cart_quantity_invalid"
    kind = Kind.INVALID
    title = gettext_noop("Choose from 1 to 999 units")
