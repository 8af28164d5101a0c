"""What checkout refuses."""

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class IdempotencyKeyMissing(AppError):
    code = "idempotency_key_invalid"
    kind = Kind.INVALID
    title = gettext_noop("Send an Idempotency-Key of 8 to 255 characters")


class IdempotencyKeyReused(AppError):
    code = "idempotency_key_reused"
    kind = Kind.INVALID
    title = gettext_noop("This key was used for another request: send a new one")


class StillRunning(AppError):
    """The first request with this key has not ended; `retry_after` seconds among the extras."""

    code = "request_in_progress"
    kind = Kind.CONFLICT
    title = gettext_noop("Your order is being placed: wait a moment")


class CheckoutBusy(AppError):
    """Too many want the same goods at this instant; nothing happened."""

    code = "checkout_busy"
    kind = Kind.UNAVAILABLE
    title = gettext_noop("Many are buying at this moment: try again in a second")


class ShopPaused(AppError):
    code = "shop_paused"
    kind = Kind.CONFLICT
    title = gettext_noop("The shop takes no orders at the moment: come back later")


class NoOnlinePayment(AppError):
    code = "no_online_payment"
    kind = Kind.CONFLICT
    title = gettext_noop("The shop has no way to pay online: switch one on, or take cash")


class NothingToPay(AppError):
    code = "nothing_to_pay"
    kind = Kind.CONFLICT
    title = gettext_noop("Nothing of this order is left to be paid")
