"""What gift cards refuse."""

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class GiftCardMissing(AppError):
    code = "gift_card_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such gift card: check how its code is spelled")


class GiftCardSpent(AppError):
    """Less is on it than is to be taken, or it has expired or was blocked meanwhile."""

    code = "gift_card_spent"
    kind = Kind.CONFLICT
    title = gettext_noop("The gift card does not cover its part any more: check the new total")
