"""From what the library raises to what it means for us."""

from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError, ConnectionTimeoutError

from kram.integrations.telegram.errors import (
    AnswerLost,
    CallRefused,
    ChatMigrated,
    ChatUnreachable,
    MessageGone,
    NothingSent,
    NotModified,
    PolledElsewhere,
    TelegramFailure,
    TokenRevoked,
)

# Telegram has no codes for these; the sentences are those of its server's source.
_UNREACHABLE = ("chat not found", "user not found", "peer_id_invalid", "not enough rights to send")
_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")


def meaning_of(error: AiogramError) -> TelegramFailure:
    """For everything but a 429, which the client handles itself."""
    match error:
        case TelegramUnauthorizedError():
            return TokenRevoked(str(error))
        case TelegramForbiddenError():
            return ChatUnreachable(error.message)
        case TelegramMigrateToChat():
            return ChatMigrated(error.migrate_to_chat_id)
        case TelegramConflictError():
            return PolledElsewhere(error.message)
        case TelegramServerError():
            return NothingSent(error.message)
        case TelegramNetworkError():
            return _of_network(error)
        case TelegramNotFound():
            # Telegram answers 404 for a token of the wrong form and for no other reason.
            return TokenRevoked(error.message)
        case TelegramBadRequest():
            return _of_bad_request(error.message)
        case _:
            return AnswerLost(f"{type(error).__name__}")


def _of_network(error: TelegramNetworkError) -> TelegramFailure:
    never_connected = isinstance(error.__cause__, ClientConnectorError | ConnectionTimeoutError)
    return NothingSent(error.message) if never_connected else AnswerLost(error.message)


def _of_bad_request(description: str) -> TelegramFailure:
    text = description.lower()
    if "message is not modified" in text:
        return NotModified(description)
    if any(sentence in text for sentence in _GONE):
        return MessageGone(description)
    if any(sentence in text for sentence in _UNREACHABLE):
        return ChatUnreachable(description)
    return CallRefused(description)
