"""What returns refuse."""

from uuid import UUID

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class ReturnMissing(AppError):
    code = "return_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such return in this shop")


class ReturnEmpty(AppError):
    code = "return_empty"
    kind = Kind.INVALID
    title = gettext_noop("Say what you want to give back")


class ReturnTooLarge(AppError):
    """`line_id` and `left` among the extras."""

    code = "return_too_large"
    kind = Kind.CONFLICT
    title = gettext_noop("At most %(left)s units of it can be given back")

    def __init__(self, left: int, line_id: UUID) -> None:
        super().__init__(left=left, line_id=line_id)


class NotReturnable(AppError):
    """`line_id` among the extras. The product's page said so when it was bought."""

    code = "not_returnable"
    kind = Kind.CONFLICT
    title = gettext_noop("“%(goods)s” cannot be given back: it was sold on that condition")

    def __init__(self, goods: str, line_id: UUID) -> None:
        super().__init__(goods=goods, line_id=line_id)


class ReturnTooLate(AppError):
    """`days` among the extras: how long after the delivery this shop takes goods back."""

    code = "return_too_late"
    kind = Kind.CONFLICT
    title = gettext_noop("Goods can be given back within %(days)s days after they came")


class ReturnTooEarly(AppError):
    code = "return_too_early"
    kind = Kind.CONFLICT
    title = gettext_noop("The order has not come yet: cancel it, or wait for it")


class ReturnPhotoMissing(AppError):
    code = "return_photo_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such photo")


class ReturnPhotoUnknown(AppError):
    code = "return_photo_unknown"
    kind = Kind.INVALID
    title = gettext_noop("Add the photos once more: they were kept for a day")


class ReturnMoved(AppError):
    """`state` among the extras. Nothing was changed."""

    code = "return_moved"
    kind = Kind.CONFLICT
    title = gettext_noop("The return has moved on: look at its current state")


class DeliveryRefunded(AppError):
    code = "return_delivery_refunded"
    kind = Kind.CONFLICT
    title = gettext_noop("The price of the delivery went back with another return")
