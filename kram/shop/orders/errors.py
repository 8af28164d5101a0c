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


class DifferenceUnpaid(StepImpossible):
    """The order was changed after it was paid, and the rest of the money has not come."""

    code = "order_difference_unpaid"
    title = gettext_noop("The order waits for the difference in price: send it when that is paid")


class ParcelMissing(AppError):
    code = "parcel_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such parcel in this order")


class ParcelEmpty(AppError):
    code = "parcel_empty"
    kind = Kind.INVALID
    title = gettext_noop("Say what goes into the parcel")


class ParcelTooLarge(AppError):
    """More units than wait for a parcel; `line_id` and `left` among the extras."""

    code = "parcel_too_large"
    kind = Kind.CONFLICT
    title = gettext_noop("So many units do not wait for a parcel any more: look at the order again")


class ParcelMoved(AppError):
    """`state` among the extras. Nothing was changed."""

    code = "parcel_moved"
    kind = Kind.CONFLICT
    title = gettext_noop("The parcel has moved on: look at its current state")


class OrderChanged(AppError):
    """Somebody edited it meanwhile; `version` among the extras is the one that stands now."""

    code = "order_changed"
    kind = Kind.CONFLICT
    title = gettext_noop("Somebody has just changed this order: look at it again")


class NothingLeft(AppError):
    code = "order_nothing_left"
    kind = Kind.CONFLICT
    title = gettext_noop("Nothing of this order waits to be sent any more")


class LineMissing(AppError):
    code = "order_line_not_found"
    kind = Kind.INVALID
    title = gettext_noop("There is no such line in this order: look at it again")


class NoteEmpty(AppError):
    code = "note_empty"
    kind = Kind.INVALID
    title = gettext_noop("Write something")


class TagsInvalid(AppError):
    code = "tags_invalid"
    kind = Kind.INVALID
    title = gettext_noop("Give at most 20 tags of 1 to 40 characters")


class NothingGiven(AppError):
    code = "nothing_given"
    kind = Kind.CONFLICT
    title = gettext_noop("Nothing of this order is given on its page")


class GoodsGiven(AppError):
    code = "goods_given"
    kind = Kind.CONFLICT
    title = gettext_noop("This was given to the shopper already: take it back, and refund it")


class PayOnlineFirst(AppError):
    """There is no delivery at which cash could be taken."""

    code = "pay_online_first"
    kind = Kind.CONFLICT
    title = gettext_noop("Nothing of this order is sent: pay for it online")


class DeliveryNeeded(AppError):
    code = "delivery_needed"
    kind = Kind.INVALID
    title = gettext_noop("Some of the goods have to be sent: choose how")


class CardForCard(AppError):
    code = "gift_card_for_gift_card"
    kind = Kind.CONFLICT
    title = gettext_noop(
        "A gift card does not pay for gift cards: sell them in an order of their own"
    )


class CardsSpent(AppError):
    """`left` among the extras is what can still be given back."""

    code = "bought_gift_card_spent"
    kind = Kind.CONFLICT
    title = gettext_noop(
        "A gift card of this order was used: what was spent cannot be given back, only the rest"
    )
