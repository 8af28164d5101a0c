"""How a call to a provider can fail, and a call from one."""

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class ProviderUnavailable(AppError):
    """No answer, or one that says "later". What happened there is unknown: repeat with the key."""

    code = "provider_unavailable"
    kind = Kind.UNAVAILABLE
    title = gettext_noop("The payment service does not answer: try again in a minute")


class ProviderRefused(AppError):
    """The provider understood and said no; the same request will be refused again."""

    code = "provider_refused"
    kind = Kind.CONFLICT
    title = gettext_noop("The payment service refused: choose another way to pay")


class UnknownProvider(AppError):
    code = "unknown_payment_method"
    kind = Kind.INVALID
    title = gettext_noop("This way to pay is not offered here: choose another one")


class BadSignature(AppError):
    """Not signed with a secret of the shop, too old, or from the future."""

    code = "bad_signature"
    kind = Kind.UNAUTHENTICATED
    title = gettext_noop("The signature does not match")


class UnreadableCallback(ValueError):
    """Signed, yet not what the provider's contract promises."""
