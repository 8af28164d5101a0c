"""What a user cannot do."""


class UnknownPartyError(LookupError):
    """There is no such bot, person, chat, message or invoice."""


class ImpossibleActionError(ValueError):
    """Telegram would not let the user do this now."""
