"""Refusals in Telegram's own words: a code, a description, sometimes parameters."""

from kram.app.devstack.telegram.wire.base import Wire


class ResponseParameters(Wire, kw_only=True):
    """What a client may do about a refusal by itself."""

    retry_after: int | None = None
    migrate_to_chat_id: int | None = None


class BotApiError(Exception):
    """A call that Telegram answers with `"ok": false`."""

    def __init__(
        self, code: int, description: str, parameters: ResponseParameters | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(reason: str) -> BotApiError:
    """400; like Telegram, lowers the first letter unless the reason is a CONSTANT."""
    is_constant = reason[1:2] == "_" or reason[1:2].isupper()
    return BotApiError(
        400, f"Bad Request: {reason if is_constant else reason[:1].lower() + reason[1:]}"
    )


def forbidden(reason: str) -> BotApiError:
    """403: the bot may not do this here."""
    return BotApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> BotApiError:
    """409: two ways of receiving updates were used at once."""
    return BotApiError(409, f"Conflict: {reason}")


def unauthorized() -> BotApiError:
    """401: the token is of the right form and belongs to nobody."""
    return BotApiError(401, "Unauthorized")


def not_found() -> BotApiError:
    """404 for something that is not even of a token's form."""
    return BotApiError(404, "Not Found")


def method_not_found() -> BotApiError:
    """404 for a method that the Bot API does not have."""
    return BotApiError(404, "Not Found: method not found")


def too_many_requests(retry_after_seconds: int) -> BotApiError:
    """429 with the wait in its words and in its parameters."""
    return BotApiError(
        429,
        f"Too Many Requests: retry after {retry_after_seconds}",
        ResponseParameters(retry_after=retry_after_seconds),
    )
