"""What sign-in, shops and bots refuse. Doors map the codes to fields of their forms."""

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class EmailRefused(AppError):
    code = "email_invalid"
    kind = Kind.INVALID
    title = gettext_noop("Write a full e-mail address, for example olena@example.com")


class EmailTaken(AppError):
    code = "email_taken"
    kind = Kind.CONFLICT
    title = gettext_noop("An account with this e-mail exists: sign in instead")


class NameRefused(AppError):
    code = "name_invalid"
    kind = Kind.INVALID
    title = gettext_noop("Write a name of 1 to 60 letters")


class WrongCredentials(AppError):
    """The same for an unknown address and a wrong password, so that neither can be guessed."""

    code = "credentials_wrong"
    kind = Kind.UNAUTHENTICATED
    title = gettext_noop("The e-mail or the password is wrong")


class SessionEnded(AppError):
    code = "session_ended"
    kind = Kind.UNAUTHENTICATED
    title = gettext_noop("Your session has ended: sign in again")


class ShopNotFound(AppError):
    """The same for a shop that does not exist and for one of other people."""

    code = "shop_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such shop")


class NotAllowed(AppError):
    code = "not_allowed"
    kind = Kind.FORBIDDEN
    title = gettext_noop("Your role in this shop does not allow this: ask its owner")


class SlugRefused(AppError):
    code = "slug_invalid"
    kind = Kind.INVALID
    title = gettext_noop("Use 3 to 40 Latin letters, digits and hyphens")


class SlugReserved(AppError):
    code = "slug_reserved"
    kind = Kind.INVALID
    title = gettext_noop("This address is reserved: choose another")


class SlugTaken(AppError):
    code = "slug_taken"
    kind = Kind.CONFLICT
    title = gettext_noop("This address is taken: choose another")


class SettingRefused(AppError):
    """`field` among the extras names the setting."""

    code = "setting_invalid"
    kind = Kind.INVALID
    title = gettext_noop("Choose one of the offered values")


class NoSpareSchema(AppError):
    """The edge refills the spares and tries once more."""

    code = "no_spare_schema"
    kind = Kind.UNAVAILABLE
    title = gettext_noop("The shop could not be opened just now: try again in a minute")


class TokenRefused(AppError):
    """Telegram does not know the token, or it is not one at all."""

    code = "bot_token_refused"
    kind = Kind.INVALID
    title = gettext_noop("Telegram does not accept this token: copy it again from BotFather")


class BotTaken(AppError):
    code = "bot_taken"
    kind = Kind.CONFLICT
    title = gettext_noop("This bot already serves another shop: create a new one in BotFather")


class NoBot(AppError):
    code = "bot_missing"
    kind = Kind.NOT_FOUND
    title = gettext_noop("Connect the shop's bot first")


class LinkCodeRefused(AppError):
    """Unknown, used, too old, or made for something else."""

    code = "link_code_refused"
    kind = Kind.GONE
    title = gettext_noop("This code is no longer valid: take a new one in the dashboard")


class TelegramAccountTaken(AppError):
    """The code is not spent by it."""

    code = "telegram_account_taken"
    kind = Kind.CONFLICT
    title = gettext_noop(
        "This Telegram account is linked to another Kram account:"
        " open the link from another Telegram account"
    )
