"""What a bot is told."""

from kram.app.devstack.telegram.wire.base import Wire
from kram.app.devstack.telegram.wire.messages import Message
from kram.app.devstack.telegram.wire.people import User


class CallbackQuery(Wire, kw_only=True):
    """A tap on an inline button."""

    id: str
    from_: User
    message: Message | None = None
    chat_instance: str
    data: str


class InlineQuery(Wire, kw_only=True):
    """What a user types after a bot's username."""

    id: str
    from_: User
    query: str
    offset: str
    chat_type: str | None = None


class ChosenInlineResult(Wire, kw_only=True):
    """Which inline result was sent."""

    result_id: str
    from_: User
    query: str


class ManagedBotUpdated(Wire, kw_only=True):
    """A managed bot was created, or its token or owner changed."""

    user: User
    bot: User


class WebhookInfo(Wire, kw_only=True):
    """The answer of getWebhookInfo."""

    url: str
    has_custom_certificate: bool
    pending_update_count: int
    ip_address: str | None = None
    last_error_date: int | None = None
    last_error_message: str | None = None
    max_connections: int | None = None
    allowed_updates: list[str] | None = None
