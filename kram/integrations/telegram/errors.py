"""What a failed call of the Bot API means for the caller."""


class TelegramFailure(Exception):
    """Telegram did not do what was asked. The text never holds a token."""


class NothingSent(TelegramFailure):
    """The call certainly had no effect: trying again later cannot double anything."""


class Flooded(NothingSent):
    """Too many calls; `retry_after` in seconds, of Telegram's own or of our own limits."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"wait {retry_after:.1f} s")
        self.retry_after = retry_after


class AnswerLost(TelegramFailure):
    """The call may have had its effect: trying again can double a message."""


class ChatUnreachable(TelegramFailure):
    """This chat does not take messages of this bot; never try again by ourselves."""


class ChatMigrated(TelegramFailure):
    """The group became a supergroup and has another id now."""

    def __init__(self, chat_id: int) -> None:
        super().__init__(f"the chat is {chat_id} now")
        self.chat_id = chat_id


class TokenRevoked(TelegramFailure):
    """Telegram does not know the bot's token any more."""


class PolledElsewhere(TelegramFailure):
    """Somebody else reads this bot's updates with its token."""


class NotModified(TelegramFailure):
    """The message already looks like this: nothing was left to do."""


class MessageGone(TelegramFailure):
    """The message to edit was deleted or is too old."""


class CallRefused(TelegramFailure):
    """Telegram refuses the call as it is: a mistake of ours, trying again cannot help."""
